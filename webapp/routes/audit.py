"""留痕: who signed in, who took what out, who changed what. Written here for every door at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request, session
from flask_login import current_user, user_logged_in

from webapp import passkeys
from webapp.db import get_db, now, writing
from webapp.domain import accounts
from webapp.people import Person, only
from webapp.queries import audit as queries
from webapp.queries import passkeys as known_passkeys
from webapp.queries import people

bp = Blueprint("audit", __name__)
EXPORTS = {"office.slip": ("export.slip", "visit"), "boards.board_paper": ("export.board", "board")}
SEEN_EVERY = timedelta(hours=1)
MOST = 200


def begun(sender: Any, user: Person) -> None:
    """Every sign-in is a session of its own, which can be ended from another device."""
    agent, at = request.headers.get("User-Agent", ""), now()
    with writing() as db:
        sid = accounts.begin_session(db, user.id, user.session_stamp, agent, at)
        note(db, user.id, "sign_in", f"person {user.id}")
    session["sid"] = sid


user_logged_in.connect(begun)


def note(db: Any, person_id: str | None, action: str, subject: str) -> None:
    accounts.note(db, person_id, action, subject, request.remote_addr or "", now())


@bp.before_app_request
def remember_who() -> None:
    """Signing out forgets it before the answer is noted."""
    if request.endpoint == "sign_in.leave" and current_user.is_authenticated:
        g.leaving = (current_user.id, session.get("sid"))


@bp.after_app_request
def noted(response: Response) -> Response:
    left = g.pop("leaving", None)  # once: a full disk must not keep anybody signed in
    if left:
        with writing() as db:
            note(db, left[0], "sign_out", f"person {left[0]}")
            accounts.end_session(db, left[1] or "", left[0], now())
    elif request.endpoint in ENTRIES and response.status_code in {403, 422, 429}:
        _failed(ENTRIES[request.endpoint]())
    elif request.endpoint in EXPORTS and response.status_code == 200:
        action, noun = EXPORTS[request.endpoint]
        about = next(iter((request.view_args or {}).values()), "")
        with writing() as db:
            note(db, current_user.id, action, f"{noun} {about}")
    elif request.method in {"POST", "PUT"} and response.status_code < 400:
        _seen()
    return response


def _named() -> str | None:
    row = people.by_sign_in_name(get_db(), request.form.get("name", "").strip())
    return row["id"] if row else None


def _keys() -> str | None:
    """Whose passkey this claimed to be."""
    claimed = passkeys.named(request.form.get("credential", ""))
    row = known_passkeys.by_id(get_db(), claimed)
    return row["person_id"] if row else None


ENTRIES = {"sign_in.enter": _named, "passkeys.enter": _keys}


def _failed(person_id: str | None) -> None:
    """Of somebody we know; what else was typed may be a password in the wrong box."""
    if person_id:
        with writing() as db:
            note(db, None, "sign_in.fail", f"person {person_id}")


def _seen() -> None:
    sid = session.get("sid")
    last = people.last_seen(get_db(), sid) if sid else None
    if sid and last and datetime.fromisoformat(now()) - datetime.fromisoformat(last) > SEEN_EVERY:
        with writing() as db:
            accounts.seen(db, sid, now())


@bp.get("/office/audit")
@only("manager")
def show() -> str:
    asked = {name: request.args.get(name, "") for name in ("kind", "person", "before")}
    rows = queries.latest(get_db(), asked["kind"], asked["person"], asked["before"], MOST + 1)
    more = queries.cursor(rows[MOST - 1]) if len(rows) > MOST else ""
    return render_template(
        "office/audit.html", rows=rows[:MOST], more=more, asked=asked,
        people=queries.people(get_db()),
    )  # fmt: skip
