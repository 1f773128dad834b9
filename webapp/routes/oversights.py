"""属地检查与投诉: recorded and answered by the manager, shown on the home page until answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from webapp.db import get_db, now, today, writing
from webapp.domain import accounts
from webapp.domain import oversights as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import enterprises
from webapp.queries import oversights as queries
from webapp.routes.engagements import Page, said

bp = Blueprint("oversights", __name__)


def need(oversight: str) -> dict[str, Any]:
    row: dict[str, Any] = queries.by_id(get_db(), oversight, today()) or abort(404)
    return row


@bp.get("/office/oversights")
@only("manager")
def show() -> Page:
    return listed({"happened_on": today()})


def listed(typed: Any, refusal: Refusal | None = None) -> Page:
    shown = {
        "rows": queries.latest(get_db(), today()),
        "enterprises": enterprises.of_person(get_db(), current_person().id, "manager"),
        "typed": typed,
        **said(refusal),
    }
    return render_template("office/oversights/list.html", **shown), 422 if refusal else 200


@bp.post("/office/oversights")
@only("manager")
def record() -> Page:
    try:
        with writing() as db:
            verbs.record(db, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return listed(request.form, refusal)
    return redirect("/office/oversights", code=303)


@bp.get("/office/oversights/<oversight>")
@only("manager")
def one(oversight: str) -> Page:
    return page(need(oversight))


def page(row: dict[str, Any], refusal: Refusal | None = None) -> Page:
    return text_of(row, refusal), 422 if refusal else 200


def text_of(row: dict[str, Any], refusal: Refusal | None = None, source: str = "") -> str:
    typed = request.form or {"answered_on": today()}
    shown = {"row": row, "typed": typed, "source": source, **said(refusal)}
    return render_template("office/oversights/one.html", **shown)


@bp.post("/office/oversights/<oversight>/answer")
@only("manager")
def answer(oversight: str) -> Page:
    row = need(oversight)
    try:
        with writing() as db:
            verbs.answer(db, oversight, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return page(row, refusal)
    return redirect(f"/office/oversights/{oversight}", code=303)


@bp.post("/office/oversights/<oversight>/remove")
@only("manager")
def remove(oversight: str) -> Page:
    row = need(oversight)
    try:
        with writing() as db:
            verbs.remove(db, oversight, request.form, current_person().id, now())
    except Refusal as refusal:
        return page(row, refusal)
    return redirect("/office/oversights", code=303)


@bp.post("/office/oversights/<oversight>/source")
@only("manager")
def source(oversight: str) -> Response:
    """Who complained, on this one answer; the look is noted."""
    row = need(oversight)
    with writing() as db:
        about, address = f"oversight {oversight}", request.remote_addr or ""
        accounts.note(db, current_person().id, "source.look", about, address, now())
    text = text_of(row, source=queries.source(get_db(), oversight))
    return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})
