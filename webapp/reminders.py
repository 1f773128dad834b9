"""The round of reminders: today's digests are queued, and what is due is sent. `takan run` has a
process for it (serve.py), `takan remind` does one; both at once send nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from flask import Flask, render_template
from flask_babel import force_locale
from sqlite_utils import Database

from webapp import messages
from webapp.config import Settings
from webapp.db import SHANGHAI, get_db, now, today
from webapp.domain import notices
from webapp.queries import agenda, channels, duties, oversights, owed, set_aside
from webapp.queries.channels import GAVE_UP
from webapp.routes.phones import concerns

LOG = logging.getLogger(__name__)
Transaction = Callable[[], AbstractContextManager[Database]]
Send = Callable[[str, str, str, Settings], str]
EVERY = 10  # seconds between two rounds: an alarm is out within a minute
SOON = 3  # working days left until the first visit after signing from which on it is told
PRESSING = {"suspended", "expired", "review_missed", "not_met", "due_7", "due_30"}


def once(app: Flask, transaction: Transaction, send: Send = messages.send) -> int:
    """How many messages went; alarms wait for no digest."""
    down: set[str] = set()
    sent = emptied(app, transaction, send, down)
    with app.app_context():
        queue_digests(transaction, app.config["SETTINGS"].digest_at)
    return sent + emptied(app, transaction, send, down)


def emptied(app: Flask, transaction: Transaction, send: Send, down: set[str]) -> int:
    """Whatever is due. A channel that fails once is left alone until the next round, and gets into
    `down`; a notice that cannot be written stops no other: its claim makes it wait."""
    sent = 0
    while (notice := claimed(app, transaction, down)) is not None:
        try:
            went, error = delivered(app, transaction, notice, send)
        except Exception:
            LOG.exception("notice %s", notice["id"])
            continue
        sent += went
        if error:
            down.add(notice["channel"])
    return sent


def queue_digests(transaction: Transaction, digest_at: str) -> None:
    """From the hour on; a server that starts later does it then. Who has nothing gets nothing."""
    hour = datetime.fromisoformat(f"{today()}T{digest_at}").replace(tzinfo=SHANGHAI)
    before = notices.later(hour.isoformat(), 0)
    if now() < before:
        return
    rows = channels.undigested(get_db(), today(), before)
    empty = {row["id"]: is_empty(row) for row in rows}
    if empty:
        with transaction() as db:
            for channel, nothing in empty.items():
                notices.digest(db, channel, today(), nothing, now())


def is_empty(row: dict[str, Any]) -> bool:
    """What cannot be gathered is queued and tried again ever later, like what cannot be sent."""
    try:
        return not any(of_digest(row["person_id"], row["role"]).values())
    except Exception:
        LOG.exception("digest of channel %s", row["id"])
        return False


def claimed(
    app: Flask, transaction: Transaction, down: Collection[str] = ()
) -> dict[str, Any] | None:
    with app.app_context(), transaction() as db:
        return notices.claim(db, now(), down)


def delivered(
    app: Flask, transaction: Transaction, notice: dict[str, Any], send: Send
) -> tuple[bool, str]:
    """Whether it went, and why not. Sent outside any transaction: nobody's record waits for
    somebody's robot."""
    settings = app.config["SETTINGS"]
    with app.app_context(), force_locale(notice["language"]):
        text = written(notice, settings.public_url)
        error = send(notice["channel_kind"], notice["address"], text, settings) if text else ""
        with transaction() as db:
            if text:
                notices.settle(db, notice, error, now())
            else:
                notices.nothing_to_tell(db, notice, now())
    return bool(text) and not error, error


def written(notice: dict[str, Any], public_url: str) -> str:
    """What it says, a title and lines, or "" when that is settled meanwhile."""
    if notice["kind"] == "digest":
        about = of_digest(notice["person_id"], notice["role"])
        if not any(about.values()):
            return ""
        about["home"] = "/office"
    elif notice["kind"] == "major_aside":
        about = {"waits": set_aside.waits(get_db(), notice["subject"])}
    else:
        about = {"hazard": channels.hazard(get_db(), notice["subject"])}
    return said(notice["kind"], public_url, **about)


def said(kind: str, public_url: str, **about: Any) -> str:
    return render_template(f"reminders/{kind}.txt", url=public_url, day=today(), **about).strip()


def of_digest(person_id: str | None, role: str) -> dict[str, Any]:
    """What is due, late or missing for this person, or with None for the managers."""
    db, day, manages = get_db(), today(), role == "manager"
    first = agenda.starting(db, person_id or "", role, day)
    pressing = [one for one in duties.of(db, day) if one["state"] in PRESSING] if manages else []
    return {
        "agenda": agenda.of(db, person_id or "", role, day),
        "owed": sum(one["n"] for one in owed.of(db, person_id or "", role, day)),
        "starting": [row for row in first if row["left"] <= SOON],
        "duties": pressing,
        "oversights": oversights.unanswered(db, day) if manages else [],
        "concerns": concerns() if manages else [],
    }


def given_up(at: str) -> str:
    """What was made before this moment is tried no more."""
    return notices.later(at, -GAVE_UP)
