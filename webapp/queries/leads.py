"""Who may lead (5.4.1 a): a consultant with one of the three credentials, valid on the day."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from webapp.queries import credentials
from webapp.standard import credentials as standard
from webapp.standard.hazards import shanghai_day


def holds_on(db: Database, person_id: str, day: str) -> bool:
    return standard.may_lead(credentials.held(db, person_id), day)


def consultants(db: Database, day: str) -> list[dict[str, Any]]:
    """Our active consultants; `may_lead` on this day."""
    rows = db.query(
        "select id, name, post from people where role = 'consultant' and active = 1"
        " order by name, id"
    )
    held = credentials.held_by_all(db)
    return [{**row, "may_lead": standard.may_lead(held.get(row["id"], []), day)} for row in rows]


def choices(db: Database, day: str, named: Collection[str | None]) -> list[dict[str, Any]]:
    """Whom a paper may name: our consultants, and who stands in it and has left."""
    rows = consultants(db, day)
    for gone in set(named) - {None, *(row["id"] for row in rows)}:
        sql = "select id, name, post, 0 as may_lead from people where id = :id"
        rows += db.query(sql, {"id": gone})
    return rows


def served_on(visit: dict[str, Any]) -> str:
    """The day it took place: as confirmed where the clock was wrong."""
    return str(visit["service_date"] or shanghai_day(visit["started_at"]))


# The same of visit v in SQL.
SERVED_ON = "coalesce(nullif(v.service_date, ''), date(v.started_at, '+8 hours'))"

# Who led when visit v of engagement e began.
LEAD_THEN = (
    "coalesce((select b.lead_id from engagement_leads_before as b where b.engagement_id = e.id"
    " and b.until > v.started_at order by b.until limit 1), e.lead_id)"
)


def lapsed_visits(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    """Visits that took place while the lead's credential did not hold, with the reason given."""
    rows = db.query(
        f"select v.id, v.number, v.service_date, v.started_at, {LEAD_THEN} as lead_id,"
        " coalesce(r.reason,"
        " '') as reason from visits as v"
        " join engagements as e on e.id = v.engagement_id left join lapse_reasons as r"
        " on r.visit_id = v.id where v.engagement_id = :id and v.started_at is not null"
        " order by v.number",
        {"id": engagement_id},
    )
    dated = [{**row, "served_on": served_on(row)} for row in rows]
    held = {lead: credentials.held(db, lead) for lead in {row["lead_id"] for row in dated}}
    return [row for row in dated if not standard.may_lead(held[row["lead_id"]], row["served_on"])]


def leads_visit(db: Database, visit_id: str, person_id: str, role: str) -> bool:
    """Its plan is the lead's and the manager's to change."""
    sql = (
        "select 1 from visits as v join engagements as e on e.id = v.engagement_id"
        " where v.id = :visit and e.lead_id = :person"
    )
    own = role == "consultant" and any(db.query(sql, {"visit": visit_id, "person": person_id}))
    return role == "manager" or own
