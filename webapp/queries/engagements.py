"""服务项目 as the field shows them: whom one serves, with whom, and which visits are open."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, code, one, sole_item
from webapp.standard.hazards import letters


def of_person(db: Database, person_id: str, since: str, until: str) -> list[Row]:
    """Where this person may start another visit today, or come to a colleague's."""
    rows = db.query(
        "select e.id, '/engagements/' || e.id || '/visit' as url, n.name as enterprise,"
        " n.short_name, (select coalesce(max(number), 0) + 1 from visits"
        " where engagement_id = e.id) as next_number from engagements as e"
        " join enterprises as n on n.id = e.enterprise_id where e.ended_on is null"
        " and (e.lead_id = :person or exists (select 1 from engagement_people as p"
        " where p.engagement_id = e.id and p.person_id = :person)) order by n.name, e.id",
        {"person": person_id},
    )
    return [
        {**found, "open_visits": open_visits(db, person_id, found["id"], since, until)}
        for found in rows
    ]


def open_visits(
    db: Database, person_id: str, engagement_id: str, since: str, until: str
) -> list[Row]:
    """Planned or begun about now and not signed by both: what a code may stand for offline."""
    rows = db.query(
        "select v.id, v.engagement_id, v.code, v.number, v.planned_on,"
        " coalesce(v.started_at, '') as started_at, coalesce(s.name, '') as started_name,"
        " exists (select 1 from visit_people as p where p.visit_id = v.id"
        "  and p.person_id = :person and p.joined_at is not null) as joined"
        " from visits as v left join people as s on s.id = v.started_by"
        " where v.engagement_id = :engagement and v.planned_on between :since and :until"
        " and (v.cancelled_at is null or v.started_at is not null)"
        " and not exists (select 1 from confirmations as c where c.visit_id = v.id"
        "  and c.satisfaction is not null) order by v.planned_on desc, v.number desc limit 12",
        {"person": person_id, "engagement": engagement_id, "since": since, "until": until},
    )
    return [{**found, "code": code(found)} for found in rows]


def shown(db: Database, engagement_id: str) -> Row:
    lead = one(
        db,
        "select p.name from engagements as e join people as p on p.id = e.lead_id where e.id = :id",
        id=engagement_id,
    )
    return {
        "id": engagement_id,
        "lead": lead["name"] if lead else "",
        "items": sole_item(db, engagement_id),  # of a visit that is not planned yet
        "people": people(db, engagement_id),
    }


def people(db: Database, engagement_id: str) -> list[Row]:
    """Everyone of it, the lead too, with the letters of their labels and what lets another phone
    ask for their PIN."""
    rows = list(
        db.query(
            "select p.id, p.name, p.letter, coalesce(p.pin_salt, '') as pin_salt,"
            " coalesce(p.pin_check, '') as pin_check from people as p"
            " where p.id in (select person_id from engagement_people where engagement_id = :id"
            "  union select lead_id from engagements where id = :id)"
            " order by p.letter, p.name, p.id",
            {"id": engagement_id},
        )
    )
    apart = letters((row["id"], row["letter"]) for row in rows)
    return [{**row, "letter": apart[row["id"]]} for row in rows]


def frequency(db: Database, engagement_id: str) -> str:
    """As the contract's lines say it: 安全生产检查 12次；培训 2次. "" where one does not."""
    rows = db.query(
        "select item || ' ' || nullif(times, 0) || unit as said from service_lines"
        " where engagement_id = :id order by position",
        {"id": engagement_id},
    )
    said = [row["said"] for row in rows]
    return "；".join(said) if all(said) else ""
