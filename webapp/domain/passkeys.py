"""通行密钥 of a person: kept, used, removed."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.domain import rows
from webapp.domain.refusal import Refusal
from webapp.queries import passkeys as queries

MOST = 10


def add(db: Database, person_id: str, key: tuple[str, bytes, int], agent: str, now: str) -> None:
    """`key`: (id, public key, count of uses)."""
    if queries.by_id(db, key[0]):
        raise Refusal("passkey_known")
    if len(queries.of_person(db, person_id)) >= MOST:
        raise Refusal("too_many_passkeys", most=MOST)
    db.execute(
        "insert into passkeys (id, person_id, public_key, sign_count, user_agent, made_at)"
        " values (:id, :person, :key, :count, :agent, :now)",
        {
            "id": key[0],
            "person": person_id,
            "key": key[1],
            "count": key[2],
            "agent": agent[:300],
            "now": now,
        },
    )
    rows.tell(db, person_id, now, "passkey.add", f"person {person_id}")


def used(db: Database, passkey_id: str, count: int, now: str) -> None:
    db.execute(
        "update passkeys set sign_count = :count, used_at = :now where id = :id",
        {"id": passkey_id, "count": count, "now": now},
    )


def remove(db: Database, passkey_id: str, person_id: str, now: str) -> None:
    """One's own."""
    db.execute(
        "delete from passkeys where id = :id and person_id = :person",
        {"id": passkey_id, "person": person_id},
    )
    rows.tell(db, person_id, now, "passkey.remove", f"person {person_id}")


def forget(db: Database, person_id: str) -> None:
    """All of them: the account was reset, or a phone was lost."""
    db.execute("delete from passkeys where person_id = :id", {"id": person_id})
