"""What hangs on one of our people: what somebody must take over when they leave."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.service_steps import FOLLOWS, IN_SERVICE
from webapp.queries.visits import Row

UNREAD = (
    "(select count(*) from service_records as r join visits as v on v.id = r.visit_id"
    " where v.engagement_id = e.id and not exists (select 1 from acknowledgements as a"
    "  where a.visit_id = r.visit_id and a.operation_id = r.latest_operation))"
)
PLANNED = (
    "(select count(*) from visits as v join visit_people as x on x.visit_id = v.id"
    " and x.person_id = :person where v.engagement_id = e.id and v.started_at is null"
    " and v.cancelled_at is null)"
)
HAZARDS = (
    "(select count(*) from hazards as h join visits as v on v.id = h.visit_id"
    " where v.engagement_id = e.id and h.recorded_by = :person and h.withdrawn_at is null)"
)


def engagements(db: Database, person_id: str, day: str) -> list[Row]:
    """Those that run; of the others those that still wait for this person: a planned visit, and
    for their lead a record to read or the follow-up of 5.5. The ones they lead come first."""
    rows = db.query(
        "select * from (select e.*, n.name as enterprise, e.lead_id = :person as leads,"
        " e.ended_on is not null or e.ends_on < :day as over,"
        f" {PLANNED} as planned, {HAZARDS} as hazards,"
        f" case when e.lead_id = :person then {UNREAD} else 0 end as unread,"
        f" {IN_SERVICE} and not exists (select 1 from follow_ups as f"
        f"  where f.engagement_id = e.id and {FOLLOWS}) as no_follow_up"
        " from engagements as e join enterprises as n on n.id = e.enterprise_id"
        " where e.lead_id = :person or exists (select 1 from engagement_people as x"
        "  where x.engagement_id = e.id and x.person_id = :person))"
        " where not over or planned > 0 or leads and (unread > 0 or no_follow_up)"
        " order by leads desc, over, enterprise, starts_on",
        {"person": person_id, "day": day},
    )
    return list(rows)


def planned(db: Database, engagement_id: str, person_id: str) -> list[str]:
    """Visits that this person is to make, by day."""
    rows = db.query(
        "select v.id from visits as v join visit_people as x on x.visit_id = v.id"
        " and x.person_id = :person where v.engagement_id = :id and v.started_at is null"
        " and v.cancelled_at is null order by v.planned_on, v.number",
        {"id": engagement_id, "person": person_id},
    )
    return [str(row["id"]) for row in rows]


def unfinished(db: Database, person_id: str) -> list[Row]:
    """Begun by this person and not signed by both: nobody else can end it on that phone."""
    rows = db.query(
        "select v.id, v.number, v.started_at, n.short_name from visits as v join engagements as e"
        " on e.id = v.engagement_id join enterprises as n on n.id = e.enterprise_id"
        " where v.started_by = :person and not exists (select 1 from confirmations as c"
        "  where c.visit_id = v.id and c.satisfaction is not null) order by v.started_at",
        {"person": person_id},
    )
    return list(rows)
