"""The institution as it is on record, and what 4.1 asks of it."""

from __future__ import annotations

from decimal import Decimal

from sqlite_utils import Database

from webapp.queries import credentials
from webapp.queries.visits import Row, one
from webapp.standard.conditions import POLICIES, Facts


def profile(db: Database) -> Row:
    return one(db, "select * from institution") or {}


def equipment(db: Database) -> list[Row]:
    return list(
        db.query("select * from equipment where removed_at is null order by kind, name, id")
    )


def notifications(db: Database) -> list[Row]:
    """Those on record, with the first day of business in their county."""
    rows = db.query(
        "select t.*, (select min(e.starts_on) from engagements as e join enterprises as n"
        "  on n.id = e.enterprise_id where n.county = t.county) as first_served"
        " from notifications as t where t.removed_at is null order by t.county"
    )
    return list(rows)


def served(db: Database) -> dict[str, str]:
    rows = db.query(
        "select n.county, min(e.starts_on) as first from engagements as e join enterprises as n"
        " on n.id = e.enterprise_id where n.county <> '' group by n.county"
    )
    return {row["county"]: row["first"] for row in rows}


def policies(db: Database) -> list[Row]:
    """All six, each with its versions and the latest records of its use."""
    found = []
    for kind in POLICIES:
        versions = db.query(
            "select * from policies where kind = :kind and removed_at is null"
            " order by issued_on desc, id desc",
            {"kind": kind},
        )
        uses = db.query(
            "select * from policy_uses where kind = :kind and removed_at is null"
            " order by used_on desc, id desc limit 12",
            {"kind": kind},
        )
        found.append({"kind": kind, "versions": list(versions), "uses": list(uses)})
    return found


def _by_kind(db: Database, sql: str, day: str = "") -> dict[str, str]:
    return {row["kind"]: row["day"] for row in db.query(sql, {"day": day})}


def facts(db: Database, day: str) -> Facts:
    row = profile(db)
    issued = (
        "select kind, min(issued_on) as day from policies where removed_at is null group by kind"
    )
    used = (
        "select kind, max(used_on) as day from policy_uses where removed_at is null"
        " and used_on <= :day group by kind"
    )
    people = credentials.standings(db, row["name"], day)
    return Facts(
        credit_code=row["credit_code"],
        licence=bool(row["licence_evidence"]),
        licence_valid_to=row["licence_valid_to"],
        area=Decimal(row["area"]) if row["area"] else None,
        lease=bool(row["lease_evidence"]),
        lease_to=row["lease_to"],
        equipment=len(equipment(db)),
        members=[one_person["condition"] for one_person in people],
        issued=_by_kind(db, issued),
        used=_by_kind(db, used, day),
        served=served(db),
        notified={found["county"]: found["notified_on"] for found in notifications(db)},
        other=row["other_state"],
    )


def fees(db: Database, day: str = "9") -> list[Row]:
    """Those that hold on a day, and without one also those to come."""
    rows = db.query(
        "select * from fees where removed_at is null and since <= :day order by item, since, id",
        {"day": day},
    )
    return list(rows)


TABLES = {
    "fee": "fees",
    "equipment": "equipment",
    "notification": "notifications",
    "policy": "policies",
    "policy_use": "policy_uses",
}


def stands(db: Database, noun: str, row_id: str) -> bool:
    sql = f"select 1 from {TABLES[noun]} where id = :id and removed_at is null"
    return any(db.query(sql, {"id": row_id}))
