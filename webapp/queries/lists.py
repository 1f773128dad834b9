"""What the desk lists, whole, for a workbook: one row a thing, days as they stood in Suzhou."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries import institution_lists, kept_lists, service_lists, staff_lists

# In the order of the desk's navigation.
STORIES = {
    "service": service_lists,
    "staff": staff_lists,
    "institution": institution_lists,
    "kept": kept_lists,
}
COLUMNS = {
    kind: tuple(names.split()) for of in STORIES.values() for kind, names in of.COLUMNS.items()
}
SQL = {kind: sql for of in STORIES.values() for kind, sql in of.SQL.items()}
MADE = {kind: made for of in STORIES.values() for kind, made in of.MADE.items()}


def rows(db: Database, kind: str, day: str) -> list[list[Any]]:
    """`day`: on which credentials, terms and plans are judged."""
    asked = {"day": day, "day7": day[:7]}
    found = MADE[kind](db, day) if kind in MADE else db.query(SQL[kind], asked)
    return in_order(kind, found)


def in_order(kind: str, found: Any) -> list[list[Any]]:
    return [[row[name] for name in COLUMNS[kind]] for row in found]
