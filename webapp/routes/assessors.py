"""评定查阅: the manager hands out a link, the county's assessor reads by it. Nothing is written."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from webapp.db import get_db, now, today, writing
from webapp.domain import assessors as verbs
from webapp.domain import entered
from webapp.domain.calendars import token_hash
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only, open_to_all
from webapp.queries import archives, credentials, institution, ledgers
from webapp.queries import assessors as queries
from webapp.queries.visits import Row
from webapp.routes.archives import whole_file
from webapp.routes.engagements import Page, said
from webapp.routes.public import public_url
from webapp.standard import service_steps

bp = Blueprint("assessors", __name__)


@bp.get("/office/assessors")
@only("manager")
def show() -> Page:
    return page()


def page(link: str = "", refusal: Refusal | None = None) -> Page:
    db = get_db()
    shown = {"invited": queries.invited(db), "counties": ledgers.counties(db), "link": link}
    failed = "assessor" if refusal else ""
    text = render_template(
        "office/assessors.html", failed=failed, typed=request.form, **shown, **said(refusal)
    )
    return text, 422 if refusal else 200


@bp.post("/office/assessors")
@only("manager")
def invite() -> Page:
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
    if queries.standing(get_db(), assessor, today()) is None:
        abort(404)
    with writing() as db:
        verbs.revoke(db, assessor, current_person().id, now())
    return redirect("/office/assessors", code=303)


def reading(enterprise: str = "") -> Row:
    """Who reads, as long as the link stands; of an enterprise only one of the own county."""
    found = queries.standing(get_db(), session.get("assessor", ""), today())
    if found is None:
        raise Refusal("link_over")
    if enterprise and not queries.may_read(get_db(), found, enterprise):
        abort(404)
    return found


@bp.get("/assessor/<token>")
@open_to_all
def arrive(token: str) -> AnyResponse:
    """The address with the secret is left at once; the browser remembers who reads."""
    found = queries.by_token(get_db(), token_hash(token), today())
    if found is None:
        raise Refusal("link_over")
    session["assessor"] = found["id"]
    answer = redirect("/assessor", code=303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/assessor")
@open_to_all
def ledger() -> Response:
    assessor, db, refusal, year = reading(), get_db(), None, ""
    try:
        year = str(
            entered.whole(request.args, "year", 2000, 2100) if request.args.get("year") else ""
        )
    except Refusal as no:
        refusal = no
    rows = ledgers.rows(db, assessor["county"], year)
    unit = institution.profile(db)
    people = credentials.standings(db, str(unit["name"]), today())
    shown = {
        "rows": rows,
        "enterprises": len({row["enterprise_id"] for row in rows}),
        "people": [one for one in people if one["active"]],
        "year": year,
    }
    return read("ledger", assessor, unit, 422 if refusal else 200, **shown, **said(refusal))


@bp.get("/assessor/enterprises/<enterprise>")
@open_to_all
def file(enterprise: str) -> Response:
    assessor, db = reading(enterprise), get_db()
    found = archives.of_enterprise(db, enterprise, today())
    for one in found["engagements"]:
        one["steps"] = service_steps.steps(one["facts"], today())
    return read("enterprise", assessor, institution.profile(db), 200, **found, **said(None))


@bp.post("/assessor/enterprises/<enterprise>/file.zip")
@open_to_all
def download(enterprise: str) -> Response:
    assessor = reading(enterprise)
    return whole_file(enterprise, f"assessor {assessor['id']}", assessor["name"])


def read(name: str, assessor: Row, unit: Row, status: int, **shown: object) -> Response:
    text = render_template(f"assessor/{name}.html", assessor=assessor, institution=unit, **shown)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(text, status, headers)
