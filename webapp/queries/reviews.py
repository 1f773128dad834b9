"""Service records that their lead has not read as they stand now, the doubtful first."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.standard import doubts

Row = dict[str, Any]


def waiting(db: Database, person_id: str, role: str) -> list[Row]:
    """A lead's own; all of them for a manager, who only looks."""
    rows = db.query(
        "select r.*, v.number, v.flags, v.started_at, v.ended_at, n.short_name, e.id as"
        " engagement_id,"
        " e.lead_id, l.name as lead, w.name as written_name,"
        " (select count(*) from visit_lines as x where x.visit_id = v.id) as lines,"
        " (select count(*) from hazards as h where h.visit_id = v.id and h.withdrawn_at is null)"
        "  as hazards, (select count(*) from hazards as h where h.visit_id = v.id"
        "  and h.withdrawn_at is null and h.severity = 'suspected_major') as suspected,"
        " (select count(*) from hazard_photos as p join hazards as h on h.id = p.hazard_id"
        "  where h.visit_id = v.id and h.withdrawn_at is null) as photos,"
        " exists (select 1 from confirmations as c where c.visit_id = v.id"
        "  and c.satisfaction is not null) as confirmed"
        " from service_records as r join visits as v on v.id = r.visit_id"
        " join engagements as e on e.id = v.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id join people as l on l.id = e.lead_id"
        " join people as w on w.id = r.written_by"
        " where (e.lead_id = :person or :role = 'manager') and not exists (select 1"
        "  from acknowledgements as a where a.visit_id = r.visit_id"
        "  and a.operation_id = r.latest_operation) order by v.started_at, v.id",
        {"person": person_id, "role": role},
    )
    found = [_judged(row) for row in rows]
    return sorted(found, key=lambda row: doubts.weight(row["doubts"]))


def _judged(row: Row) -> Row:
    flags = json.loads(row["flags"])
    text = row["content"] + row["process"] + row["result"]
    facts = {**row, "flags": flags, "text": text}
    return {**row, "flags": flags, "doubts": doubts.of_record(facts)}
