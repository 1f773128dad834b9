"""真实性核对: times, place, gate photo and people of one visit, side by side."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.queries import leads, visits
from webapp.queries.visits import Row, one
from webapp.standard import authenticity as standard


def of_visit(db: Database, visit_id: str) -> Row:
    visit = visits.row(db, visit_id) or {}
    enterprise = visits.enterprise(db, visit["engagement_id"])
    sql = "select latitude, longitude from enterprises where id = :id"
    enterprise |= one(db, sql, id=enterprise["id"]) or {}
    found = {
        "visit": {**visit, "flags": json.loads(visit["flags"])},
        "enterprise": enterprise,
        "place": place(visit, enterprise),
        "people": people(db, visit_id),
        "slip": slip(db, visit_id),
        "photos": photos(db, visit_id),
        "gate": gate(db, visit_id),
        "elsewhere": elsewhere(db, visit) if visit["started_at"] else [],
        "record": visits.record(db, visit_id),
        "lead": _lead(db, visit),
    }
    return {**found, "doubts": standard.doubts(_facts(db, found))}


def _facts(db: Database, found: Row) -> Row:
    visit, where, signed = found["visit"], found["place"], found["slip"]["signatures"]
    ink = found["slip"]["inked_at"]
    theirs = [row for row in signed if row["party"] == "enterprise"]
    if ink:
        paper = {"signer_name": found["slip"]["ink_signer"], "reason": found["slip"]["ink_reason"]}
        theirs.append({**paper, "made_at": ink})
    return {
        **{name: visit[name] for name in ("started_at", "ended_at", "started_received_at")},
        "served_on": leads.served_on(visit) if visit["started_at"] else "",
        "service_date": found["slip"]["service_date"],
        "accuracy": where["accuracy"] if where else None,
        "place_erased": bool(visit["place_erased_at"]),
        "distance": where["distance"] if where else None,
        "consultants": [row for row in signed if row["party"] != "enterprise"],
        "enterprise": theirs,
        "present": [row["id"] for row in found["people"] if row["joined_at"]],
        "elsewhere": found["elsewhere"],
        "photos": found["photos"],
        "recorded": bool(found["record"]["content"]),
        "lead_holds": found["lead"]["holds"],
    }


def place(visit: Row, enterprise: Row) -> Row | None:
    """Where it was begun; `distance` in metres to the enterprise, None where that is not known."""
    if not visit["place"]:
        return None
    said = json.loads(visit["place"])
    here = (said["latitude"], said["longitude"])
    gate_at = (enterprise["latitude"], enterprise["longitude"])
    off = standard.distance(here, gate_at) if gate_at[0] is not None else None
    return {**said, "distance": off}


def people(db: Database, visit_id: str) -> list[Row]:
    """Planned or come, first comer first."""
    rows = db.query(
        "select p.id, p.name, p.post, x.joined_at from visit_people as x join people as p"
        " on p.id = x.person_id where x.visit_id = :id"
        " order by x.joined_at is null, x.joined_at, p.name, p.id",
        {"id": visit_id},
    )
    return list(rows)


def slip(db: Database, visit_id: str) -> Row:
    """The slip that stands: its day, and each signature with both of its times."""
    found = one(
        db,
        "select * from confirmations where visit_id = :id"
        " order by satisfaction is null, made_at desc, id desc limit 1",
        id=visit_id,
    )
    if found is None:
        empty = ("id", "code", "service_date", "inked_at", "ink_signer", "satisfaction")
        return {**dict.fromkeys(empty, ""), "signatures": []}
    rows = db.query(
        "select party, signer_id, signer_name, signer_post, made_at, received_at, doubt, reason"
        " from signatures where confirmation_id = :id order by made_at, id",
        {"id": found["id"]},
    )
    day = str(json.loads(found["slip"]).get("service_date") or "")
    return {**found, "service_date": day, "signatures": list(rows)}


def photos(db: Database, visit_id: str) -> list[Row]:
    """Those that are here, in the order in which they were taken."""
    rows = db.query(
        "select p.sha256, min(h.recorded_at) as at, min(h.label) as label from hazard_photos as p"
        " join hazards as h on h.id = p.hazard_id join photos as f on f.sha256 = p.sha256"
        " where h.visit_id = :id group by p.sha256 order by at, min(p.position), p.sha256",
        {"id": visit_id},
    )
    return list(rows)


def gate(db: Database, visit_id: str) -> Row | None:
    """The photo somebody chose as the one of the gate."""
    return one(
        db,
        "select g.*, p.name as chosen_name from gate_photos as g join people as p"
        " on p.id = g.chosen_by where g.visit_id = :id",
        id=visit_id,
    )


def elsewhere(db: Database, visit: Row) -> list[Row]:
    """Who was here, and at the same time on a visit to another enterprise."""
    rows = db.query(
        "select p.name, n.short_name, n.id as enterprise_id, o.id, o.started_at, o.ended_at from"
        " visit_people"
        " as x join visit_people as y on y.person_id = x.person_id and y.visit_id <> x.visit_id"
        "  and y.joined_at is not null join visits as o on o.id = y.visit_id"
        " join engagements as e on e.id = o.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id join people as p on p.id = x.person_id"
        " where x.visit_id = :id and x.joined_at is not null"
        " and o.started_at < :ended and coalesce(o.ended_at, o.started_at) > :started"
        " and e.enterprise_id <> (select enterprise_id from engagements where id = :engagement)"
        " order by o.started_at, p.name",
        {
            "id": visit["id"],
            "started": visit["started_at"],
            "ended": visit["ended_at"] or visit["started_at"],
            "engagement": visit["engagement_id"],
        },
    )
    return list(rows)


def _lead(db: Database, visit: Row) -> dict[str, Any]:
    row = one(
        db,
        "select p.id, p.name, coalesce((select reason from lapse_reasons where visit_id = :visit),"
        f" '') as reason from engagements as e join visits as v on v.id = :visit"
        f" join people as p on p.id = {leads.LEAD_THEN} where e.id = :id",
        id=visit["engagement_id"],
        visit=visit["id"],
    )
    assert row is not None
    day = leads.served_on(visit) if visit["started_at"] else visit["planned_on"]
    return {**row, "holds": leads.holds_on(db, row["id"], day)}
