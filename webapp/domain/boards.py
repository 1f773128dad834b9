"""服务公示牌 (5.4.1 d): an unguessable, revocable code at the enterprise's gate."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

from sync import trail
from webapp.domain import rows
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.queries import boards
from webapp.standard.slip import CROCKFORD

CODE_LENGTH = 12  # 60 bits


def make(db: Database, engagement_id: str, day: str, person_id: str = "", now: str = "") -> str:
    """A new board; its code. Without a person (the demo) nothing is said in the trail."""
    board = {
        "id": new_id(),
        "engagement": engagement_id,
        "code": "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH)),
        "day": day,
    }
    db.execute(
        "insert into boards (id, engagement_id, code, made_on)"
        " values (:id, :engagement, :code, :day)",
        board,
    )
    note_print(db, board["id"], boards.to_print(db, engagement_id, day))
    if person_id:
        detail = {"engagement": engagement_id, "code": board["code"]}
        trail.append(db, now, None, person_id, "board.make", f"board {board['id']}", detail)
    return board["code"]


def note_print(db: Database, board_id: str, printed: dict[str, str]) -> None:
    """Whoever fetches the paper hangs it up: this (`boards.to_print`) stands on it."""
    db.execute(
        "update boards set printed_team = :team, printed_stars = :stars, printed_phone = :phone"
        " where id = :id",
        {**printed, "id": board_id},
    )


def take_along(
    db: Database, board_id: str, engagement_id: str, person_id: str, day: str, now: str
) -> None:
    """A renewal: when the engagement is over, the code at the gate goes on with the next of the
    same enterprise. The paper names the old term: it must be printed again."""
    board = next(iter(db.query("select * from boards where id = :id", {"id": board_id})))
    if board["revoked_on"]:
        raise Refusal("board_gone")
    if engagement_id not in {row["id"] for row in boards.next_of(db, board_id, day)}:
        raise Refusal("bad_value", field="engagement_id")
    row = {"id": board_id, "from": board["engagement_id"], "to": engagement_id, "day": day}
    db.execute(
        "insert into boards_before (board_id, engagement_id, until) values (:id, :from, :day)"
        " on conflict (board_id, engagement_id) do update set until = excluded.until",
        row,
    )
    db.execute("update boards set engagement_id = :to, printed_team = '' where id = :id", row)
    rows.tell(db, person_id, now, "board.take_along", f"board {board_id}", **row)


def revoke(db: Database, board_id: str, person_id: str, day: str, now: str) -> None:
    """The printed code stops answering; the first revocation stands."""
    if rows.end(db, "boards", "revoked_on", board_id, day):
        rows.tell(db, person_id, now, "board.revoke", f"board {board_id}", on=day)
