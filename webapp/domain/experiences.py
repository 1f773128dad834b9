"""工作经历 (4.2): what a person did before and elsewhere, month by month."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal


def read(form: Form, today: str) -> dict[str, Any]:
    """Without a last month it lasts until now."""
    starts = entered.month(form, "starts_in")
    ends = entered.month(form, "ends_in", needed=False)
    for field, month in (("starts_in", starts), ("ends_in", ends)):
        if month > today[:7]:
            raise Refusal("month_ahead", field=field)
    entered.in_order(starts, ends, "ends_in")
    return {
        "starts_in": starts,
        "ends_in": ends or None,
        "unit": entered.line(form, "unit", needed=True, longest=80),
        "work": entered.line(form, "work", needed=True),
    }


def add(
    db: Database, person: str, form: Form, evidence: str | None, by: str, today: str, now: str
) -> None:
    """Where somebody worked is not told to the trail, which forgets nothing."""
    values = {"person_id": person, **read(form, today), "evidence_id": evidence}
    found = rows.add(db, "experiences", values)
    rows.tell(db, by, now, "experience.add", f"experience {found}", person=person)


def edit(
    db: Database, experience: str, form: Form, evidence: str | None, by: str, today: str, now: str
) -> None:
    """Without a new scan the one that is there stays."""
    scan = {"evidence_id": evidence} if evidence else {}
    before = rows.change(db, "experiences", experience, {**read(form, today), **scan})
    if before:
        subject = f"experience {experience}"
        rows.tell(db, by, now, "experience.edit", subject, also=sorted(before))


def remove(db: Database, experience: str, by: str, now: str) -> None:
    if rows.take_out(db, "experiences", experience, now):
        rows.tell(db, by, now, "experience.remove", f"experience {experience}")
