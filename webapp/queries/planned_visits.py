"""One visit as the desk plans it."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.engagement_pages import moves


def by_id(db: Database, visit_id: str) -> dict[str, Any]:
    key = {"id": visit_id}
    row = next(iter(db.query("select * from visits where id = :id", key)))
    people = db.query("select person_id as id from visit_people where visit_id = :id", key)
    lines = db.query("select line_id as id from visit_lines where visit_id = :id", key)
    return {
        **row,
        "people": [one["id"] for one in people],
        "lines": [one["id"] for one in lines],
        "moves": moves(db, visit_id),
    }
