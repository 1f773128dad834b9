"""Credentials, and what 4.1 c and A-2 ask of each person."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import Row, one
from webapp.standard import credentials as standard
from webapp.standard.credentials import Credential, Member


def _held(row: Row) -> Credential:
    return Credential(
        row["kind"],
        row["valid_to"],
        row["review_on"],
        bool(row["suspended"]),
        row["registered_unit"],
        row["valid_from"],
    )


def held(db: Database, person_id: str) -> list[Credential]:
    """Only what can be asked about a day."""
    sql = "select * from credentials where person_id = :id and removed_at is null"
    return [_held(row) for row in db.query(sql, {"id": person_id})]


def held_by_all(db: Database) -> dict[str, list[Credential]]:
    """By person, in one look: a list of people is judged at once."""
    found: dict[str, list[Credential]] = {}
    for row in db.query("select * from credentials where removed_at is null"):
        found.setdefault(row["person_id"], []).append(_held(row))
    return found


def of_person(db: Database, person_id: str) -> list[Row]:
    """What stands; `held` is the pure thing to ask about a day, `check` the newest 核验."""
    rows = db.query(
        "select * from credentials where person_id = :id and removed_at is null order by kind, id",
        {"id": person_id},
    )
    return [{**row, "held": _held(row), "check": check(db, row["id"])} for row in rows]


def by_id(db: Database, credential_id: str) -> Row | None:
    row = one(
        db,
        "select * from credentials where id = :id and removed_at is null",
        id=credential_id,
    )
    return row and {**row, "held": _held(row), "check": check(db, row["id"])}


def check(db: Database, credential_id: str) -> Row | None:
    return one(
        db,
        "select c.checked_on, c.note, p.name from credential_checks as c"
        " join people as p on p.id = c.checked_by where c.credential_id = :id"
        " order by c.checked_on desc, c.id desc limit 1",
        id=credential_id,
    )


def shown(row: Row, day: str) -> Row:
    """As a page shows it: the number masked, its state on the day."""
    return {
        **{name: row[name] or "" for name in row if name not in {"held", "check", "number"}},
        "masked": standard.masked(row["number"]),
        "has_identity": standard.has_identity(row["number"]),
        "check": row["check"],
        "state": row["held"].on(day),
        "due": row["held"].due(),
    }


def member(db: Database, person: Row) -> Member:
    contracts = db.query(
        "select starts_on, ends_on from labour_contracts where person_id = :id"
        " and removed_at is null order by starts_on",
        {"id": person["id"]},
    )
    months = db.query(
        "select month from insurance_months where person_id = :id", {"id": person["id"]}
    )
    return Member(
        tuple(row["held"] for row in of_person(db, person["id"])),
        tuple((row["starts_on"], row["ends_on"]) for row in contracts),
        bool(person["full_time"]),
        bool(person["employed_elsewhere"]),
        frozenset(row["month"] for row in months),
    )


def standing(db: Database, person: Row, unit: str, day: str) -> Row:
    """One person on one day: the worst state first, whether and why (not) counted."""
    known = [shown(row, day) for row in of_person(db, person["id"])]
    known.sort(key=lambda row: (-standard.STATES.index(row["state"]), row["due"] or "9"))
    asked = member(db, person)
    return {
        **{name: person[name] for name in ("id", "name", "post", "role", "active")},
        "has_account": bool(person["sign_in_name"]),
        "credentials": known,
        "worst": known[0]["state"] if known else "",
        "due": min((row["due"] for row in known if row["due"]), default=""),
        "condition": standard.condition_gaps(asked, unit, day),
        "rating": standard.rating_gaps(asked, day),
        "insured": standard.insured_in_a_row(asked, day),
    }


def standings(db: Database, unit: str, day: str) -> list[Row]:
    """Everyone of ours, what is due or amiss first."""
    rows = db.query("select * from people where role <> 'safety_manager' order by name, id")
    found = [standing(db, row, unit, day) for row in rows]
    return sorted(found, key=_urgency)


def _urgency(row: Row) -> tuple[Any, ...]:
    worst = -standard.STATES.index(row["worst"]) if row["worst"] else 1
    return (not row["active"], worst, row["due"] or "9")
