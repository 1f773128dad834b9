"""Who is who, and who is tied to what."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def by_id(db: Database, person_id: str) -> dict[str, Any] | None:
    return next(iter(db.query("select * from people where id = :id", {"id": person_id})), None)


def with_phones(db: Database) -> list[dict[str, Any]]:
    """Every consultant, and whoever else ever signed in on a phone."""
    return list(
        db.query(
            "select id, name, post, role, active from people where role = 'consultant' or id in"
            " (select person from devices) order by active desc, letter, name, id"
        )
    )


def tied_to_enterprise(db: Database, person_id: str, role: str, enterprise_id: str) -> bool:
    """A manager to all; a consultant by an engagement; a safety manager by appointment."""
    return any(
        db.query(
            "select 1 from enterprises where id = :enterprise and (:role = 'manager'"
            " or (:role = 'safety_manager' and exists (select 1 from enterprise_people"
            "  where enterprise_id = :enterprise and person_id = :person))"
            " or (:role = 'consultant' and exists (select 1 from engagements as e"
            "  where e.enterprise_id = :enterprise and (e.lead_id = :person or exists"
            "   (select 1 from engagement_people as p"
            "    where p.engagement_id = e.id and p.person_id = :person)))))",
            {"person": person_id, "role": role, "enterprise": enterprise_id},
        )
    )


def tied_to_engagement(db: Database, person_id: str, engagement_id: str) -> bool:
    """May this consultant record a visit of it?"""
    return any(
        db.query(
            "select 1 from engagements as e where e.id = :engagement and (e.lead_id = :person"
            " or exists (select 1 from engagement_people as p"
            "  where p.engagement_id = e.id and p.person_id = :person))",
            {"person": person_id, "engagement": engagement_id},
        )
    )


def enterprise_of_visit(db: Database, visit_id: str) -> str | None:
    row = next(
        iter(
            db.query(
                "select e.enterprise_id as id from visits as v"
                " join engagements as e on e.id = v.engagement_id where v.id = :visit",
                {"visit": visit_id},
            )
        ),
        None,
    )
    return str(row["id"]) if row else None


def enterprises_of_photo(db: Database, sha256: str) -> list[str]:
    """The enterprises in whose hazards, versions or slips this photo stands, once its own bringer
    has sent it."""
    rows = db.query(
        "select distinct e.enterprise_id as id from ("
        " select h.visit_id, p.operation_id, p.sha256 from hazard_photos as p"
        "  join hazards as h on h.id = p.hazard_id where p.sha256 = :sha256"
        " union all select v.visit_id, p.operation_id, p.sha256 from version_photos as p"
        "  join versions as v on v.operation_id = p.version_id where p.sha256 = :sha256"
        " union all select json_extract(cast(o.body as text), '$.payload.visit_id'),"
        "  p.operation_id, p.sha256 from operation_photos as p join operations as o"
        "  on o.id = p.operation_id and o.outcome = 'conflict' where p.sha256 = :sha256"
        " union all select c.visit_id, p.operation_id, p.sha256 from ink_photos as p"
        "  join confirmations as c on c.id = p.confirmation_id where p.sha256 = :sha256) as p"
        " join visits as v on v.id = p.visit_id join engagements as e on e.id = v.engagement_id"
        " join operation_photos as o on o.operation_id = p.operation_id and o.sha256 = p.sha256"
        " where o.arrived_at is not null",
        {"sha256": sha256},
    )
    return [row["id"] for row in rows]
