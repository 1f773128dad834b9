"""Visits with all that hangs on them, as the field shows them."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.queries import arrivals, versions
from webapp.standard import joining

Row = dict[str, Any]


def one(db: Database, sql: str, **params: Any) -> Row | None:
    return next(iter(db.query(sql, params)), None)


def row(db: Database, visit_id: str) -> Row | None:
    return one(db, "select * from visits where id = :id", id=visit_id)


def walk_in_row(db: Database, engagement_id: str) -> Row | None:
    """A visit that is not there yet: its number is the next, all else empty."""
    found = one(
        db,
        "select e.id as engagement_id, (select coalesce(max(number), 0) + 1 from visits"
        " where engagement_id = e.id) as number from engagements as e where e.id = :id",
        id=engagement_id,
    )
    empty = ["id", "code", "planned_on", "started_at", "started_by", "also_present"]
    empty += ["accompanied_by", "ended_at", "service_date"]
    return found and {**dict.fromkeys(empty, ""), **found}


def shown(found: Row) -> Row:
    names = ["engagement_id", "number", "planned_on", "started_at", "started_by", "also_present"]
    names += ["accompanied_by", "ended_at", "service_date"]
    visit = {name: found[name] if found[name] is not None else "" for name in names}
    url = f"/visits/{found['id']}" if found["id"] else ""
    return {"id": found["id"], "url": url, "code": code(found), **visit, "delivery": ""}


def code(found: Row) -> str:
    """By which colleagues join: kept where the visit's id follows from it, else it follows from
    the id."""
    if found["code"] or not found["id"]:
        return str(found["code"])
    return joining.of_visit(found["engagement_id"], found["id"])


def present(db: Database, visit_id: str) -> list[Row]:
    """Who started or joined, first comer first."""
    return list(
        db.query(
            "select p.id, p.name, v.joined_at, coalesce(v.device, '') as device"
            " from visit_people as v join people as p on p.id = v.person_id"
            " where v.visit_id = :id and v.joined_at is not null order by v.joined_at, p.id",
            {"id": visit_id},
        )
    )


def part(db: Database, visit_id: str, person_id: str) -> Row:
    """One's own part in it and the others': when one came, with which phone; the colleagues."""
    here = present(db, visit_id)
    own = next((one_here for one_here in here if one_here["id"] == person_id), None)
    others = [one_here for one_here in here if one_here["id"] != person_id]
    return {
        "joined_at": own["joined_at"] if own else "",
        "joined_device": own["device"] if own else "",
        "colleagues": [{name: other[name] for name in ("id", "name")} for other in others],
    }


def of_person(db: Database, person_id: str, until: str, day: str) -> list[Row]:
    rows = db.query(
        "select v.id, v.engagement_id, v.number, v.planned_on, n.name as enterprise, n.short_name,"
        " n.address, n.id as enterprise_id, l.name as lead, v.started_at, v.ended_at, p.joined_at,"
        " (select s.made_at from signatures as s where s.confirmation_id = c.id"
        "  and s.party = 'consultant') as consultant_signed_at,"
        " coalesce(c.inked_at, (select s.made_at from signatures as s"
        "  where s.confirmation_id = c.id and s.party = 'enterprise')) as enterprise_signed_at,"
        " (select count(*) from hazards as h where h.visit_id = v.id"
        "  and h.withdrawn_at is null) as hazard_count"
        " from visit_people as p join visits as v on v.id = p.visit_id"
        " join engagements as e on e.id = v.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id join people as l on l.id = e.lead_id"
        " left join confirmations as c on c.id = (select id from confirmations"
        "  where visit_id = v.id order by made_at desc, id desc limit 1)"
        " where p.person_id = :person and v.planned_on <= :until"
        " and (v.cancelled_at is null or v.started_at is not null)"
        " and (enterprise_signed_at is null or v.planned_on >= :day"
        "  or enterprise_signed_at >= :day) order by v.planned_on, v.number, v.id",
        {"person": person_id, "until": until, "day": day},
    )
    return [_listed(db, found) for found in rows]


def _listed(db: Database, found: Row) -> Row:
    enterprise_id = found.pop("enterprise_id")
    return {
        **{name: "" if value is None else value for name, value in found.items()},
        "url": f"/visits/{found['id']}",
        "items": items_of_visit(db, found["id"], found["engagement_id"]),
        "images": images(db, enterprise_id),
        "delivery": "",
    }


def items(db: Database, engagement_id: str) -> list[str]:
    rows = db.query(
        "select item from service_lines where engagement_id = :id order by position",
        {"id": engagement_id},
    )
    return [found["item"] for found in rows]


def items_of_visit(db: Database, visit_id: str, engagement_id: str) -> list[str]:
    """The lines this visit serves. Where nobody said which, none: a slip that named all of the
    contract's would claim what was not done. The only one needs no saying."""
    rows = db.query(
        "select l.item from visit_lines as v join service_lines as l on l.id = v.line_id"
        " where v.visit_id = :id order by l.position",
        {"id": visit_id},
    )
    return [found["item"] for found in rows] or sole_item(db, engagement_id)


