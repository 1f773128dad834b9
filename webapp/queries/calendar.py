"""服务计划 as a calendar: visits of a span of days, one's own working days, feeds."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]


def overrides(db: Database) -> dict[date, bool]:
    rows = db.query("select date, is_workday from calendar_override")
    return {date.fromisoformat(row["date"]): bool(row["is_workday"]) for row in rows}


def override_rows(db: Database) -> list[Row]:
    return list(db.query("select * from calendar_override order by date desc"))


def visits(db: Database, since: str, until: str, person_id: str = "", role: str = "") -> list[Row]:
    """Of everyone for a manager; else of the engagements one is on."""
    return list(
        db.query(
            "select v.id, v.number, v.planned_on, v.started_at, v.ended_at, v.cancelled_at,"
            " v.cancelled_reason, n.short_name, n.name as enterprise, n.address, n.id as"
            " enterprise_id,"
            " (select group_concat(name, '、') from (select p.name from visit_people as x"
            "   join people as p on p.id = x.person_id where x.visit_id = v.id order by p.name))"
            "  as people, (select count(*) from visit_moves as m where m.visit_id = v.id) as moves,"
            " exists (select 1 from confirmations as c where c.visit_id = v.id"
            "  and c.satisfaction is not null) as confirmed"
            " from visits as v join engagements as e on e.id = v.engagement_id"
            " join enterprises as n on n.id = e.enterprise_id"
            " where v.planned_on between :since and :until and (:role = 'manager'"
            "  or e.lead_id = :person or exists (select 1 from engagement_people as g"
            "   where g.engagement_id = e.id and g.person_id = :person))"
            " order by v.planned_on, n.name, v.number",
            {"since": since, "until": until, "person": person_id, "role": role},
        )
    )


def of_feed(db: Database, token_hash: str) -> Row | None:
    """Whose feed: an active person's, not taken back."""
    rows = db.query(
        "select p.id, p.name, p.demo from calendar_feeds as f join people as p on p.id ="
        " f.person_id"
        " where f.token_hash = :hash and f.revoked_at is null and p.active = 1",
        {"hash": token_hash},
    )
    return next(iter(rows), None)


def feed(db: Database, person_id: str, role: str, since: str) -> list[Row]:
    """One's own visits, a manager's everyone's; the cancelled ones too: a calendar must hear of
    them."""
    return list(
        db.query(
            "select v.id, v.number, v.planned_on, v.started_at, v.cancelled_at, n.short_name,"
            " n.address, (select count(*) from visit_moves as m where m.visit_id = v.id) as moves"
            " from visits as v join engagements as e on e.id = v.engagement_id"
            " join enterprises as n on n.id = e.enterprise_id where v.planned_on >= :since"
            " and (:role = 'manager' or exists (select 1 from visit_people as x"
            "  where x.visit_id = v.id and x.person_id = :person))"
            " order by v.planned_on, v.id limit 1000",
            {"person": person_id, "role": role, "since": since},
        )
    )


def has_feed(db: Database, person_id: str) -> bool:
    sql = "select 1 from calendar_feeds where person_id = :id and revoked_at is null"
    return any(db.query(sql, {"id": person_id}))
