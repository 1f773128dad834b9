"""通行密钥: made under 我的 with one's password, used at the sign-in in its place."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, session
from flask import request as asked
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp import passkeys, people
from webapp.db import get_db, now, writing
from webapp.domain import passkeys as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, open_to_all
from webapp.queries import passkeys as queries
from webapp.queries import people as known_people
from webapp.routes import me, sign_in

bp = Blueprint("passkeys", __name__)
CHALLENGE = "passkey"  # in the session, for one answer


def site() -> passkeys.Site:
    """PUBLIC_URL where it is set: behind a proxy the request knows only half of it."""
    origin = current_app.config["SETTINGS"].public_url or asked.host_url.rstrip("/")
    parts = urlsplit(origin)
    return passkeys.Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", gettext("踏勘"))


def challenge() -> str:
    """What the answer must have signed; good once."""
    found: str = session.pop(CHALLENGE, "")
    if not found:
        raise Refusal("passkey_failed")
    return found


@bp.post("/me/passkeys/begin")
def begin() -> tuple[dict[str, object], int]:
    """Needs the password: an open phone is not yet its owner's."""
    person = current_person().id
    row = known_people.by_id(get_db(), person) or {}
    try:
        right = sign_in.check_password(row["sign_in_name"], asked.form.get("password", ""))
    except Refusal as refusal:
        return {"error": refusal.code}, 429
    if not right:
        return {"error": "wrong_password_here"}, 422
    have = [one["id"] for one in queries.of_person(get_db(), person)]
    options, session[CHALLENGE] = passkeys.to_make(site(), person, row["sign_in_name"], have)
    return options, 200


@bp.post("/me/passkeys")
def add() -> Response | tuple[str, int]:
    try:
        key = passkeys.made(site(), asked.form.get("credential", ""), challenge())
        with writing() as db:
            agent = asked.headers.get("User-Agent", "")
            made = (key.id, key.public_key, key.sign_count)
            verbs.add(db, current_person().id, made, agent, now())
    except Refusal as refusal:
        return me.shown(refusal.code, refusal.params)
    return redirect("/me?done=passkey", code=303)


@bp.post("/me/passkeys/<passkey>/remove")
def remove(passkey: str) -> Response:
    person = current_person().id
    if passkey not in {one["id"] for one in queries.of_person(get_db(), person)}:
        abort(404)
    with writing() as db:
        verbs.remove(db, passkey, person, now())
    return redirect("/me?done=passkey_removed", code=303)


@bp.post("/sign-in/passkey/begin")
@open_to_all
def ask() -> dict[str, object]:
    options, session[CHALLENGE] = passkeys.to_sign(site())
    return options


@bp.post("/sign-in/passkey")
@open_to_all
def enter() -> Response:
    credential = asked.form.get("credential", "")
    row = queries.by_id(get_db(), passkeys.named(credential))
    try:
        wanted = challenge()
        if row is None:
            raise Refusal("passkey_unknown")
        key = passkeys.Made(row["id"], row["public_key"], row["sign_count"])
        count = passkeys.signed(site(), credential, wanted, key)
    except Refusal as refusal:
        return sign_in.form(refusal.code, 422)
    with writing() as db:
        verbs.used(db, key.id, count, now())
    owner = known_people.by_id(get_db(), row["person_id"])
    return sign_in.let_in(people.person_from_row(owner) if owner else None)
