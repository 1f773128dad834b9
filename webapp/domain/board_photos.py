"""A photo of the board as it hangs at the enterprise: the evidence for 5.4.1 d."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal


def read(db: Database, board_id: str, form: Form, today: str) -> str:
    """The day it was taken: not before the board was made, and not of one that was revoked."""
    board = next(iter(list(db.query("select * from boards where id = :id", {"id": board_id}))))
    if board["revoked_on"]:
        raise Refusal("board_revoked", field="photo")
    taken = entered.past_day(form, "taken_on", today)
    if taken < board["made_on"]:
        raise Refusal("before_board", field="taken_on", made_on=board["made_on"])
    return taken


def add(
    db: Database, board_id: str, sha256: str, size: int, taken_on: str, by: str, now: str
) -> str:
    """Its bytes are durable already."""
    db.execute(
        "insert into photos (sha256, size, type, received_at)"
        " values (:sha256, :size, 'image/jpeg', :now) on conflict do nothing",
        {"sha256": sha256, "size": size, "now": now},
    )
    values = {"board_id": board_id, "sha256": sha256, "taken_on": taken_on}
    found = rows.add(db, "board_photos", {**values, "added_by": by, "added_at": now})
    rows.tell(db, by, now, "board_photo.add", f"board {board_id}", sha256=sha256, on=taken_on)
    return found


def withdraw(db: Database, photo_id: str, by: str, now: str) -> None:
    """The wrong picture: it counts no more and stays."""
    gone = rows.end(db, "board_photos", "withdrawn_at", photo_id, now)
    if gone:
        rows.tell(db, by, now, "board_photo.withdraw", f"board {gone['board_id']}", id=photo_id)
