"""A link from the manager: the person alone sets the password, once."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    session,
)
from flask import request as asked
from werkzeug.wrappers import Response as AnyResponse

from webapp import people
from webapp.db import get_db, now, writing
from webapp.domain import accounts as verbs
from webapp.domain import people as domain
from webapp.domain.refusal import Refusal
from webapp.people import open_to_all
from webapp.queries import institution
from webapp.queries import people as queries
from webapp.routes.sign_in import arrived

bp = Blueprint("accounts", __name__)


def page(token: str, code: str = "", status: int = 200) -> Response:
    row = queries.by_invitation(get_db(), verbs.token_hash(token), now())
    code = code if row else "invitation_over"
    text = render_template(
        "welcome.html", row=row, code=code, params={}, institution=institution.profile(get_db())
    )
    response = make_response(text, status if row else 404)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/welcome/<token>")
@open_to_all
def show(token: str) -> Response:
    """Only looked at: a chat that opens every link it carries must not use it up."""
    return page(token)


@bp.post("/welcome/<token>")
@open_to_all
def enter(token: str) -> AnyResponse:
    rounds = current_app.config["SETTINGS"].password_rounds
    new = asked.form.get("new", "")
    if new != asked.form.get("again", ""):
        return page(token, "passwords_differ", 422)
    try:
        with writing() as db:
            found = verbs.use(db, token, now())
            domain.set_password(db, found, new, rounds)
    except Refusal as no:
        return page(token, no.code, 422)
    person = people.person_from_row(queries.by_id(get_db(), found) or {})
    session.clear()
    if not people.may_be_here(person):
        return redirect("/sign-in", code=303)
    return arrived(person, person.home)
