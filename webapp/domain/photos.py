"""Photos that operations name and bring, and their arrival."""

from __future__ import annotations

from sqlite_utils import Database

from sync import photos as claims
from sync.inbox import Refused
from sync.operation import SHA256, Operation

MOST = 30


def named(operation: Operation) -> list[str]:
    """The hashes of the payload, in the order taken."""
    found = operation.payload.get("photos", [])
    shaped = isinstance(found, list) and all(
        isinstance(one, str) and SHA256.fullmatch(one) for one in found
    )
    if not shaped or len(set(found)) != len(found) or len(found) > MOST:
        raise Refused("bad_value", field="photos")
    return list(found)


def brought(operation: Operation, photos: list[str], there: dict[str, str]) -> dict[str, str]:
    """hash → the operation that brings it. A hash that nobody brings is nonsense."""
    own = {photo.sha256: operation.id for photo in operation.photos}
    if any(sha256 not in there and sha256 not in own for sha256 in photos):
        raise Refused("bad_value", field="photos")
    return {sha256: there.get(sha256) or own[sha256] for sha256 in photos}


def of_hazard(db: Database, hazard_id: str) -> dict[str, str]:
    """Every photo that anyone ever brought to this hazard: hash → operation. An edit made
    elsewhere may still name one that is no longer on it."""
    rows = db.query(
        "select p.sha256, p.operation_id from trail as t join operation_photos as p"
        " on p.operation_id = t.operation_id where t.subject = :subject"
        " order by p.arrived_at is not null, t.seq desc",
        {"subject": f"hazard {hazard_id}"},
    )
    return {row["sha256"]: row["operation_id"] for row in rows}


def arrive(db: Database, operation_id: str, sha256: str, size: int, kind: str, now: str) -> None:
    """After the bytes are durable: the photo's row, and the operation's claim fulfilled."""
    db.execute(
        "insert into photos (sha256, size, type, received_at) values (:sha256, :size, :type, :now)"
        " on conflict do nothing",
        {"sha256": sha256, "size": size, "type": kind, "now": now},
    )
    claims.arrived(db, operation_id, sha256, now)
