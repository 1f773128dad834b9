"""Who took what out of the house, and when."""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database

from sync import trail


def record(
    db: Database, kind: str, subject: str, by: str, now: str, asked: Mapping[str, str] | None = None
) -> None:
    """`asked`: what narrowed it."""
    trail.append(db, now, None, by, f"export.{kind}", subject, dict(asked or {}))
