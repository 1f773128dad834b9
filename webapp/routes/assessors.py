"""评定查阅 at the desk: the manager hands out a link and takes it back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.db import get_db, now, today, writing
from webapp.domain import assessors as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import assessors as queries
from webapp.queries import ledgers
from webapp.routes.engagements import said
from webapp.routes.public import public_url

bp = Blueprint("assessors", __name__)


@bp.get("/office/assessors")
@only("manager")
def show() -> Response:
    return page()


def page(link: str = "", refusal: Refusal | None = None) -> Response:
    db = get_db()
    shown = {"invited": queries.invited(db, today()), "counties": ledgers.counties(db)}
    failed = "assessor" if refusal else ""
    typed = request.form if refusal else {}
    text = render_template(
        "office/assessors.html", failed=failed, typed=typed, link=link, **shown, **said(refusal)
    )
    return Response(text, 422 if refusal else 200, {"Cache-Control": "no-store"})


@bp.post("/office/assessors")
@only("manager")
def invite() -> Response:
    """Shown once: only its hash is kept."""
    try:
        with writing() as db:
            token = verbs.invite(db, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return page(refusal=refusal)
    return page(f"{public_url()}/assessor/{token}")


@bp.post("/office/assessors/<assessor>/revoke")
@only("manager")
def revoke(assessor: str) -> AnyResponse:
    if not queries.may_be_revoked(get_db(), assessor):
        abort(404)
    with writing() as db:
        verbs.revoke(db, assessor, current_person().id, now())
    return redirect("/office/assessors", code=303)
