"""两处修改: what stands beside a hazard or a service record until a person has chosen."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.queries import arrivals

Row = dict[str, Any]
# Still to be chosen about: of a chain only the newest, for who wrote it has seen the rest.
OPEN = (
    "v.settled_by is null and not exists (select 1 from versions as n"
    " where n.base = v.operation_id or n.resolves = v.operation_id)"
)
LOOKED_AT = (
    "exists (select 1 from trail as t where t.subject = 'double ' || o.id"
    " and t.action = 'double.look')"
)
MAY_BE_NULL = ("pin_x", "pin_y")


def of_visit(db: Database, visit_id: str) -> dict[str, list[Row]]:
    """hazard id → its open versions, in order of arrival; those of the service record under ""."""
    rows = db.query(
        "select v.*, p.name as made_name from versions as v join people as p on p.id = v.made_by"
        f" join operations as o on o.id = v.operation_id where v.visit_id = :id and {OPEN}"
        " group by v.operation_id order by min(o.server_seq)",
        {"id": visit_id},
    )
    there = arrivals.of_visit(db, visit_id, arrivals.BESIDE)
    found: dict[str, list[Row]] = {}
    for row in rows:
        photos = there.get(row["operation_id"], arrivals.none())
        found.setdefault(row["hazard_id"] or "", []).append({**_shown(row), **photos})
    return found


def _shown(row: Row) -> Row:
    """The same names as a hazard or a record has, so that both can be laid side by side."""
    said = json.loads(row["fields"])
    owner = f"hazards/{row['hazard_id']}" if row["hazard_id"] else "record"
    return {
        **{k: "" if v is None and k not in MAY_BE_NULL else v for k, v in said.items()},
        "id": row["operation_id"],
        "kind": row["kind"],
        "url": f"/visits/{row['visit_id']}/{owner}/versions/{row['operation_id']}",
        **{name: row[name] for name in ("made_by", "made_name", "made_at")},
    }


def to_choose(db: Database, enterprise_id: str) -> dict[str, int]:
    """visit id → how many changes wait for a person to choose."""
    rows = db.query(
        "select v.visit_id, count(*) as n from versions as v join visits as w on w.id = v.visit_id"
        " join engagements as e on e.id = w.engagement_id where e.enterprise_id = :id"
        f" and {OPEN} group by v.visit_id",
        {"id": enterprise_id},
    )
    return {row["visit_id"]: row["n"] for row in rows}


def settled(db: Database, device: str, person_id: str) -> list[str]:
    """Operations of this phone about which nobody has to choose, or look, any more."""
    rows = db.query(
        "select o.id from operations as o left join versions as v on v.operation_id = o.id"
        " where o.device = :device and o.made_by = :person and o.outcome = 'conflict'"
        f" and (v.operation_id is not null and not ({OPEN}) or {LOOKED_AT})"
        " group by o.id order by max(o.server_seq) desc limit 200",
        {"device": device, "person": person_id},
    )
    return [row["id"] for row in rows]


def doubles(db: Database, visit_id: str) -> list[Row]:
    """One id that came with two contents: never a person's doing, so somebody should look. All
    that came under it, the one that counts first."""
    rows = db.query(
        "select o.id, o.kind, o.outcome, o.made_at, o.received_at, p.name as made_name,"
        " cast(o.body as text) as body from operations as o join people as p on p.id = o.made_by"
        " where o.id in (select id from operations where outcome = 'conflict'"
        "  and json_extract(receipt, '$.reason.code') = 'same_id'"
        "  and json_extract(cast(body as text), '$.payload.visit_id') = :visit)"
        f" and not {LOOKED_AT} order by o.id, o.server_seq",
        {"visit": visit_id},
    )
    found = [{**row, "payload": json.loads(row.pop("body"))["payload"]} for row in rows]
    for row in found:  # no verb has read it: anything may stand there
        named = row["payload"].get("photos")
        row["photos"] = named if isinstance(named, list) else []
    return found
