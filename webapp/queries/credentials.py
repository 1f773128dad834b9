"""Credentials, and what 4.1 c and A-2 ask of each person."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import Row, one
from webapp.standard import credentials as standard
from webapp.standard.credentials import Credential, Member

# What stands of credentials as c, each with its suspensions as "from/until,from/until" and the day
# from which what was exchanged for it stands in its place.
STANDING = (
    "select c.*, (select group_concat(coalesce(s.suspended_on, '') || '/' || coalesce(s.resumed_on,"
    " '')) from suspensions as s where s.credential_id = c.id and s.removed_at is null)"
    " as suspended, (select min(coalesce(r.valid_from, '')) from credentials as r"
    " where r.follows = c.id and r.removed_at is null) as replaced_on"
    " from credentials as c where c.removed_at is null"
)


def _held(row: Row) -> Credential:
    spans = [one.split("/") for one in (row["suspended"] or "").split(",") if one]
    return Credential(
        row["kind"],
        row["valid_to"],
        row["review_on"],
        row["registered_unit"],
        row["valid_from"],
        tuple((since, until or None) for since, until in spans),
        row["replaced_on"],
    )


def held(db: Database, person_id: str) -> list[Credential]:
    """Only what can be asked about a day."""
    return [_held(row) for row in db.query(f"{STANDING} and c.person_id = :id", {"id": person_id})]


def held_by_all(db: Database) -> dict[str, list[Credential]]:
    """By person, in one look: a list of people is judged at once."""
    found: dict[str, list[Credential]] = {}
    for row in db.query(STANDING):
        found.setdefault(row["person_id"], []).append(_held(row))
    return found


def of_person(db: Database, person_id: str) -> list[Row]:
    """What stands; `held` is the pure thing to ask about a day, `renewals` those of what goes on
    from it, `check` the newest 核验."""
    sql = f"{STANDING} and c.person_id = :id order by c.kind, c.id"
    rows = [{**row, "held": _held(row)} for row in db.query(sql, {"id": person_id})]
    return [
        {
            **row,
            "renewals": [one["held"] for one in rows if one["follows"] == row["id"]],
            "check": check(db, row["id"]),
        }
        for row in rows
    ]


def by_id(db: Database, credential_id: str) -> Row | None:
    sql = "select person_id from credentials where id = :id and removed_at is null"
    found = one(db, sql, id=credential_id)
    rows = of_person(db, found["person_id"]) if found else []
    return next((row for row in rows if row["id"] == credential_id), None)


def suspensions(db: Database, credential_id: str) -> list[Row]:
    """The latest first."""
    rows = db.query(
        "select * from suspensions where credential_id = :id and removed_at is null"
        " order by coalesce(suspended_on, '') desc, id desc",
        {"id": credential_id},
    )
    return list(rows)


def suspension(db: Database, suspension_id: str) -> Row | None:
    sql = "select * from suspensions where id = :id and removed_at is null"
    return one(db, sql, id=suspension_id)


def check(db: Database, credential_id: str) -> Row | None:
    return one(
        db,
        "select c.checked_on, c.note, p.name from credential_checks as c"
        " join people as p on p.id = c.checked_by where c.credential_id = :id"
        " order by c.checked_on desc, c.id desc limit 1",
        id=credential_id,
    )


def shown(row: Row, day: str) -> Row:
    """As a page shows it: the number masked, its state on the day; `renewed`: there is nothing to
    do about it, `replaced`: what goes on from it has begun."""
    kept = {"held", "check", "number", "renewals", "suspended", "replaced_on"}
    return {
        **{name: row[name] or "" for name in row if name not in kept},
        "masked": standard.masked(row["number"]),
        "has_identity": standard.has_identity(row["number"]),
        "check": row["check"],
        "state": row["held"].on(day),
        "due": row["held"].due(),
        "renewed": any(row["held"].goes_on(day, one) for one in row["renewals"]),
        "replaced": replaced(row, day),
    }


def replaced(row: Row, day: str) -> bool:
    return any((one.valid_from or "") <= day for one in row["renewals"])


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
        None if person["active"] else person["deactivated_on"] or "",
    )


def standing(db: Database, person: Row, unit: str, day: str) -> Row:
    """One person on one day: the worst state first, whether and why (not) counted."""
    known = [shown(row, day) for row in of_person(db, person["id"])]
    known.sort(key=_pressing)
    waiting = [row for row in known if not row["renewed"] and row["state"] != "not_begun"]
    asked = member(db, person)
    return {
        **{name: person[name] for name in ("id", "name", "post", "role", "active")},
        "deactivated_on": person["deactivated_on"],
        "has_account": bool(person["sign_in_name"]),
        "credentials": known,
        "worst": waiting[0]["state"] if waiting else "",
        "due": min((row["due"] for row in waiting if row["due"]), default=""),
        "condition": standard.condition_gaps(asked, unit, day),
        "rating": standard.rating_gaps(asked, day),
        "insured": standard.insured_in_a_row(asked, day),
    }


def standings(db: Database, unit: str, day: str) -> list[Row]:
    """Everyone of ours, what is due or amiss first."""
    rows = db.query("select * from people where role <> 'safety_manager' order by name, id")
    found = [standing(db, row, unit, day) for row in rows]
    return sorted(found, key=_urgency)


def _pressing(row: Row) -> tuple[Any, ...]:
    return (row["renewed"], -standard.STATES.index(row["state"]), row["due"] or "9")


def _urgency(row: Row) -> tuple[Any, ...]:
    worst = -standard.STATES.index(row["worst"]) if row["worst"] else 1
    return (not row["active"], worst, row["due"] or "9")
