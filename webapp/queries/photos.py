from __future__ import annotations

from sqlite_utils import Database


def kind(db: Database, sha256: str) -> str | None:
    """The media type of a photo that has arrived."""
    rows = db.query("select type from photos where sha256 = :sha256", {"sha256": sha256})
    row = next(iter(rows), None)
    return str(row["type"]) if row else None
