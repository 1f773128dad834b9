"""证书: written down, corrected, renewed, suspended, checked where they were issued."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form, Readers
from webapp.domain.refusal import Refusal
from webapp.standard.credentials import KINDS

UNTOLD = {"number"}  # may hold an identity number: that it changed is told, not what it was


READERS: Readers = {
    "kind": lambda form: entered.choice(form, "kind", KINDS),
    "number": lambda form: entered.line(form, "number", longest=60),
    "registered_unit": lambda form: entered.line(form, "registered_unit", longest=80),
    "valid_from": lambda form: entered.day(form, "valid_from") or None,
    "valid_to": lambda form: entered.day(form, "valid_to") or None,
    "review_on": lambda form: entered.day(form, "review_on") or None,
}


def read(form: Form) -> dict[str, Any]:
    found = entered.read(form, READERS)
    entered.in_order(found["valid_from"], found["valid_to"], "valid_to")
    if found["review_on"] and (found["valid_from"] or "") > found["review_on"]:
        raise Refusal("review_before_start", field="review_on")
    if found["review_on"] and found["valid_to"] and found["review_on"] > found["valid_to"]:
        raise Refusal("review_after_end", field="review_on")
    return found


def add(db: Database, person_id: str, form: Form, by: str, now: str) -> str:
    values = {"person_id": person_id, **read(form)}
    same = (
        "select 1 from credentials where person_id = :person_id and kind = :kind"
        " and number = :number and valid_from is :valid_from and valid_to is :valid_to"
        " and removed_at is null"
    )
    if values["number"] and any(db.query(same, values)):
        raise Refusal("entered_already")
    found = rows.add(db, "credentials", values)
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


def renew(db: Database, credential_id: str, form: Form, by: str, now: str) -> str:
    """续期、换证: another credential from its own first day on; the one before stays for the days
    it held. An empty number is the same number."""
    sql = "select person_id, number, valid_from from credentials where id = :id"
    old = next(iter(db.query(sql, {"id": credential_id})))
    values = {"person_id": old["person_id"], "follows": credential_id, **read(form)}
    begins = entered.day(form, "valid_from", needed=True)
    if begins <= (old["valid_from"] or ""):
        raise Refusal("renewal_before", field="valid_from")
    values["number"] = values["number"] or old["number"]
    found = rows.add(db, "credentials", values)
    subject = f"credential {found}"
    rows.tell(db, by, now, "credential.renew", subject, follows=credential_id, valid_from=begins)
    return found


def suspend(db: Database, credential_id: str, form: Form, today: str, by: str, now: str) -> None:
    """From this day on; the visits before it were led by who might lead."""
    since = entered.past_day(form, "suspended_on", today)
    sql = (
        "select 1 from suspensions where credential_id = :id and removed_at is null"
        " and coalesce(suspended_on, '') <= :day and (resumed_on is null or resumed_on > :day)"
    )
    if any(db.query(sql, {"id": credential_id, "day": since})):
        raise Refusal("suspended_already", field="suspended_on")
    found = rows.add(db, "suspensions", {"credential_id": credential_id, "suspended_on": since})
    subject = f"credential {credential_id}"
    rows.tell(db, by, now, "credential.suspend", subject, suspension=found, on=since)


def resume(db: Database, suspension_id: str, form: Form, today: str, by: str, now: str) -> None:
    """It holds again from this day on; that it did not until then stays true."""
    on = entered.past_day(form, "resumed_on", today)
    sql = "select * from suspensions where id = :id"
    row = next(iter(db.query(sql, {"id": suspension_id})))
    entered.in_order(row["suspended_on"] or "", on, "resumed_on")
    before = rows.change(db, "suspensions", suspension_id, {"resumed_on": on})
    subject, told = f"credential {row['credential_id']}", {"suspension": suspension_id, "on": on}
    rows.tell(db, by, now, "credential.resume", subject, **told, before=before)


def unsuspend(db: Database, suspension_id: str, by: str, now: str) -> None:
    """Written down by mistake, or with a wrong day: it never was."""
    gone = rows.end(db, "suspensions", "removed_at", suspension_id, now)
    if gone:
        subject = f"credential {gone['credential_id']}"
        rows.tell(db, by, now, "suspension.remove", subject, suspension=suspension_id)


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
