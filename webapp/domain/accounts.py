"""Accounts: invited by a link that works once and not for long, sessions ended one by one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlite_utils import Database

from webapp.domain import calendars, passkeys, rows
from webapp.domain.refusal import Refusal
from webapp.ids import new_id

DAYS = 3  # a link that lies in a chat for longer opens nothing


def invite(db: Database, person_id: str, by: str, now: str) -> str:
    """The secret of the link: shown to the manager once, kept only as its hash. Every older link
    of this person stops working; the old password goes on until a new one is set."""
    sql = "select sign_in_name, active from people where id = :id"
    person = next(iter(db.query(sql, {"id": person_id})), None)
    if person is None or not person["sign_in_name"]:
        raise Refusal("no_sign_in_name")
    if not person["active"]:
        raise Refusal("person_deactivated")
    revoke(db, person_id, now)
    token = secrets.token_urlsafe(24)
    ends = datetime.fromisoformat(now) + timedelta(days=DAYS)
    db.execute(
        "insert into invitations (token_hash, person_id, made_by, made_at, expires_at)"
        " values (:hash, :person, :by, :now, :ends)",
        {
            "hash": token_hash(token),
            "person": person_id,
            "by": by,
            "now": now,
            "ends": ends.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        },
    )
    rows.tell(db, by, now, "person.invite", f"person {person_id}")
    return token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def revoke(db: Database, person_id: str, now: str) -> None:
    db.execute(
        "update invitations set revoked_at = :now where person_id = :id"
        " and used_at is null and revoked_at is null",
        {"now": now, "id": person_id},
    )


def use(db: Database, token: str, now: str) -> str:
    """The person whom the link lets in, this once; refuses a used, old or taken-back one."""
    done = db.query(
        "update invitations set used_at = :now where token_hash = :hash and used_at is null"
        " and revoked_at is null and expires_at > :now and (select active from people"
        " where id = person_id) = 1 returning person_id",
        {"now": now, "hash": token_hash(token)},
    )
    found = [str(row["person_id"]) for row in done]
    if not found:
        raise Refusal("invitation_over")
    db.execute(
        "delete from sign_in_failures where sign_in_name = (select sign_in_name from people"
        " where id = :id)",
        {"id": found[0]},
    )
    end_sessions(db, found[0], now)
    passkeys.forget(db, found[0])  # a reset account has only what is set from now on
    calendars.revoke(db, found[0], now)
    rows.tell(db, found[0], now, "person.accept", f"person {found[0]}")
    return found[0]


def begin_session(db: Database, person_id: str, stamp: str, agent: str, now: str) -> str:
    session = new_id()
    db.execute(
        "insert into sessions (id, person_id, stamp, begun_at, last_seen, user_agent)"
        " values (:id, :person, :stamp, :now, :now, :agent)",
        {"id": session, "person": person_id, "stamp": stamp, "now": now, "agent": agent[:300]},
    )
    return session


def end_sessions(db: Database, person_id: str, now: str) -> None:
    """On every device, and said so: whoever holds one of them sees nothing of the day any more."""
    db.execute(
        "update sessions set ended_at = coalesce(ended_at, :now) where person_id = :person",
        {"now": now, "person": person_id},
    )


def end_session(db: Database, session_id: str, person_id: str, now: str) -> None:
    """On that one device; what its phone still holds stays on it until its person signs in."""
    db.execute(
        "update sessions set ended_at = coalesce(ended_at, :now) where id = :id"
        " and person_id = :person",
        {"now": now, "id": session_id, "person": person_id},
    )


def seen(db: Database, session_id: str, now: str) -> None:
    db.execute(
        "update sessions set last_seen = :now where id = :id", {"now": now, "id": session_id}
    )


def note(
    db: Database, person_id: str | None, action: str, subject: str, address: str, now: str
) -> None:
    """Sign-ins, exports, numbers looked at. Changes stand in the trail, with what they changed."""
    db.execute(
        "insert into audit (at, person_id, action, subject, address)"
        " values (:now, :person, :action, :subject, :address)",
        {
            "now": now,
            "person": person_id,
            "action": action,
            "subject": subject[:200],
            "address": address[:60],
        },
    )
