"""One id that came with two contents: both are kept, and a person looks at them once."""

from __future__ import annotations

from sqlite_utils import Database

from sync import trail


def look(db: Database, operation_id: str, person_id: str, now: str) -> None:
    trail.append(db, now, None, person_id, "double.look", f"double {operation_id}", {})
