"""County daily checks and complaints (7.2): recorded, answered once, taken out with a reason."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.standard import oversight as standard

LONGEST_SOURCE, LONGEST_REASON = 80, 300


def record(db: Database, form: Form, by: str, day: str, now: str) -> str:
    kind = entered.choice(form, "kind", standard.KINDS)
    happened = entered.past_day(form, "happened_on", day)
    row: dict[str, Any] = {
        "kind": kind,
        "enterprise_id": _enterprise(db, form),
        "happened_on": happened,
        "source": entered.text(form, "source", kind == "check", LONGEST_SOURCE),
        "found": entered.text(form, "found", True),
        "answer_by": entered.day(form, "answer_by") or standard.answer_by(happened),
        "recorded_by": by,
        "recorded_at": now,
    }
    if row["answer_by"] < happened:
        raise Refusal("answer_before", field="answer_by")
    found = rows.add(db, "oversights", row)
    told = {name: row[name] for name in ("kind", "enterprise_id", "happened_on", "answer_by")}
    rows.tell(db, by, now, "oversight.record", f"oversight {found}", **told)
    return found


def _enterprise(db: Database, form: Form) -> str | None:
    known = [row["id"] for row in db.query("select id from enterprises")]
    return entered.choice(form, "enterprise_id", {"", *known}) or None


def answer(db: Database, oversight_id: str, form: Form, by: str, day: str, now: str) -> None:
    """Once: what was sent to the county or the complainant is not written over."""
    row = _standing(db, oversight_id)
    if row["answered_on"]:
        raise Refusal("answered_already")
    values = {
        "answered_on": entered.past_day(form, "answered_on", day),
        "answer": entered.text(form, "answer", True),
        "answered_by": by,
    }
    if values["answered_on"] < row["happened_on"]:
        raise Refusal("answer_before", field="answered_on")
    rows.change(db, "oversights", oversight_id, values)
    on = values["answered_on"]
    rows.tell(db, by, now, "oversight.answer", f"oversight {oversight_id}", on=on)


def remove(db: Database, oversight_id: str, form: Form, by: str, now: str) -> None:
    """Recorded by mistake: it stays readable, with the reason."""
    _standing(db, oversight_id)
    reason = entered.text(form, "reason", True, LONGEST_REASON)
    values = {"removed_at": now, "removed_reason": reason}
    rows.change(db, "oversights", oversight_id, values)
    rows.tell(db, by, now, "oversight.remove", f"oversight {oversight_id}", reason=reason)


def _standing(db: Database, oversight_id: str) -> dict[str, Any]:
    sql = "select * from oversights where id = :id and removed_at is null"
    row = next(iter(db.query(sql, {"id": oversight_id})), None)
    if row is None:
        raise Refusal("unknown_row")
    return row
