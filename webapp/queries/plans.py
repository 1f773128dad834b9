from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import one, zones


def plan(db: Database, plan_id: str) -> dict[str, Any] | None:
    """A plan, retired ones too (old hazards stand on them), with its zones."""
    row = one(db, "select * from plans where id = :id", id=plan_id)
    return row and {**row, "url": f"/plans/{plan_id}/image", "zones": zones(db, plan_id)}


def plan_of_zone(db: Database, zone_id: str) -> str:
    row = one(db, "select plan_id from zones where id = :id", id=zone_id)
    return str(row["plan_id"]) if row else ""


def of_enterprise(db: Database, enterprise_id: str) -> list[dict[str, Any]]:
    """All of them: what was found stands on the image of its day."""
    sql = "select * from plans where enterprise_id = :id order by position, name, version"
    return list(db.query(sql, {"id": enterprise_id}))
