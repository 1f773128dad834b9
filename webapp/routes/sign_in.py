"""In and out."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    session,
    url_for,
)
from flask import request as asked
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp import people
from webapp.db import get_db, now, writing
from webapp.domain import people as domain
from webapp.domain.refusal import Refusal
from webapp.people import current_person, open_to_all
from webapp.queries import people as queries

bp = Blueprint("sign_in", __name__)
LONGEST_NAME = 80  # nobody is called longer; what is remembered of failures stays small


@bp.get("/sign-in")
@open_to_all
def show() -> AnyResponse:
    # `again`: the way out of a forgotten PIN, on a phone that is the enterprise's until then.
    if current_user.is_authenticated and "again" not in asked.args:
        return redirect(current_person().home, code=303)
    return form()


def form(code: str = "", status: int = 200) -> Response:
    name, onward = asked.form.get("name", ""), own_path(asked.values.get("next", ""))
    text = render_template("sign_in.html", code=code, params={}, name=name, next=onward)
    response = make_response(text, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def own_path(place: str) -> str:
    """Only a path on our own host may be the place to go on to."""
    plain = place.startswith("/") and not place.startswith(("//", "/\\"))
    # What a redirect drops (a tab, a line end) could make two slashes of one.
    return place if plain and place.isprintable() and "\\" not in place else ""


def check_password(name: str, password: str) -> str | None:
    """The id, active or not, or None. The slow hash is made while nobody waits to write."""
    rounds = current_app.config["SETTINGS"].password_rounds
    person_id, stored = domain.known(get_db(), name, now())
    right = domain.matches(stored, password, rounds)
    with writing() as db:
        domain.tried(db, name, asked.remote_addr or "", now(), right)
    return person_id if right else None


@bp.post("/sign-in")
@open_to_all
def enter() -> AnyResponse:
    name, password = asked.form.get("name", "").strip(), asked.form.get("password", "")
    try:
        found = check_password(name[:LONGEST_NAME], password)
    except Refusal as refusal:
        return form(refusal.code, 429)
    row = queries.by_id(get_db(), found) if found else None
    return let_in(people.person_from_row(row) if row else None)


def let_in(person: people.Person | None) -> AnyResponse:
    """Who proved to be this person, or nobody; on to the page that was asked for."""
    if person is None:
        return form("wrong_sign_in", 422)
    if not person.active:
        return form("deactivated", 403)
    if not people.may_be_here(person):
        return form("demo_elsewhere", 403)
    return arrived(person, own_path(asked.form.get("next", "")) or person.home)


def arrived(person: people.Person, onward: str) -> AnyResponse:
    """Signed in just now: only then the browser is told, and a device handed over comes back."""
    session.clear()
    session.permanent = True
    login_user(person)
    session["arrived"] = True
    return redirect(url_for("sign_in.done", next=onward), code=303)


@bp.get("/sign-in/done")
@open_to_all
def done() -> AnyResponse:
    """The browser hears whose it is now, before it shows a page it kept of somebody else's."""
    if current_user.is_authenticated and session.pop("arrived", False):
        person, onward = current_person().id, own_path(asked.args.get("next", ""))
        onward = onward or current_person().home
    elif session.pop("left", False):
        person, onward = "", "/sign-in"
    else:  # a link to here, or a session that merely ran out, changes nothing
        return redirect("/sign-in", code=303)
    response = make_response(render_template("whose.html", whose=person, onward=onward))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/sign-out")
@open_to_all
def leave() -> AnyResponse:
    """The outbox on the phone stays: it belongs to the person, not to the session."""
    logout_user()
    session.clear()
    session["left"] = True
    return redirect(url_for("sign_in.done"), code=303)
