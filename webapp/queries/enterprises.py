"""服务对象 as the office sees them."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries import board_photos, boards
from webapp.queries.confirmations import STANDS


def of_person(db: Database, person_id: str, role: str) -> list[dict[str, Any]]:
    """All for a manager; for the others the ones they are tied to (see queries.people)."""
    return list(
        db.query(
            "select n.*, (select max(v.started_at) from visits as v join engagements as e"
            "  on e.id = v.engagement_id where e.enterprise_id = n.id) as last_visit,"
            " (select min(v.planned_on) from visits as v join engagements as e"
            "  on e.id = v.engagement_id where e.enterprise_id = n.id"
            "  and v.started_at is null and v.cancelled_at is null) as next_visit from"
            " enterprises as n"
            " where :role = 'manager' or :role = 'safety_manager' and exists"
            "  (select 1 from enterprise_people as p"
            "   where p.enterprise_id = n.id and p.person_id = :person)"
            " or :role = 'consultant' and exists (select 1 from engagements as e"
            "  where e.enterprise_id = n.id and (e.lead_id = :person or exists (select 1"
            "   from engagement_people as g where g.engagement_id = e.id"
            "   and g.person_id = :person))) order by n.name",
            {"role": role, "person": person_id},
        )
    )


def visits_of(db: Database, enterprise_id: str) -> list[dict[str, Any]]:
    rows = db.query(
        "select v.*, c.id as confirmation_id, c.code, c.satisfaction, c.comments, l.name as lead,"
        " (select count(*) from hazards as h where h.visit_id = v.id"
        "  and h.withdrawn_at is null) as hazards"
        " from visits as v join engagements as e on e.id = v.engagement_id"
        " join people as l on l.id = e.lead_id left join confirmations as c on c.id ="
        f" {STANDS}"
        " where e.enterprise_id = :id order by v.planned_on desc, v.number desc",
        {"id": enterprise_id},
    )
    return list(rows)


def engagements_of(db: Database, enterprise_id: str, day: str) -> list[dict[str, Any]]:
    rows = db.query(
        "select e.*, l.name as lead from engagements as e join people as l on l.id = e.lead_id"
        " where e.enterprise_id = :id order by e.starts_on desc",
        {"id": enterprise_id},
    )
    return [
        {**row, "boards": board_photos.with_photos(db, boards.of_engagement(db, row["id"], day))}
        for row in list(rows)
    ]


def by_id(db: Database, enterprise_id: str) -> dict[str, Any] | None:
    sql = "select * from enterprises where id = :id"
    return next(iter(db.query(sql, {"id": enterprise_id})), None)


def signers_of(db: Database, enterprise_id: str) -> list[dict[str, Any]]:
    """Safety managers first, then deputies."""
    return list(
        db.query(
            "select p.id, p.name, p.post, p.phone, e.deputy, e.authority from"
            " enterprise_people as e"
            " join people as p on p.id = e.person_id where e.enterprise_id = :id and p.active = 1"
            " order by e.deputy, p.name",
            {"id": enterprise_id},
        )
    )
