"""评定查阅 by its link: what the county's assessor reads of the own county while it stands."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp import photos
from webapp.db import folder, get_db, now, today, writing
from webapp.domain import accounts, exports
from webapp.domain.calendars import token_hash
from webapp.domain.refusal import Refusal
from webapp.people import open_to_all
from webapp.queries import (
    archives,
    assessors,
    authenticity,
    credentials,
    institution,
    leads,
    people,
)
from webapp.queries import ledgers as queries
from webapp.queries.visits import Row
from webapp.routes import ledgers
from webapp.routes.archives import whole_file
from webapp.routes.engagements import said
from webapp.standard import service_steps

bp = Blueprint("readings", __name__)
# What a client pays and whom to call there is its own, as long as no file is asked for (4.3 d).
COLUMNS = tuple(name for name in ledgers.COLUMNS if name not in {"fee", "principal", "phone"})


def over() -> Refusal:
    row = institution.profile(get_db())
    return Refusal("reading_over", institution=row["name"], phone=row["phone"])


def reading(enterprise: str | None = "") -> Row:
    """Who reads, as long as the link stands; of an enterprise only one of the own county. Whoever
    is signed in has ties of their own, which no link widens."""
    if current_user.is_authenticated:
        raise Refusal("reading_signed_in")
    found = assessors.standing(get_db(), session.get("assessor", ""), today())
    if found is None:
        raise over()
    if enterprise != "" and not assessors.may_read(get_db(), found, enterprise or ""):
        abort(404)
    return found


@bp.get("/assessor/<token>")
@open_to_all
def arrive(token: str) -> AnyResponse:
    """The address with the secret is left at once; the browser remembers who reads."""
    found = assessors.by_token(get_db(), token_hash(token), today())
    if found is None:
        raise over()
    if current_user.is_authenticated:
        raise Refusal("reading_signed_in")
    if request.method == "GET":  # others only ask whether it is there
        with writing() as db:
            about, address = f"assessor {found['id']}", request.remote_addr or ""
            accounts.note(db, None, "assessor.arrive", about, address, now())
    session["assessor"] = found["id"]
    answer = redirect("/assessor", code=303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/assessor")
@open_to_all
def ledger() -> Response:
    assessor, db = reading(), get_db()
    year, refusal = asked(assessor["county"])
    rows = queries.rows(db, assessor["county"], year)
    unit = institution.profile(db)
    staff = credentials.standings(db, str(unit["name"]), today())
    shown = {
        "rows": rows,
        "enterprises": len({row["enterprise_id"] for row in rows}),
        "people": [one for one in staff if one["active"]],
        "year": request.args.get("year", ""),
    }
    return read("ledger", assessor, 422 if refusal else 200, **shown, **said(refusal))


def asked(county: str) -> tuple[str, Refusal | None]:
    """The year of the address, "" for all."""
    try:
        return ledgers.asked({"county": county, "year": request.values.get("year", "")})[1], None
    except Refusal as refusal:
        return "", refusal


@bp.post("/assessor/ledger.xlsx")
@open_to_all
def workbook() -> Response:
    assessor = reading()
    year, refusal = asked(assessor["county"])
    if refusal:
        raise refusal
    with writing() as db:
        exports.record(db, "ledger", "institution", f"assessor {assessor['id']}", now())
    rows = queries.rows(get_db(), assessor["county"], year)
    return ledgers.sent([ledgers.sheet(rows, COLUMNS)], ledgers.watermark(assessor["name"]))


@bp.get("/assessor/enterprises/<enterprise>")
@open_to_all
def file(enterprise: str) -> Response:
    assessor, db = reading(enterprise), get_db()
    found = archives.of_enterprise(db, enterprise, today())
    for one in found["engagements"]:
        one["steps"] = service_steps.steps(one["facts"], today())
        for visit in one["visits"]:
            visit["served_on"] = leads.served_on(visit) if visit["started_at"] else ""
    return read("enterprise", assessor, 200, **found, **said(None))


@bp.post("/assessor/enterprises/<enterprise>/file.zip")
@open_to_all
def download(enterprise: str) -> Response:
    assessor = reading(enterprise)
    return whole_file(enterprise, f"assessor {assessor['id']}", assessor["name"])


@bp.get("/assessor/visits/<visit>")
@open_to_all
def show_visit(visit: str) -> Response:
    """Times, place, gate photo and people side by side: facts, no doubts of ours, and of the place
    only how far from the gate it is."""
    assessor, db = reading(people.enterprise_of_visit(get_db(), visit)), get_db()
    return read("visit", assessor, 200, **authenticity.of_visit(db, visit), **said(None))


@bp.get("/assessor/visits/<visit>/gate.webp")
@open_to_all
def gate(visit: str) -> Response:
    """Small and without metadata: the photo chosen as that of the gate."""
    reading(people.enterprise_of_visit(get_db(), visit))
    found = authenticity.gate(get_db(), visit) or abort(404)
    made = photos.thumbnail(folder(), found["sha256"])
    return Response(made, mimetype="image/webp", headers={"Cache-Control": "no-store"})


def read(name: str, assessor: Row, status: int, **shown: object) -> Response:
    unit = institution.profile(get_db())
    text = render_template(f"assessor/{name}.html", assessor=assessor, institution=unit, **shown)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(text, status, headers)
