"""The institution as it is on record, and what 4.1 asks of it."""

from __future__ import annotations

from decimal import Decimal

from sqlite_utils import Database

from webapp.queries import credentials
from webapp.queries.leads import SERVED_ON
from webapp.queries.visits import Row, one
from webapp.standard.conditions import POLICIES, Facts, used_since


def profile(db: Database) -> Row:
    return one(db, "select * from institution") or {}


def equipment(db: Database) -> list[Row]:
    return list(
        db.query("select * from equipment where removed_at is null order by kind, name, id")
    )


def notifications(db: Database) -> list[Row]:
    """Those on record; `late` is the first of its county where business came before it."""
    sql = "select * from notifications where removed_at is null order by county, notified_on, id"
    begun, found, known = served(db), [], set()
    for row in db.query(sql):
        first = begun.get(row["county"], "9") if row["county"] not in known else "9"
        found.append({**row, "late": row["notified_on"] > first})
        known.add(row["county"])
    return found


def first_notifications(db: Database) -> dict[str, Row]:
    """By county: the one that 4.1 e asks for."""
    return {row["county"]: row for row in reversed(notifications(db))}


def current_notifications(db: Database) -> list[Row]:
    """The newest of each county, as the public page has it."""
    return list({row["county"]: row for row in notifications(db)}.values())


# Business in a county: the first contract signed or the first service.
SERVED = (
    f"select n.county, min(c.signed_on) as signed_on, min({SERVED_ON}) as served_on"
    " from engagements as e join enterprises as n on n.id = e.enterprise_id"
    " left join contracts as c on c.engagement_id = e.id"
    " left join visits as v on v.engagement_id = e.id and v.started_at is not null"
    " where n.county <> '' and (c.engagement_id is not null or v.id is not null)"
    " group by n.county"
)


def served(db: Database) -> dict[str, str]:
    """County → the first day of business in it."""
    found = {}
    for row in db.query(SERVED):
        found[row["county"]] = min(day for day in (row["signed_on"], row["served_on"]) if day)
    return found


def policies(db: Database, day: str) -> list[Row]:
    """All six, each with its versions, of which one is in force on this day, and the latest records
    of its use."""
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
        found.append({"kind": kind, "versions": _marked(list(versions), day), "uses": list(uses)})
    return found


def _marked(versions: list[Row], day: str) -> list[Row]:
    """`state`: ahead, in_force or earlier."""
    in_force = next((one["id"] for one in versions if one["issued_on"] <= day), "")
    return [
        {**one, "state": "ahead" if one["issued_on"] > day else "earlier"}
        | ({"state": "in_force"} if one["id"] == in_force else {})
        for one in versions
    ]


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
    told = first_notifications(db)
    return Facts(
        credit_code=row["credit_code"],
        licence=bool(row["licence_evidence"]),
        licence_valid_to=row["licence_valid_to"],
        area=Decimal(row["area"]) if row["area"] else None,
        lease=bool(row["lease_evidence"]),
        lease_to=row["lease_to"],
        equipment=len(equipment(db)),
        members=[found["condition"] for found in people if found["condition"] != ["left"]],
        issued=_by_kind(db, issued),
        used=_by_kind(db, used, day),
        served=served(db),
        notified={county: first["notified_on"] for county, first in told.items()},
        other=row["other_state"],
        bare={"d": _bare_policies(db, day), "e": _bare_notifications(told, day)},
    )


def _bare_policies(db: Database, day: str) -> list[tuple[str, str]]:
    """In force without its text, lived by without any paper that shows it."""
    versions = (
        "select kind, evidence_id from policies where removed_at is null and issued_on <= :day"
        " order by issued_on, id"
    )
    uses = (
        "select kind, max(evidence_id) as evidence_id from policy_uses where removed_at is null"
        " and used_on between :since and :day group by kind"
    )
    asked = {"day": day, "since": used_since(day)}
    in_force = {row["kind"]: row["evidence_id"] for row in db.query(versions, asked)}
    lived = {row["kind"]: row["evidence_id"] for row in db.query(uses, asked)}
    return [
        (what, kind)
        for kind in POLICIES
        for what, found in (("policy", in_force), ("use", lived))
        if kind in found and not found[kind]
    ]


def _bare_notifications(told: dict[str, Row], day: str) -> list[tuple[str, str]]:
    return [
        ("notification", county)
        for county, row in told.items()
        if row["notified_on"] <= day and not row["evidence_id"]
    ]


def fees(db: Database) -> list[Row]:
    """All that were entered, what was before and what is to come too."""
    sql = "select * from fees where removed_at is null order by item, since, id"
    return list(db.query(sql))


def public_fees(db: Database, day: str) -> list[Row]:
    """Of each item what holds on this day, and from when on it will be something else. Prices of
    one day stand beside each other: small and large enterprises."""
    items: dict[str, list[Row]] = {}
    for row in fees(db):
        items.setdefault(row["item"], []).append(row)
    found = [_in_force(item, rows, day) for item, rows in items.items()]
    return [one for one in found if one["now"]]


def _in_force(item: str, rows: list[Row], day: str) -> Row:
    since = max((row["since"] for row in rows if row["since"] <= day), default="")
    return {
        "item": item,
        "now": [row for row in rows if row["since"] == since],
        "coming": [row for row in rows if row["since"] > day],
    }


def counties(db: Database) -> list[str]:
    """Where enterprises are, and where business was told."""
    rows = db.query(
        "select county from enterprises where county <> '' union select county from notifications"
        " where removed_at is null order by county"
    )
    return [row["county"] for row in rows]


def county_phones(db: Database) -> list[Row]:
    sql = "select * from county_phones where removed_at is null order by county, id"
    return list(db.query(sql))


def star_results(db: Database) -> list[Row]:
    """The newest of each county first."""
    sql = (
        "select * from star_results where removed_at is null"
        " order by county, year desc, published_on desc, id desc"
    )
    return list(db.query(sql))


def filings(db: Database) -> Row:
    """备案 numbers of the site, which stand below every page that anyone may open."""
    return one(db, "select icp, police_filing from institution") or {"icp": "", "police_filing": ""}


TABLES = {
    "county_phone": "county_phones",
    "star_result": "star_results",
    "fee": "fees",
    "equipment": "equipment",
    "notification": "notifications",
    "policy": "policies",
    "policy_use": "policy_uses",
}


def stands(db: Database, noun: str, row_id: str) -> bool:
    sql = f"select 1 from {TABLES[noun]} where id = :id and removed_at is null"
    return any(db.query(sql, {"id": row_id}))
