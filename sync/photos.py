"""Photos that operations brought word of: which are missing, who may bring them."""

from __future__ import annotations

from sqlite_utils import Database


def missing(db: Database, operation_id: str) -> list[str]:
    rows = db.query(
        "select sha256 from operation_photos where operation_id = :id and arrived_at is null"
        " order by sha256",
        {"id": operation_id},
    )
    return [row["sha256"] for row in rows]


def expected_size(db: Database, operation_id: str, sha256: str, person_id: str) -> int | None:
    """The bytes this person may bring for this operation. The right to a photo is (operation,
    hash, uploader): naming a hash grants nothing."""
    rows = db.query(
        "select size from operation_photos where operation_id = :id and sha256 = :sha256"
        " and uploader = :person",
        {"id": operation_id, "sha256": sha256, "person": person_id},
    )
    row = next(iter(rows), None)
    return int(row["size"]) if row else None


def owed(db: Database, operation_id: str, sha256: str) -> bool:
    """Whether this photo was named and has not come."""
    rows = db.query(
        "select 1 from operation_photos where operation_id = :id and sha256 = :sha256"
        " and arrived_at is null",
        {"id": operation_id, "sha256": sha256},
    )
    return any(rows)


def arrived(db: Database, operation_id: str, sha256: str, now: str) -> None:
    db.execute(
        "update operation_photos set arrived_at = coalesce(arrived_at, :now)"
        " where operation_id = :id and sha256 = :sha256",
        {"id": operation_id, "sha256": sha256, "now": now},
    )
