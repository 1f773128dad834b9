"""Slips as papers: what was frozen, who signed."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import confirmation, one


def of_visit(db: Database, visit_id: str) -> dict[str, Any]:
    """The newest slip of the visit; id "" when none."""
    return confirmation(db, visit_id)


def by_code(db: Database, code: str) -> dict[str, Any] | None:
    """The newest slip with this code, without its text."""
    return one(
        db,
        "select c.id, c.visit_id, c.code, c.hash, c.made_at, c.satisfaction, c.received_at,"
        " (select count(*) from signatures as s where s.confirmation_id = c.id) as signatures"
        " from confirmations as c where c.code = :code order by signatures desc, c.made_at desc",
        code=code,
    )


def latest_delivered(db: Database) -> dict[str, Any]:
    """The newest slip that both have signed: what the bench prints."""
    row = one(
        db,
        "select visit_id from confirmations where satisfaction is not null"
        " order by made_at desc limit 1",
    )
    assert row is not None
    return confirmation(db, row["visit_id"])


def paper(db: Database, sha256: str) -> dict[str, Any] | None:
    """An archived PDF by the hash of its bytes."""
    return one(db, "select * from papers where sha256 = :sha256", sha256=sha256)


def archived(db: Database, confirmation_id: str) -> dict[str, Any] | None:
    return one(db, "select * from papers where subject = :id", id=confirmation_id)
