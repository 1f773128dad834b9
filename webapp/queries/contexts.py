"""The contexts of the field: flat JSON-able dicts, the same on the server and on the phone.

Missing text is "" and never null; values are derived in templates, not here.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from webapp.queries import agenda, engagements, hazards, visits
from webapp.queries.catalogues import BASES, CATEGORIES

Context = dict[str, Any]
AHEAD = 7  # days of planned visits that a phone keeps
DUES = {"major", "behind", "review", "credential"}
BEHIND = 31  # and of those that a colleague may still be late with


def _common(db: Database, person_id: str) -> Context:
    person = next(iter(db.query("select * from people where id = :id", {"id": person_id})))
    seq = next(iter(db.query("select coalesce(max(server_seq), 0) as seq from operations")))
    epoch = next(iter(db.query("select value from meta where key = 'epoch'")), {"value": ""})
    rescue = next(iter(db.query("select value from meta where key = 'rescue_key'")), {"value": ""})
    institution = next(iter(db.query("select name from institution")), {"name": ""})
    return {
        "takan": "sync/1",
        "server_seq": seq["seq"],
        "epoch": epoch["value"],
        "person": {name: person[name] for name in ("id", "name", "letter", "role")},
        "pin": {"salt": person["pin_salt"] or "", "hash": person["pin_hash"] or ""},
        "institution": {"name": institution["name"]},
        "rescue_key": rescue["value"],
    }


def today(db: Database, person_id: str, day: str) -> Context:
    """My visits: due, coming within a week, or not yet signed by both; what else is due, late or
    missing for me. Of visits the cards speak, which know what waits on this phone."""
    until = (date.fromisoformat(day) + timedelta(days=AHEAD)).isoformat()
    since = (date.fromisoformat(day) - timedelta(days=BEHIND)).isoformat()
    return {
        **_common(db, person_id),
        "visits": visits.of_person(db, person_id, until, day),
        "engagements": engagements.of_person(db, person_id, since, until),
        "dues": [
            {name: row[name] for name in row if name != "rows"}
            for row in agenda.of(db, person_id, "consultant", day)
            if row["what"] in DUES
        ],
    }


def visit(db: Database, person_id: str, visit_id: str) -> Context | None:
    row = visits.row(db, visit_id)
    if row is None:
        return None
    place = _place(db, person_id, row["engagement_id"])
    place["engagement"]["items"] = visits.items_of_visit(db, visit_id, row["engagement_id"])
    return {
        **place,
        "visit": {**visits.shown(row), **visits.part(db, visit_id, person_id)},
        "hazards": hazards.of_visit(db, visit_id),
        "earlier": hazards.open_before(db, row["engagement_id"], row["number"]),
        "record": visits.record(db, visit_id),
        "confirmation": visits.confirmation(db, visit_id),
    }


def walk_in(db: Database, person_id: str, engagement_id: str) -> Context | None:
    """The seed from which the phone builds a visit that the server does not know yet."""
    row = visits.walk_in_row(db, engagement_id)
    if row is None:
        return None
    return {
        **_place(db, person_id, engagement_id),
        "visit": {**visits.shown(row), **visits.part(db, "", person_id)},
        "hazards": [],
        "earlier": hazards.open_before(db, engagement_id, row["number"]),
        "record": visits.record(db, ""),
        "confirmation": visits.confirmation(db, ""),
    }


def _place(db: Database, person_id: str, engagement_id: str) -> Context:
    enterprise = visits.enterprise(db, engagement_id)
    engagement = engagements.shown(db, engagement_id)
    common = _common(db, person_id)
    letters = {one["id"]: one["letter"] for one in engagement["people"]}
    common["person"]["letter"] = letters.get(person_id, common["person"]["letter"])
    return {
        **common,
        "enterprise": enterprise,
        "engagement": engagement,
        "signers": visits.signers(db, enterprise["id"]),
        "plans": visits.plans(db, enterprise["id"]),
        "bases": BASES,
        "categories": CATEGORIES,
    }
