"""Who took what out of the house, and when."""

from __future__ import annotations

from sqlite_utils import Database

from sync import trail


def record(db: Database, kind: str, subject: str, by: str, now: str) -> None:
    trail.append(db, now, None, by, f"export.{kind}", subject, {})
