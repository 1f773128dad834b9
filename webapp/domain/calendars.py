"""One's own working days, and the private address of a person's calendar."""

from __future__ import annotations

import hashlib
import secrets

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.ids import new_id


def token_hash(token: str) -> str:
    """What is kept of a private address: enough to know it again, not to give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_feed(db: Database, person_id: str, now: str) -> str:
    """A new address; the one before it stops answering."""
    revoke(db, person_id, now)
    token = secrets.token_urlsafe(24)
    row = {"id": new_id(), "person": person_id, "hash": token_hash(token), "now": now}
    db.execute(
        "insert into calendar_feeds (id, person_id, token_hash, made_at)"
        " values (:id, :person, :hash, :now)",
        row,
    )
    rows.tell(db, person_id, now, "calendar.make", f"person {person_id}")
    return token


def end_feed(db: Database, person_id: str, now: str) -> None:
    """By its owner."""
    if revoke(db, person_id, now):
        rows.tell(db, person_id, now, "calendar.end", f"person {person_id}")


def revoke(db: Database, person_id: str, now: str) -> bool:
    """Whether there was one; whoever else takes it back says so in the trail."""
    done = db.query(
        "update calendar_feeds set revoked_at = :now where person_id = :id and revoked_at is null"
        " returning id",
        {"now": now, "id": person_id},
    )
    return bool(list(done))


def set_day(db: Database, form: Form, by: str, now: str) -> None:
    row = {
        "date": entered.day(form, "date", needed=True),
        "works": int(entered.choice(form, "is_workday", {"0", "1"})),
        "source": entered.line(form, "source", True, 200),
        "notice": entered.line(form, "notice_no", longest=80),
        "by": by,
        "at": now,
    }
    if any(db.query("select 1 from calendar_override where date = :date", {"date": row["date"]})):
        raise Refusal("known_day", field="date")
    db.execute(
        "insert into calendar_override (date, is_workday, source, notice_no, added_by, added_at)"
        " values (:date, :works, :source, :notice, :by, :at)",
        row,
    )
    trail.append(db, now, None, by, "workday.set", f"day {row['date']}", row)


def drop_day(db: Database, day: str, by: str, now: str) -> None:
    gone = db.query("delete from calendar_override where date = :d returning date", {"d": day})
    if list(gone):
        trail.append(db, now, None, by, "workday.drop", f"day {day}", {})
