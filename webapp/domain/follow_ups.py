"""回访 (5.5): by us, or by the enterprise through a private link that expires and is used once."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered, rows
from webapp.domain.calendars import token_hash
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.ids import new_id

DAYS = 30
WAYS = ("on_site", "telephone")
SATISFACTION = ("satisfied", "average", "poor")


def read(form: Form) -> dict[str, Any]:
    return {
        "id": new_id(),
        "answered_by": entered.line(form, "answered_by", True, 40),
        "answered_post": entered.line(form, "answered_post", longest=60),
        "findings": entered.text(form, "findings", True),
        "satisfaction": entered.choice(form, "satisfaction", SATISFACTION),
        "comments": entered.text(form, "comments"),
    }


def write(db: Database, engagement_id: str, form: Form, by: str, day: str, now: str) -> None:
    on = entered.past_day(form, "followed_up_on", day)
    way = entered.choice(form, "way", WAYS)
    sql = "select starts_on from engagements where id = :id"
    begun = next(iter(db.query(sql, {"id": engagement_id})))["starts_on"]
    if on < begun:
        raise Refusal("followed_up_before", field="followed_up_on", day=begun)
    row = {**read(form), "on": on, "way": way, "person": by, "link": None}
    same = (
        "select 1 from follow_ups where engagement_id = :engagement and followed_up_on = :on"
        " and way = :way and answered_by = :answered_by and findings = :findings"
        " and withdrawn_at is null"
    )
    if any(db.query(same, {**row, "engagement": engagement_id})):
        raise Refusal("entered_already", field="followed_up_on")
    _insert(db, engagement_id, row, now)
    trail.append(db, now, None, by, "follow_up.write", f"engagement {engagement_id}", row)


def withdraw(db: Database, follow_up_id: str, form: Form, by: str, now: str) -> None:
    """One of ours, typed wrongly: it stays, counted no more. What the enterprise answered is its
    own and stands."""
    row = {"id": follow_up_id, "reason": entered.line(form, "reason", True), "by": by, "at": now}
    done = db.query(
        "update follow_ups set withdrawn_at = :at, withdrawn_by = :by, withdrawn_reason = :reason"
        " where id = :id and withdrawn_at is null and way <> 'link' returning engagement_id",
        row,
    )
    found = next(iter(list(done)), None)
    if found is None:
        raise Refusal("unknown_row")
    trail.append(
        db, now, None, by, "follow_up.withdraw", f"engagement {found['engagement_id']}", row
    )


def _insert(db: Database, engagement_id: str, row: dict[str, Any], now: str) -> None:
    db.execute(
        "insert into follow_ups (id, engagement_id, followed_up_on, way, person_id, answered_by,"
        " answered_post, findings, satisfaction, comments, link_id, made_at) values (:id,"
        " :engagement, :on, :way, :person, :answered_by, :answered_post, :findings, :satisfaction,"
        " :comments, :link, :now)",
        {**row, "engagement": engagement_id, "now": now},
    )


def new_link(db: Database, engagement_id: str, by: str, day: str, now: str) -> str:
    """The token, told once."""
    token = secrets.token_urlsafe(24)
    row = {
        "id": new_id(),
        "engagement": engagement_id,
        "hash": token_hash(token),
        "until": (date.fromisoformat(day) + timedelta(days=DAYS)).isoformat(),
        "by": by,
        "now": now,
    }
    db.execute(
        "insert into follow_up_links (id, engagement_id, token_hash, expires_on, made_by, made_at)"
        " values (:id, :engagement, :hash, :until, :by, :now)",
        row,
    )
    trail.append(db, now, None, by, "follow_up.link", f"engagement {engagement_id}", row)
    return token


def revoke_link(db: Database, link_id: str, by: str, now: str) -> None:
    done = rows.end(db, "follow_up_links", "revoked_at", link_id, now)
    if done:
        subject = f"engagement {done['engagement_id']}"
        rows.tell(db, by, now, "follow_up.revoke", subject, link=link_id)


def answer(db: Database, token: str, form: Form, day: str, now: str) -> None:
    """By whoever holds the link; the first whole answer closes it."""
    row = {**read(form), "on": day, "way": "link", "person": None}
    taken = db.query(
        "update follow_up_links set answered_at = :now where token_hash = :hash"
        " and answered_at is null and revoked_at is null and expires_on >= :day"
        " returning id, engagement_id",
        {"now": now, "hash": token_hash(token), "day": day},
    )
    for link in list(taken):
        row["link"] = link["id"]
        _insert(db, link["engagement_id"], row, now)
        subject = f"engagement {link['engagement_id']}"
        trail.append(db, now, None, "link", "follow_up.answer", subject, row)
        return
    raise Refusal("link_over")
