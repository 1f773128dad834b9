"""提醒渠道: entered and removed. The address is a secret: the trail has the kind alone."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.standard import channels as standard

MOST = 5


def add(
    db: Database, form: Form, person_id: str | None, kinds: tuple[str, ...], by: str, now: str
) -> None:
    """`person_id` None: the institution's. `kinds`: those that can be sent here; `language` of
    the form is the one it will be told in."""
    kind = entered.choice(form, "kind", standard.KINDS)
    if kind not in kinds:
        raise Refusal("no_mail_server")
    address = standard.read(kind, entered.line(form, "address", needed=True, longest=500))
    if not address:
        raise Refusal("bad_channel", kind=kind)
    known = list(
        db.query(
            "select kind, address from channels where person_id is :person and removed_at is null",
            {"person": person_id},
        )
    )
    if {"kind": kind, "address": address} in known:
        raise Refusal("channel_known")
    if len(known) >= MOST:
        raise Refusal("too_many_channels", most=MOST)
    values = {"person_id": person_id, "kind": kind, "address": address, "added_by": by}
    language = entered.choice(form, "language", ("zh", "en"))
    found = rows.add(db, "channels", {**values, "language": language, "added_at": now})
    rows.tell(db, by, now, "channel.add", f"channel {found}", kind=kind)


def remove(db: Database, channel_id: str, by: str, now: str) -> None:
    """The secret goes; that it was there stays. What waited for it is told no more."""
    if rows.end(db, "channels", "removed_at", channel_id, now):
        db.execute("update channels set address = '' where id = :id", {"id": channel_id})
        rows.tell(db, by, now, "channel.remove", f"channel {channel_id}")


def try_now(db: Database, channel_id: str, now: str, before: str) -> None:
    """A test is about to go, unless one went since `before`: each may hold up a thread a while."""
    done = db.query(
        "update channels set tried_at = :now where id = :id"
        " and (tried_at is null or tried_at <= :before) returning id",
        {"id": channel_id, "now": now, "before": before},
    )
    if not list(done):
        raise Refusal("tried_just_now")


def tried(db: Database, channel_id: str, error: str, now: str) -> None:
    """A message went, or why not."""
    db.execute(
        "update channels set error = :error, sent_at = case when :error = '' then :now"
        " else sent_at end where id = :id",
        {"id": channel_id, "error": error, "now": now},
    )
