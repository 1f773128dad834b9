"""承诺书 (4.2, 4.3): integrity, secrecy and no conflict of interest, signed for a calendar year."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import pledges as queries
from webapp.standard.pledges import FIRST, KINDS, LAST, in_time


def sign(
    db: Database, people: Iterable[str], form: Form, picked: list[str], evidence: str | None,
    by: str, today: str, now: str,
) -> None:  # fmt: skip
    """Of many people at once; who signed this kind for this year before keeps what there is."""
    year = entered.whole(form, "year", FIRST, LAST)
    kinds = entered.chosen(picked, KINDS, "kind")
    signed_on = entered.past_day(form, "signed_on", today)
    wanted = [(person, kind) for person in dict.fromkeys(people) for kind in kinds]
    if not kinds or not wanted:
        raise Refusal("pledge_needed" if not kinds else "nobody_chosen", field="kind")
    if not in_time(year, signed_on):
        raise Refusal("pledge_other_year", field="signed_on", year=year)
    there = queries.signed(db, year)
    new = [one for one in wanted if one not in there]
    scanned = evidence and _scan(
        db, year, signed_on, [one for one in wanted if one in there], evidence, by, now
    )
    if not new and not scanned:
        raise Refusal("pledged_already", field="kind")
    for person, kind in new:
        about = {"person_id": person, "year": year, "kind": kind, "signed_on": signed_on}
        found = rows.add(db, "pledges", {**about, "evidence_id": evidence})
        rows.tell(db, by, now, "pledge.sign", f"pledge {found}", **about)


def _scan(
    db: Database,
    year: int,
    signed_on: str,
    signed: list[tuple[str, str]],
    evidence: str,
    by: str,
    now: str,
) -> bool:
    """To those of that day that had none: one paper, one day."""
    sql = (
        "select id from pledges where person_id = :person and kind = :kind and year = :year"
        " and signed_on = :on and evidence_id is null and removed_at is null"
    )
    bare = [
        row["id"]
        for person, kind in signed
        for row in db.query(sql, {"person": person, "kind": kind, "year": year, "on": signed_on})
    ]
    for pledge in bare:
        rows.change(db, "pledges", pledge, {"evidence_id": evidence})
        rows.tell(db, by, now, "pledge.scan", f"pledge {pledge}", evidence=evidence)
    return bool(bare)


def remove(db: Database, pledge: str, by: str, now: str) -> None:
    if rows.take_out(db, "pledges", pledge, now):
        rows.tell(db, by, now, "pledge.remove", f"pledge {pledge}")
