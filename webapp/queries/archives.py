"""一企一档 (5.6): every record of 5.1–5.5 of one enterprise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from webapp.queries import (
    board_photos,
    boards,
    confirmations,
    engagement_pages,
    hazards,
    oversights,
    plans,
    service_steps,
    visits,
)
from webapp.queries.enterprises import by_id, signers_of
from webapp.standard import oversight

Row = dict[str, Any]
Table = tuple[dict[str, str], list[Row]]  # its columns with their types, its rows
# What of the whole database belongs to one enterprise: table → how its rows are found.
_E = "select id from engagements where enterprise_id = :id"
_V = f"select id from visits where engagement_id in ({_E})"
_H = f"select id from hazards where visit_id in ({_V})"
_C = f"select id from confirmations where visit_id in ({_V})"
_L = f"select id from service_lines where engagement_id in ({_E})"
PARTS = {
    "enterprises": "id = :id",
    "enterprise_people": "enterprise_id = :id",
    "engagements": "enterprise_id = :id",
    **dict.fromkeys(
        (
            *("engagement_people", "initial_visits", "initial_visit_people", "assessments"),
            *("assessment_people", "contracts", "service_lines", "visits"),
            *("boards", "boards_before", "follow_ups", "engagement_leads_before"),
        ),
        f"engagement_id in ({_E})",
    ),
    # What was withdrawn was perhaps another client's (4.3 d).
    "attachments": f"engagement_id in ({_E}) and withdrawn_at is null",
    "due_days": f"line_id in ({_L})",
    **dict.fromkeys(
        (
            *("visit_people", "visit_lines", "visit_moves", "service_records", "hazards"),
            *("acknowledgements", "confirmations", "versions"),
        ),
        f"visit_id in ({_V})",
    ),
    "board_photos": f"board_id in (select id from boards where engagement_id in ({_E}))",
    "hazard_photos": f"hazard_id in ({_H})",
    "signatures": f"confirmation_id in ({_C})",
    "ink_photos": f"confirmation_id in ({_C})",
    "plans": "enterprise_id = :id",
    "oversights": "enterprise_id = :id and removed_at is null",
    "zones": "plan_id in (select id from plans where enterprise_id = :id)",
}
# What is nobody's outside: where our people stood, what we doubt, and ink that could be copied.
INTERNAL = {
    "visits": ("place", "flags"),
    "signatures": ("strokes", "doubt"),
    "acknowledgements": ("note",),
}
PEOPLE = "id, name, role, post"


def tables(db: Database, enterprise_id: str) -> dict[str, Table]:
    """Rows as they stand in the database, less what is internal; a table without any is there."""
    given = {"id": enterprise_id}
    found = {
        table: _table(db, table, db.query(f"select * from {table} where {where}", given))
        for table, where in PARTS.items()
    }
    for row in found["oversights"][1]:
        if row["kind"] == "complaint":
            row["source"] = oversight.masked(row["source"])
    return {**found, "people": _named_in(db, found)}


def _table(db: Database, table: str, found: Iterable[Row], only: str = "") -> Table:
    types = db.query("select name, type from pragma_table_info(:t)", {"t": table})
    hidden = INTERNAL.get(table, ())
    wanted = only.split(", ") if only else None
    columns = {
        row["name"]: row["type"]
        for row in types
        if row["name"] not in hidden and (wanted is None or row["name"] in wanted)
    }
    return columns, [{name: _outside(row[name]) for name in columns} for row in found]


def _outside(value: Any) -> Any:
    """That a signer gave no reason is a doubt of ours too."""
    return "" if value == "unsaid" else value


def _named_in(db: Database, found: dict[str, Table]) -> Table:
    """Of our people and theirs only whom a row names: whoever was there, wrote, led or signed."""
    named = {
        value
        for _, rows in found.values()
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    }
    ids = [row["id"] for row in db.query("select id from people") if row["id"] in named]
    sql = f"select {PEOPLE} from people where id in (select value from json_each(:ids)) order by id"
    return _table(db, "people", db.query(sql, {"ids": json.dumps(ids)}), PEOPLE)


def of_enterprise(db: Database, enterprise_id: str, day: str) -> Row:
    sql = "select id from engagements where enterprise_id = :id order by starts_on desc, id"
    ids = [row["id"] for row in db.query(sql, {"id": enterprise_id})]
    return {
        "enterprise": by_id(db, enterprise_id),
        "signers": signers_of(db, enterprise_id),
        "engagements": [engagement(db, one, day) for one in ids],
        "oversights": oversights.of_enterprise(db, enterprise_id, day),
        "plans": plans.of_enterprise(db, enterprise_id),
    }


def engagement(db: Database, engagement_id: str, day: str) -> Row:
    return {
        "head": engagement_pages.head(db, engagement_id),
        "facts": service_steps.facts(db, engagement_id, day),
        "initial_visit": engagement_pages.initial_visit(db, engagement_id),
        "assessment": engagement_pages.assessment(db, engagement_id),
        "contract": engagement_pages.contract(db, engagement_id),
        "lines": service_steps.lines(db, engagement_id),
        "attachments": engagement_pages.attachments(db, engagement_id),
        "visits": [_visit(db, row) for row in engagement_pages.visits(db, engagement_id)],
        "boards": board_photos.with_photos(db, boards.of_engagement(db, engagement_id, day)),
        "follow_ups": engagement_pages.follow_ups(db, engagement_id),
    }


def _visit(db: Database, row: Row) -> Row:
    stands, others = confirmations.with_others(db, row["id"])
    return {
        **row,
        "record_text": visits.record(db, row["id"]),
        "confirmation": stands,
        "other_slips": others,
        "found": hazards.of_visit(db, row["id"]),
    }
