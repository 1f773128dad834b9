"""提醒渠道 at the desk: one's own under 我的, the institution's for its managers, each with its
test."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp import messages, reminders
from webapp.db import get_db, now, writing
from webapp.domain import channels as verbs
from webapp.domain.notices import later
from webapp.domain.refusal import Refusal
from webapp.languages import language
from webapp.people import current_person, only
from webapp.queries import channels as queries
from webapp.routes import me
from webapp.routes.me import kinds

bp = Blueprint("channels", __name__)
BETWEEN_TESTS = 60  # seconds
Answer = Response | tuple[str, int]


def page(code: str = "", params: dict[str, Any] | None = None) -> tuple[str, int]:
    db = get_db()
    text = render_template(
        "office/channels/institution.html", channels=queries.of(db, None), kinds=kinds(),
        people=queries.people(db), code=code, params=params or {}, typed=request.form,
        settings=current_app.config["SETTINGS"],
    )  # fmt: skip
    return text, 422 if code else 200


@bp.get("/office/channels")
@only("manager")
def show() -> Answer:
    return page()


@bp.post("/office/channels")
@only("manager")
def add() -> Answer:
    return added(None)


@bp.post("/me/channels")
@only("consultant", "manager")
def add_own() -> Answer:
    return added(current_person().id)


def added(owner: str | None) -> Answer:
    form = {**request.form.to_dict(), "language": language()}
    try:
        with writing() as db:
            verbs.add(db, form, owner, kinds(), current_person().id, now())
    except Refusal as no:
        return again(owner, no)
    return redirect(f"{home(owner)}?done=channel#channels", code=303)


def home(owner: str | None) -> str:
    return "/me" if owner else "/office/channels"


def again(owner: str | None, no: Refusal) -> tuple[str, int]:
    return me.shown(no.code, no.params) if owner else page(no.code, no.params)


@bp.post("/office/channels/<channel>/<deed>")
@only("manager")
def do(channel: str, deed: str) -> Answer:
    return done(channel, deed, None)


@bp.post("/me/channels/<channel>/<deed>")
@only("consultant", "manager")
def do_own(channel: str, deed: str) -> Answer:
    return done(channel, deed, current_person().id)


def done(channel: str, deed: str, owner: str | None) -> Answer:
    """`deed`: test or remove; another's channel is not there."""
    row = queries.by_id(get_db(), channel)
    if row is None or row["person_id"] != owner or deed not in {"test", "remove"}:
        abort(404)
    if deed == "remove":
        with writing() as db:
            verbs.remove(db, channel, current_person().id, now())
        return redirect(f"{home(owner)}?done=channel_removed#channels", code=303)
    try:
        test(row)
    except Refusal as no:
        return again(owner, no)
    return redirect(f"{home(owner)}?done=channel_told#channels", code=303)


def test(row: dict[str, Any]) -> None:
    """Goes out now, while its person waits; a no is told with its reason."""
    if current_person().demo:
        raise Refusal("demo_tells_nobody")
    with writing() as db:
        verbs.try_now(db, row["id"], now(), later(now(), -BETWEEN_TESTS))
    settings = current_app.config["SETTINGS"]
    text = reminders.said("test", settings.public_url)
    error = messages.send(row["kind"], row["address"], text, settings)
    with writing() as db:
        verbs.tried(db, row["id"], error, now())
    if error:
        raise Refusal("channel_failed", error=error)
