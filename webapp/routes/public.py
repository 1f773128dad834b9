"""What anyone may see: the page behind a board's QR code, and whether a slip exists."""

from __future__ import annotations

import hashlib

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    session,
)
from flask_login import current_user

from webapp import board_codes, durable, looks, photos
from webapp.db import folder, get_db, today
from webapp.people import current_person, open_to_all
from webapp.queries import assessors, board_people, boards, confirmations, people
from webapp.queries import institution as queries

bp = Blueprint("public", __name__)
NOTHING = hashlib.sha256().hexdigest()


@bp.app_template_global()
def filings() -> dict[str, str]:
    return queries.filings(get_db())


def public(text: str, status: int = 200) -> Response:
    """Revalidated by its own content, which knows the day: an expiry changes the page."""
    response = make_response(text, status)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Cookie")
    if status == 200 and request.method == "GET":
        response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
        response.make_conditional(request)
    return response


def public_url() -> str:
    return current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")


@bp.get("/b/<code>")
@bp.get("/B/<code>")
@open_to_all
def board(code: str) -> Response:
    found = boards.by_code(get_db(), board_codes.normal(code))
    if found is None or found["revoked_on"]:
        page = {"gone": bool(found), "institution": boards.institution(get_db())}
        return public(render_template("public/no_board.html", **page), 404)
    if request.method == "GET":
        looks.count(folder(), found["id"])
    shown = boards.shown(get_db(), found, today())
    place = inside(shown["engagement"]["enterprise_id"])
    return public(render_template("public/board.html", day=today(), inside=place, **shown))


def inside(enterprise: str) -> str:
    """Where whoever is known here reads on: an assessor stands at the gate with a phone."""
    if current_user.is_authenticated:
        person = current_person()
        tied = people.tied_to_enterprise(get_db(), person.id, person.role, enterprise)
        return f"/enterprises/{enterprise}" if tied else ""
    assessor = assessors.standing(get_db(), session.get("assessor", ""), today())
    reads = assessor and assessors.may_read(get_db(), assessor, enterprise)
    return f"/assessor/enterprises/{enterprise}" if reads else ""


@bp.get("/b/<code>/<int:place>.webp")
@open_to_all
def board_portrait(code: str, place: int) -> Response:
    """Small, without metadata, and only while its person agrees."""
    found = boards.by_code(get_db(), board_codes.normal(code))
    sha256 = (
        ""
        if found is None or found["revoked_on"]
        else board_people.portrait(get_db(), found, place)
    )
    if not sha256:
        abort(404)
    response = make_response(photos.thumbnail(folder(), sha256))
    response.mimetype = "image/webp"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(sha256[:32])
    response.make_conditional(request)
    return response


@bp.get("/b/<code>.svg")
@bp.get("/B/<code>.svg")
@open_to_all
def board_code(code: str) -> Response:
    """The QR drawing of a board that stands; never of words somebody made up."""
    found = boards.by_code(get_db(), board_codes.normal(code))
    if found is None or found["revoked_on"]:
        abort(404)
    text = board_codes.svg(board_codes.address(public_url(), f"/b/{found['code']}"))
    response = public(text)
    response.mimetype = "image/svg+xml"
    return response


@bp.get("/institution")
@open_to_all
def institution() -> Response:
    """Who we are and what we charge (4.3 c): the same for everyone."""
    db, day = get_db(), today()
    page = {
        "institution": queries.profile(db),
        "notifications": queries.current_notifications(db),
        "fees": queries.public_fees(db, day),
        "day": day,
    }
    return public(render_template("public/institution.html", **page))


@bp.get("/verify", defaults={"code": ""})
@bp.get("/VERIFY/<code>")
@bp.get("/verify/<code>")
@open_to_all
def verify(code: str) -> Response:
    """Whether such a slip exists; nothing of its content."""
    code = board_codes.normal(code or request.args.get("code", ""))[:40]
    found = confirmations.by_code(get_db(), code) if code else None
    status = 404 if code and found is None else 200
    text = render_template("public/verify.html", code=code, found=found, answer="", paper=None)
    return public(text, status)


@bp.post("/verify")
@open_to_all
def verify_paper() -> Response:
    """The PDF itself, compared byte for byte with the archived one."""
    file = request.files.get("paper")
    # Never held whole: anyone may send one, and several do at once.
    sha256 = hashlib.sha256()
    for block in durable.blocks(file.stream) if file else ():
        sha256.update(block)
    digest = sha256.hexdigest()
    known = confirmations.paper(get_db(), digest)
    answer = "same" if known else "empty" if digest == NOTHING else "unknown"
    page = {"code": "", "found": None, "answer": answer, "paper": known}
    return public(render_template("public/verify.html", **page), 422 if digest == NOTHING else 200)
