"""服务公示牌 (5.4.1 d): an unguessable, revocable code at the enterprise's gate."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

from sync import trail
from webapp.ids import new_id
from webapp.standard.slip import CROCKFORD

CODE_LENGTH = 12  # 60 bits


def make(db: Database, engagement_id: str, day: str) -> str:
    """A new board; its code."""
    code = "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
    db.execute(
        "insert into boards (id, engagement_id, code, made_on)"
        " values (:id, :engagement, :code, :day)",
        {"id": new_id(), "engagement": engagement_id, "code": code, "day": day},
    )
    return code


def revoke(db: Database, board_id: str, person_id: str, day: str, now: str) -> None:
    """The printed code stops answering; the first revocation stands."""
    db.execute(
        "update boards set revoked_on = :day where id = :id and revoked_on is null",
        {"day": day, "id": board_id},
    )
    trail.append(db, now, None, person_id, "board.revoke", f"board {board_id}", {"on": day})