def sole_item(db: Database, engagement_id: str) -> list[str]:
    found = items(db, engagement_id)
    return found if len(found) == 1 else []


def enterprise(db: Database, engagement_id: str) -> Row:
    found = one(
        db,
        "select n.id, n.name, n.short_name, n.address, n.principal, n.phone from engagements as e"
        " join enterprises as n on n.id = e.enterprise_id where e.id = :id",
        id=engagement_id,
    )
    assert found is not None
    return found


def signers(db: Database, enterprise_id: str) -> list[Row]:
    return list(
        db.query(
            "select p.name, p.post from enterprise_people as e join people as p"
            " on p.id = e.person_id where e.enterprise_id = :id and p.active = 1 order by p.name",
            {"id": enterprise_id},
        )
    )


PLANS = (
    "select id, name, kind, '/plans/' || id || '/image' as url, width, height from plans"
    " where enterprise_id = :id and retired_on is null order by position, name"
)


def images(db: Database, enterprise_id: str) -> list[str]:
    return [plan["url"] for plan in db.query(PLANS, {"id": enterprise_id})]


def plans(db: Database, enterprise_id: str) -> list[Row]:
    found = db.query(PLANS, {"id": enterprise_id})
    return [{**plan, "zones": zones(db, plan["id"])} for plan in found]


def zones(db: Database, plan_id: str) -> list[Row]:
    rows = db.query(
        "select id, name, level, points from zones where plan_id = :id and removed_at is null"
        " order by id",
        {"id": plan_id},
    )
    return [{**zone, "points": json.loads(zone["points"])} for zone in rows]


def record(db: Database, visit_id: str) -> Row:
    found = one(
        db,
        "select r.content, r.process, r.result, r.written_at, p.name as written_name,"
        " r.latest_operation from service_records as r join people as p on p.id = r.written_by"
        " where r.visit_id = :id",
        id=visit_id,
    )
    names = ("content", "process", "result", "written_at", "written_name", "latest_operation")
    beside = versions.of_visit(db, visit_id).get("", [])
    return {**(found or dict.fromkeys(names, "")), "versions": beside, "delivery": ""}


def confirmation(db: Database, visit_id: str) -> Row:
    """The newest slip, which the phone goes on with; id "" when none."""
    sql = "select * from confirmations where visit_id = :id order by made_at desc, id desc limit 1"
    return slip(db, visit_id, one(db, sql, id=visit_id))


def slip(db: Database, visit_id: str, found: Row | None) -> Row:
    """A row of confirmations with who signed and the photos of its ink."""
    names = ["id", "slip", "hash", "code", "made_at", "satisfaction", "comments"]
    names += ["inked_at", "ink_signer", "ink_post", "ink_reason"]
    shown_row = {name: (found or {}).get(name) or "" for name in names}
    there = arrivals.of_visit(db, visit_id).get(shown_row["id"], arrivals.none())
    return {
        **shown_row,
        "signatures": signatures(db, shown_row["id"]),
        "ink_photos": there.pop("photos"),
        **there,
        "delivery": "",
    }


def signatures(db: Database, confirmation_id: str) -> list[Row]:
    rows = db.query(
        "select id, party, signer_id, signer_name, signer_post, strokes, signed, hash, previous,"
        " doubt, reason, made_at from signatures where confirmation_id = :id order by made_at, id",
        {"id": confirmation_id},
    )
    return [
        {
            **found,
            "strokes": json.loads(found["strokes"]),
            "previous": found["previous"] or "",
            "delivery": "",
        }
        for found in rows
    ]
