"""证书: written down, corrected, suspended, checked where they were issued."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form, Readers
from webapp.standard.credentials import KINDS

UNTOLD = {"number"}  # may hold an identity number: that it changed is told, not what it was


READERS: Readers = {
    "kind": lambda form: entered.choice(form, "kind", KINDS),
    "number": lambda form: entered.line(form, "number", longest=60),
    "registered_unit": lambda form: entered.line(form, "registered_unit", longest=80),
    "valid_from": lambda form: entered.day(form, "valid_from") or None,
    "valid_to": lambda form: entered.day(form, "valid_to") or None,
    "review_on": lambda form: entered.day(form, "review_on") or None,
    "suspended": lambda form: entered.flag(form, "suspended"),
}


def read(form: Form) -> dict[str, Any]:
    found = entered.read(form, READERS)
    entered.in_order(found["valid_from"], found["valid_to"], "valid_to")
    return found


def add(db: Database, person_id: str, form: Form, by: str, now: str) -> str:
    found = rows.add(db, "credentials", {"person_id": person_id, **read(form)})
    rows.tell(db, by, now, "credential.add", f"credential {found}", person=person_id)
    return found


def edit(db: Database, credential_id: str, form: Form, by: str, now: str) -> None:
    """An empty number keeps the one that is there: the page shows it masked."""
    values = read(form)
    if not values["number"]:
        del values["number"]
    before = rows.change(db, "credentials", credential_id, values)
    if before:
        told = {name: old for name, old in before.items() if name not in UNTOLD}
        after = {name: values[name] for name in told}
        hidden = sorted(UNTOLD & set(before))
        subject = f"credential {credential_id}"
        rows.tell(db, by, now, "credential.edit", subject, before=told, after=after, also=hidden)


def remove(db: Database, credential_id: str, by: str, now: str) -> None:
    if rows.take_out(db, "credentials", credential_id, now):
        rows.tell(db, by, now, "credential.remove", f"credential {credential_id}")


def check(db: Database, credential_id: str, form: Form, by: str, today: str, now: str) -> None:
    """核验: on which day, where, with what result."""
    values = {
        "credential_id": credential_id,
        "checked_on": entered.past_day(form, "checked_on", today),
        "note": entered.line(form, "note", needed=True),
        "checked_by": by,
        "recorded_at": now,
    }
    rows.add(db, "credential_checks", values)
    on = values["checked_on"]
    rows.tell(db, by, now, "credential.check", f"credential {credential_id}", on=on)


def attach(db: Database, credential_id: str, evidence_id: str, by: str, now: str) -> None:
    rows.change(db, "credentials", credential_id, {"evidence_id": evidence_id})
    subject = f"credential {credential_id}"
    rows.tell(db, by, now, "credential.scan", subject, evidence=evidence_id)
