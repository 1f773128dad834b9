"""Imports of rescue files, and the drafts that came with them."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import one

# What no one would read: ids, coordinates, ink.
UNREADABLE = {"photos", "strokes", "place", "pin_x", "pin_y", "plan_id"}
MOST = 50


def latest(db: Database, most: int = MOST) -> list[dict[str, Any]]:
    rows = db.query(
        "select * from rescues order by imported_at desc, id desc limit :n", {"n": most}
    )
    return [_shown(db, row) for row in rows]


def by_id(db: Database, rescue_id: str) -> dict[str, Any] | None:
    """The report with the names of people and the words of the drafts."""
    row = one(db, "select * from rescues where id = :id", id=rescue_id)
    if row is None:
        return None
    found = _shown(db, row)
    drafts = (draft(db, draft_id) for draft_id in found["drafts"])
    return {**found, "drafts": [one for one in drafts if one]}


def _shown(db: Database, row: dict[str, Any]) -> dict[str, Any]:
    report = json.loads(row["report"])
    names = {one["id"]: one["name"] for one in db.query("select id, name from people")}
    for record in report["records"]:
        record["person_name"] = names.get(record["person"], "")
    return {
        **report,
        "id": row["id"],
        "imported_at": row["imported_at"],
        "importer": names.get(row["imported_by"], ""),
        "person_name": names.get(report["person"], ""),
    }


def draft(db: Database, draft_id: str) -> dict[str, Any] | None:
    row = one(
        db,
        "select d.*, p.name as person_name from rescued_drafts as d"
        " left join people as p on p.id = d.person where d.id = :id",
        id=draft_id,
    )
    if row is None:
        return None
    visit = re.match(r"/visits/([^/#]+)", row["address"])
    fields = _fields(row["content"])
    return {
        **row,
        "visit": _visit(db, visit[1]) if visit else None,
        "fields": [(name, words) for name, words in fields if name not in UNREADABLE],
        "photos": _photos(db, dict(fields).get("photos", "")),
    }


def _fields(content: str) -> list[tuple[str, str]]:
    """(field, words) of a form; a text that is no form stands whole under no name."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return [("", content)]
    if not isinstance(found, dict):
        return [("", content)]
    listed = {name: value if isinstance(value, list) else [value] for name, value in found.items()}
    words = ((name, "\n".join(str(one) for one in value)) for name, value in listed.items())
    return [(name, text) for name, text in words if text.strip()]


def _photos(db: Database, named: str) -> list[str]:
    """Those of a draft's pictures that are here."""
    there = []
    for sha256 in named.split("\n"):
        if one(db, "select 1 from photos where sha256 = :sha256", sha256=sha256):
            there.append(sha256)
    return there


def _visit(db: Database, visit_id: str) -> dict[str, Any] | None:
    return one(
        db,
        "select v.id, v.number, n.short_name from visits as v"
        " join engagements as e on e.id = v.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id where v.id = :id",
        id=visit_id,
    )
