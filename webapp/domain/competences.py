"""服务能力 (4.2): for which service items the institution judged a person competent, and why."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import competences as queries
from webapp.standard.competences import BASES, named

LONGEST_ITEM = 80  # as on a line of a contract


def judge(
    db: Database, person: str, form: Form, picked: Iterable[str], evidence: str | None,
    by: str, today: str, now: str,
) -> None:  # fmt: skip
    """One judgement, as many items as it covers: those picked, and another in words."""
    items = _items(form, picked)
    judges = {row["id"] for row in queries.judges(db, person)}
    values = {
        "person_id": person,
        "basis": entered.choice(form, "basis", BASES),
        "note": entered.line(form, "note", needed=True),
        "judged_on": entered.past_day(form, "judged_on", today),
        "judged_by": entered.choice(form, "judged_by", judges),
        "evidence_id": evidence,
        "recorded_by": by,
        "recorded_at": now,
    }
    known = {named(row["item"]) for row in queries.standing(db, person)}
    for item in items:
        if named(item) in known:
            raise Refusal("competent_already", field="other", item=item)
        _add(db, {**values, "item": item}, by, now)


def _items(form: Form, picked: Iterable[str]) -> list[str]:
    typed = ({"other": item} for item in (*picked, form.get("other", "")))
    read = [entered.line(one, "other", longest=LONGEST_ITEM) for one in typed]
    items = {named(item): item for item in reversed(read) if item}
    if not items:
        raise Refusal("item_needed", field="other")
    return list(reversed(items.values()))


def _add(db: Database, values: rows.Values, by: str, now: str) -> None:
    found = rows.add(db, "competences", values)
    told = {name: values[name] for name in ("item", "basis", "judged_on", "judged_by")}
    subject = f"competence {found}"
    rows.tell(db, by, now, "competence.judge", subject, person=values["person_id"], **told)


def withdraw(db: Database, competence: str, form: Form, by: str, today: str, now: str) -> None:
    """With its reason, which the row keeps and the trail does not; it counts no more from today."""
    reason = entered.line(form, "reason", needed=True)
    if rows.end(db, "competences", "withdrawn_on", competence, today) is None:
        raise Refusal("unknown_row")
    values = {"withdrawn_by": by, "withdrawn_reason": reason}
    rows.change(db, "competences", competence, values)
    rows.tell(db, by, now, "competence.withdraw", f"competence {competence}")
