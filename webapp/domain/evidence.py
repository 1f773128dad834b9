"""Scans: their bytes are durable already when a row names them."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.domain import rows

JPEG, PDF = "image/jpeg", "application/pdf"


def add(
    db: Database, sha256: str, kind: str, size: int, person_id: str | None, by: str, now: str
) -> str:
    """`person_id`: whose it is; None: the institution's. Known to verify and backup like any
    photo or paper."""
    row = {"sha256": sha256, "size": size, "type": kind, "now": now}
    if kind == PDF:
        db.execute(
            "insert into papers (sha256, kind, subject, made_at)"
            " values (:sha256, 'evidence', '', :now) on conflict do nothing",
            row,
        )
    else:
        db.execute(
            "insert into photos (sha256, size, type, received_at)"
            " values (:sha256, :size, :type, :now) on conflict do nothing",
            row,
        )
    values = {"sha256": sha256, "type": kind, "person_id": person_id}
    return rows.add(db, "evidence", {**values, "added_by": by, "added_at": now})
