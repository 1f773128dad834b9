"""回访: our form, the enterprise's link, satisfaction over time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from webapp.db import get_db, now, today, writing
from webapp.domain import follow_ups as verbs
from webapp.domain.calendars import token_hash
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only, open_to_all
from webapp.queries import boards, enterprises
from webapp.queries import follow_ups as queries
from webapp.routes.engagements import OURS, Page, need_engagement, page, page_of, said
from webapp.routes.public import public_url

bp = Blueprint("follow_ups", __name__)
MONTHS = 24


@bp.get("/office/engagements/<engagement>/follow-up")
@only(*OURS)
def show(engagement: str) -> Page:
    row = need_engagement(engagement, leading=True)
    return form(row, {"followed_up_on": today(), "way": "telephone"})


def form(row: dict[str, Any], typed: Any, refusal: Refusal | None = None) -> Page:
    signers = enterprises.signers_of(get_db(), row["enterprise_id"])
    shown = {"engagement": row, "typed": typed, "signers": signers, **said(refusal)}
    return render_template("office/engagements/follow_up.html", **shown), 422 if refusal else 200


@bp.post("/office/engagements/<engagement>/follow-up")
@only(*OURS)
def write(engagement: str) -> Page:
    row = need_engagement(engagement, leading=True)
    try:
        with writing() as db:
            verbs.write(db, engagement, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return form(row, request.form, refusal)
    return page_of(engagement)


@bp.post("/office/engagements/<engagement>/follow-up-links")
@only(*OURS)
def new_link(engagement: str) -> Page:
    """Shown once: only its hash is kept."""
    row = need_engagement(engagement, leading=True)
    with writing() as db:
        token = verbs.new_link(db, engagement, current_person().id, today(), now())
    return page(row, new_link=f"{public_url()}/follow-up/{token}")


@bp.post("/office/follow-up-links/<link>/revoke")
@only(*OURS)
def revoke(link: str) -> Page:
    found = queries.link(get_db(), link)
    row = need_engagement(found["engagement_id"] if found else None, leading=True)
    with writing() as db:
        verbs.revoke_link(db, link, current_person().id, now())
    return page_of(row["id"])


@bp.post("/office/follow-ups/<follow_up>/withdraw")
@only(*OURS)
def withdraw(follow_up: str) -> Page:
    engagement = queries.engagement_of(get_db(), follow_up)
    row = need_engagement(engagement, leading=True)
    try:
        with writing() as db:
            verbs.withdraw(db, follow_up, request.form, current_person().id, now())
    except Refusal as refusal:
        return page(row, refusal, withdrawing=follow_up, reason=request.form.get("reason", ""))
    return page_of(row["id"])


@bp.get("/follow-up/<token>")
@open_to_all
def ask(token: str) -> Response:
    """A link that is over says so; it never tells whether it existed."""
    found = queries.by_token(get_db(), token_hash(token), today())
    return asked(found, {}, None if found else Refusal("link_over"), 200 if found else 404)


def asked(
    found: Any, typed: Any, refusal: Refusal | None, status: int, done: bool = False
) -> Response:
    shown = {"link": found, "typed": typed, "done": done, **said(refusal)}
    institution = boards.institution(get_db())
    text = render_template("office/engagements/answer.html", institution=institution, **shown)
    answer = make_response(text, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.post("/follow-up/<token>")
@open_to_all
def answer(token: str) -> Response:
    found = queries.by_token(get_db(), token_hash(token), today())
    try:
        with writing() as db:
            verbs.answer(db, token, request.form, today(), now())
    except Refusal as refusal:
        over = refusal.code == "link_over" or not found
        return asked(None if over else found, request.form, refusal, 404 if over else 422)
    return asked(found, {}, None, 200, done=True)


@bp.get("/office/satisfaction")
@only("manager")
def satisfaction() -> Page:
    months = queries.satisfaction(get_db(), today())[-MONTHS:]
    return render_template("office/satisfaction.html", months=months, **said(None))
