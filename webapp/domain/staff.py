"""People of the institution and of its clients as the manager writes them down."""

from __future__ import annotations

import re
import secrets

from sqlite_utils import Database

from webapp.domain import entered, people, rows
from webapp.domain.entered import Form, Readers
from webapp.domain.refusal import Refusal

ROLES = ("consultant", "manager", "safety_manager")
OURS = ("consultant", "manager")
UNTOLD = {
    "name",
    "phone",
    "sign_in_name",
}  # may have to be forgotten one day; the trail forgets nothing


def readers(db: Database, person_id: str = "") -> Readers:
    return {
        "name": lambda form: entered.line(form, "name", needed=True, longest=40),
        "post": lambda form: entered.line(form, "post", longest=40),
        "phone": lambda form: entered.line(form, "phone", longest=30),
        "sign_in_name": lambda form: sign_in_name(db, form, person_id),
        "full_time": lambda form: entered.flag(form, "full_time"),
        "employed_elsewhere": lambda form: entered.flag(form, "employed_elsewhere"),
    }


def sign_in_name(db: Database, form: Form, person_id: str) -> str | None:
    """Empty: no account. Small letters, so that nobody is two people by a capital."""
    value = entered.line(form, "sign_in_name", longest=40).lower()
    if value and not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{1,39}", value):
        raise Refusal("bad_sign_in_name", field="sign_in_name")
    taken = db.query(
        "select 1 from people where lower(sign_in_name) = :name and id <> :id",
        {"name": value, "id": person_id},
    )
    if value and any(taken):
        raise Refusal("name_taken", field="sign_in_name")
    return value or None


def add(db: Database, form: Form, by: str, now: str) -> str:
    """A safety manager comes with the enterprise that appointed him."""
    role = entered.choice(form, "role", ROLES)
    values = {
        **entered.read(form, readers(db)),
        "role": role,
        "session_stamp": secrets.token_hex(8),
    }
    enterprise = form.get("enterprise", "") if role == "safety_manager" else ""
    sql = "select 1 from enterprises where id = :id"
    if role == "safety_manager" and not any(db.query(sql, {"id": enterprise})):
        raise Refusal("choose_enterprise", field="enterprise")
    person_id = rows.add(db, "people", {**values, "letter": letter(db)})
    if enterprise:
        db.execute(
            "insert into enterprise_people (enterprise_id, person_id) values (:e, :p)",
            {"e": enterprise, "p": person_id},
        )
    rows.tell(db, by, now, "person.add", f"person {person_id}", role=role)
    return person_id


def letter(db: Database) -> str:
    """The least used one: two people on a visit are told apart by it without a network."""
    used = db.query("select letter, count(*) as n from people where active = 1 group by letter")
    counts = {row["letter"]: row["n"] for row in used}
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return min(letters, key=lambda one: (counts.get(one, 0), one))


def edit(db: Database, person_id: str, form: Form, by: str, now: str) -> None:
    before = rows.change(db, "people", person_id, entered.read(form, readers(db, person_id)))
    if before:
        told = {name: old for name, old in before.items() if name not in UNTOLD}
        hidden = sorted(UNTOLD & set(before))
        rows.tell(db, by, now, "person.edit", f"person {person_id}", before=told, also=hidden)


def set_role(db: Database, person_id: str, form: Form, by: str, now: str) -> None:
    """Among our own; it holds with the next page. The last manager stays one."""
    role = entered.choice(form, "role", OURS)
    sql = "select role from people where id = :id and role in ('consultant', 'manager')"
    if not any(db.query(sql, {"id": person_id})):
        raise Refusal("bad_value", field="role")
    if role != "manager":
        people.keep_a_manager(db, person_id)
    before = rows.change(db, "people", person_id, {"role": role})
    if before:
        subject = f"person {person_id}"
        rows.tell(db, by, now, "person.role", subject, before=before["role"], after=role)
