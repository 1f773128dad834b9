"""我的: one's own password and PIN, devices and channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, session
from flask import request as asked
from flask_login import login_user
from werkzeug.wrappers import Response

from webapp import user_agent
from webapp.db import get_db, now, writing
from webapp.domain import accounts
from webapp.domain import people as domain
from webapp.domain.refusal import Refusal
from webapp.people import current_person, person_from_row
from webapp.queries import channels, passkeys
from webapp.queries import people as queries
from webapp.routes.sign_in import check_password
from webapp.standard.channels import KINDS

bp = Blueprint("me", __name__)


def sessions() -> list[dict[str, Any]]:
    kept = datetime.fromisoformat(now()) - current_app.permanent_session_lifetime
    return queries.sessions(get_db(), current_person().id, kept.isoformat())


def kinds() -> tuple[str, ...]:
    """Of channels; mail needs the institution's own server."""
    return tuple(one for one in KINDS if one != "mail" or current_app.config["SETTINGS"].smtp)


def shown(code: str = "", params: dict[str, object] | None = None) -> tuple[str, int]:
    row = queries.by_id(get_db(), current_person().id) or {}
    done = asked.args.get("done", "")
    mine = [
        {**one, "browser": user_agent.short(one["user_agent"])}
        for one in passkeys.of_person(get_db(), current_person().id)
    ]
    devices = [{**one, "browser": user_agent.short(one["user_agent"])} for one in sessions()]
    text = render_template(
        "me.html", row=row, code=code, params=params or {}, done=done, devices=devices,
        here=session.get("sid"), passkeys=mine, channels=channels.of(get_db(), row["id"]),
        kinds=kinds(), digest_at=current_app.config["SETTINGS"].digest_at, typed=asked.form,
    )  # fmt: skip
    return text, 422 if code else 200


@bp.get("/me")
def show() -> tuple[str, int]:
    return shown()


@bp.post("/me/pin")
def set_pin() -> Response | tuple[str, int]:
    """Needs the password: the PIN signs, and whoever holds an open phone is not yet its owner."""
    person = current_person().id
    row = queries.by_id(get_db(), person) or {}
    try:
        known = check_password(row["sign_in_name"], asked.form.get("password", ""))
        if not known:
            return shown("wrong_password_here")
        with writing() as db:
            domain.change_pin(db, person, asked.form.get("pin", ""), now())
    except Refusal as refusal:
        return shown(refusal.code, refusal.params)
    return redirect("/me?done=pin", code=303)


@bp.post("/me/password")
def set_password() -> Response | tuple[str, int]:
    """Needs the old one; signs out everywhere else."""
    person = current_person()
    row = queries.by_id(get_db(), person.id) or {}
    rounds = current_app.config["SETTINGS"].password_rounds
    old, new = asked.form.get("old", ""), asked.form.get("new", "")
    try:
        known = check_password(row["sign_in_name"], old)
        with writing() as db:
            if known:
                domain.change_password(db, person.id, new, rounds, now())
    except Refusal as refusal:
        return shown(refusal.code, refusal.params)
    if not known:
        return shown("wrong_password")
    login_user(person_from_row(queries.by_id(get_db(), person.id) or {}))
    return redirect("/me?done=password", code=303)


@bp.post("/me/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    """On that device alone; what its phone still holds waits there for the next sign-in."""
    person = current_person().id
    if session_id not in {one["id"] for one in sessions()}:
        abort(404)
    with writing() as db:
        accounts.end_session(db, session_id, person, now())
        accounts.note(db, person, "session.end", f"person {person}", asked.remote_addr or "", now())
    return redirect("/me?done=session", code=303)
