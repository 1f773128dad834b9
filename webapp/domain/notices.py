"""What people are told outside the app: queued once with what it is about, claimed before it is
sent, tried again ever later, given up after a day.

A claim only moves the time of the next try. Whoever dies between claim and answer has sent nothing
or one message, which the next try sends again: at least once, and in a second process never twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from sync.operation import Operation
from webapp.domain import channels
from webapp.queries.channels import GAVE_UP, OWNERS, TOLD
from webapp.queries.visits import Row
from webapp.standard.hazards import shanghai_day

FIRST, LONGEST = 2, 60  # minutes until the next try: 2, 4, 8, … 60


def alarm(db: Database, operation: Operation, now: str) -> None:
    """疑似重大隐患 has come in, new or by an edit, also one that waits beside another: its lead,
    the managers and the institution's own channels are told (R-5.4.3)."""
    if _suspected(operation):
        new = operation.kind == "hazard.record"
        hazard = operation.id if new else operation.payload["hazard_id"]
        lead = "select e.lead_id from hazards as h join visits as v on v.id = h.visit_id"
        lead += " join engagements as e on e.id = v.engagement_id where h.id = :subject"
        _queue(db, "major", str(hazard), f"(p.role = 'manager' or p.id = ({lead}))", now)


def aside(db: Database, operation: Operation, now: str) -> None:
    """疑似重大隐患 of a deactivated person waits for a decision, and the danger does not."""
    if _suspected(operation):
        _queue(db, "major_aside", operation.id, "p.role = 'manager'", now)


def _suspected(operation: Operation) -> bool:
    return operation.payload.get("severity") == "suspected_major"


def refused(db: Database, person_id: str, now: str) -> None:
    """A record was refused for good: managers are told, once a day for each person's phone."""
    _queue(db, "refused", f"{person_id} {shanghai_day(now)}", "p.role = 'manager'", now)


def _queue(db: Database, kind: str, subject: str, whom: str, now: str) -> None:
    db.execute(
        "insert into notices (kind, subject, channel_id, made_at, due_at)"
        f" select :kind, :subject, c.id, :now, :now from channels as c {OWNERS}"
        f" where {TOLD} and (p.id is null or {whom})"
        " on conflict do nothing",
        {"kind": kind, "subject": subject, "now": now},
    )


def digest(db: Database, channel_id: str, day: str, empty: bool, now: str) -> None:
    """The digest of a day is thought of once; an empty one is done with."""
    db.execute(
        "insert into notices (kind, subject, channel_id, made_at, due_at, sent_at)"
        " values ('digest', :day, :channel, :now, :now, :sent) on conflict do nothing",
        {"day": day, "channel": channel_id, "now": now, "sent": now if empty else None},
    )


def claim(db: Database, now: str, skip: Collection[str] = ()) -> Row | None:
    """The next to be sent, with its channel; nobody else gets it before it is due again. Alarms
    first, and of them the new before what did not go. `skip`: channels that are down this round.
    A digest of yesterday is no news."""
    row = next(
        iter(
            db.query(
                "select n.id, n.kind, n.subject, n.tries, c.id as channel, c.kind as channel_kind,"
                " c.address, c.language, c.person_id, coalesce(p.role, 'manager') as role"
                " from notices as n join channels as c on c.id = n.channel_id"
                f" {OWNERS} where {TOLD}"
                " and n.sent_at is null and n.due_at <= :now and n.made_at > :oldest"
                " and (n.kind <> 'digest' or n.subject = :day)"
                " and c.id not in (select value from json_each(:skip))"
                " order by n.kind = 'digest', c.error <> '', n.tries, n.due_at, n.id limit 1",
                {
                    "now": now,
                    "oldest": later(now, -GAVE_UP),
                    "day": shanghai_day(now),
                    "skip": json.dumps(list(skip)),
                },
            )
        ),
        None,
    )
    if row:
        wait = min(FIRST * 2 ** row["tries"], LONGEST) * 60
        db.execute(
            "update notices set tries = tries + 1, due_at = :due where id = :id",
            {"id": row["id"], "due": later(now, wait)},
        )
    return row


def settle(db: Database, notice: Row, error: str, now: str) -> None:
    """`notice` as claimed; it went, or `error` says why not."""
    db.execute(
        "update notices set error = :error, sent_at = case when :error = '' then :now end"
        " where id = :id",
        {"id": notice["id"], "error": error, "now": now},
    )
    channels.tried(db, notice["channel"], error, now)


def nothing_to_tell(db: Database, notice: Row, now: str) -> None:
    """What it was about is settled meanwhile."""
    sql = "update notices set sent_at = :now, tries = 0 where id = :id"
    db.execute(sql, {"id": notice["id"], "now": now})


def later(now: str, seconds: int) -> str:
    then = datetime.fromisoformat(now).astimezone(UTC) + timedelta(seconds=seconds)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")
