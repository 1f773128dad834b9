"""隐患 as the field shows them."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries import arrivals, versions

SHOWN = (
    "h.id, h.label, h.number, h.location, h.plan_id, h.pin_x, h.pin_y, h.description, h.category,"
    " h.severity, h.basis_document, h.basis_clause, h.suggestion, h.deadline, h.due_on,"
    " h.no_photo_reason, h.recorded_by, p.name as recorded_name, h.recorded_at, h.withdrawn_at,"
    " h.withdrawn_reason, h.latest_operation, e.name as latest_name, o.made_at as latest_at"
)
MAY_BE_NULL = ("pin_x", "pin_y")


def of_visit(db: Database, visit_id: str) -> list[dict[str, Any]]:
    rows = db.query(
        f"select {SHOWN} from hazards as h join people as p on p.id = h.recorded_by"
        " join operations as o on o.id = h.latest_operation and o.outcome = 'applied'"
        " join people as e on e.id = o.made_by"
        " where h.visit_id = :id order by h.recorded_at, h.id",
        {"id": visit_id},
    )
    there, beside = arrivals.of_visit(db, visit_id), versions.of_visit(db, visit_id)
    return [
        {
            **{k: "" if v is None and k not in MAY_BE_NULL else v for k, v in row.items()},
            "url": f"/visits/{visit_id}/hazards/{row['id']}",
            **there.get(row["id"], arrivals.none()),
            "versions": beside.get(row["id"], []),
            "delivery": "",
        }
        for row in rows
    ]


def open_before(db: Database, engagement_id: str, number: int) -> list[dict[str, Any]]:
    """What earlier visits of this engagement found and nobody withdrew."""
    return list(
        db.query(
            "select h.id, h.label, coalesce(h.number, '') as number, h.location, h.description,"
            " h.severity, h.due_on, v.number as visit_number from hazards as h"
            " join visits as v on v.id = h.visit_id where v.engagement_id = :engagement"
            " and v.number < :number and h.withdrawn_at is null"
            " order by v.number desc, h.recorded_at, h.id",
            {"engagement": engagement_id, "number": number},
        )
    )
