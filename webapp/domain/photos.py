from __future__ import annotations

from sqlite_utils import Database

from sync import inbox


def arrive(db: Database, operation_id: str, sha256: str, size: int, kind: str, now: str) -> None:
    """After the bytes are durable: the photo's row, and the operation's claim fulfilled."""
    db.execute(
        "insert into photos (sha256, size, type, received_at) values (:sha256, :size, :type, :now)"
        " on conflict do nothing",
        {"sha256": sha256, "size": size, "type": kind, "now": now},
    )
    inbox.photo_arrived(db, operation_id, sha256, now)
