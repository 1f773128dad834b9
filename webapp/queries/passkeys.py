"""通行密钥 of a person."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def of_person(db: Database, person_id: str) -> list[dict[str, Any]]:
    return list(
        db.query(
            "select id, user_agent, made_at, coalesce(used_at, '') as used_at from passkeys"
            " where person_id = :id order by made_at, id",
            {"id": person_id},
        )
    )


def by_id(db: Database, passkey_id: str) -> dict[str, Any] | None:
    rows = db.query("select * from passkeys where id = :id", {"id": passkey_id})
    return next(iter(rows), None)
