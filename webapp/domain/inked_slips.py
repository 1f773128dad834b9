"""打印签字: the print signed in ink is the original; its photo completes the slip (5.4.1 c)."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation
from webapp.domain import confirmations, payload, photos
from webapp.standard import slip as standard


def take_in(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """What the paper says, read off it by the consultant, and the photos that prove it."""
    visit = payload.need_visit(db, operation)
    slip = payload.text(operation, "slip", needed=True, longest=200_000)
    named = photos.named(operation)
    if not named:
        raise Refused("ink_photo_needed")
    brought = photos.brought(operation, named, {})
    said: dict[str, Any] = {
        "satisfaction": payload.one_of(operation, "satisfaction", confirmations.SATISFACTIONS),
        "comments": payload.text(operation, "comments", longest=2000),
        "ink_signer": payload.text(operation, "signer_name", needed=True, longest=60),
        "ink_post": payload.text(operation, "signer_post", longest=60),
        "ink_reason": confirmations.why_not_listed(db, operation, visit),
        "inked_at": operation.made_at,
    }
    confirmation = _open(db, visit, slip) or confirmations.freeze(
        db, operation, arrival, visit, slip
    )
    columns = ", ".join(f"{name} = :{name}" for name in said)
    db.execute(f"update confirmations set {columns} where id = :id", {**said, "id": confirmation})
    for position, (sha256, operation_id) in enumerate(brought.items()):
        db.execute(
            "insert into ink_photos (confirmation_id, position, sha256, operation_id)"
            " values (:id, :position, :sha256, :operation)",
            {"id": confirmation, "position": position, "sha256": sha256, "operation": operation_id},
        )
    after = {**said, "photos": named, "hash": standard.sha256(slip)}
    flags = ("signer_not_listed",) if said["ink_reason"] == "unsaid" else ()
    return Outcome(f"confirmation {confirmation}", flags=flags, after=after)


def _open(db: Database, visit: dict[str, Any], slip: str) -> str:
    """The newest slip of this text, when our side signed it on the screen; "" when none did."""
    rows = db.query(
        "select id, satisfaction from confirmations where visit_id = :visit and slip = :slip"
        " order by made_at desc, id desc",
        {"visit": visit["id"], "slip": slip},
    )
    found = next(iter(rows), None)
    if found and found["satisfaction"]:
        raise Refused("signed_already")
    return str(found["id"]) if found else ""
