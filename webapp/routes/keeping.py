"""保存与删除: what may go and when, holds, the deletion of one file, and its log."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp import leaving
from webapp.db import folder, get_db, now, owe_scrub, scrub, today, writing
from webapp.domain import erasing
from webapp.domain import keeping as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import belongings, enterprises
from webapp.queries import keeping as queries
from webapp.routes.engagements import Page, said

bp = Blueprint("keeping", __name__)


@bp.get("/office/keeping")
@only("manager")
def show() -> Page:
    return page()


def page(refusal: Refusal | None = None) -> Page:
    periods = queries.periods(get_db())
    typed = {"keep_years": periods.service, "rating_years": periods.rating}
    files = queries.files(get_db(), today())
    over = [row for row in files if row["may_go"] and row["keeping"].until]
    held = [row for row in files if row["hold"]]
    shown = {
        "over": over,
        "held": held,
        "others": [row for row in files if row not in over and row not in held],
        "places": len(queries.places(get_db(), verbs.year_before(now()))),
        "log": queries.log(get_db()),
        "typed": request.form if refusal and request.form else typed,
        "periods": periods,
        **said(refusal),
    }
    return render_template("office/keeping/list.html", **shown), 422 if refusal else 200


@bp.post("/office/keeping/periods")
@only("manager")
def set_periods() -> Page:
    try:
        with writing() as db:
            verbs.set_periods(db, request.form, current_person().id, now())
    except Refusal as refusal:
        return page(refusal)
    return redirect("/office/keeping", code=303)


@bp.post("/office/keeping/places")
@only("manager")
def erase_places() -> Page:
    """Whoever asks twice erases what has come of age meanwhile."""
    try:
        with writing() as db:
            owe_scrub(db)
            verbs.erase_places(db, current_person().id, now())
    except Refusal as refusal:
        return page(refusal)
    scrub()
    return redirect("/office/keeping", code=303)


@bp.get("/enterprises/<enterprise>/hold")
@only("manager")
def holding(enterprise: str) -> Page:
    return hold_page(need_enterprise(enterprise))


@bp.post("/enterprises/<enterprise>/hold")
@only("manager")
def hold(enterprise: str) -> Page:
    return decided(need_enterprise(enterprise), verbs.hold)


@bp.post("/enterprises/<enterprise>/hold/lift")
@only("manager")
def lift(enterprise: str) -> Page:
    return decided(need_enterprise(enterprise), verbs.lift)


def decided(enterprise: str, verb: Any) -> Page:
    try:
        with writing() as db:
            verb(db, enterprise, request.form, current_person().id, now())
    except Refusal as refusal:
        return hold_page(enterprise, refusal)
    listed = request.form.get("back") == "list"
    return redirect("/office/keeping" if listed else f"/enterprises/{enterprise}", code=303)


def hold_page(enterprise: str, refusal: Refusal | None = None) -> Page:
    shown = {
        "file": queries.file(get_db(), today(), enterprise),
        "before": queries.holds_before(get_db(), enterprise),
        "typed": request.form,
        **said(refusal),
    }
    return render_template("office/keeping/hold.html", **shown), 422 if refusal else 200


@bp.get("/enterprises/<enterprise>/delete")
@only("manager")
def preview(enterprise: str) -> Page:
    return preview_page(need_enterprise(enterprise))


def preview_page(enterprise: str, refusal: Refusal | None = None) -> Page:
    db = get_db()
    gone = belongings.of(db, enterprise)
    shown = {
        "enterprise": enterprises.by_id(db, enterprise),
        "file": queries.file(db, today(), enterprise),
        "waiting": gone.waiting,
        "counts": erasing.told(gone)["counts"],
        "signers": len(gone.signers),
        "typed": request.form,
        **said(refusal),
    }
    return render_template("office/keeping/delete.html", **shown), 422 if refusal else 200


@bp.post("/enterprises/<enterprise>/delete")
@only("manager")
def delete(enterprise: str) -> Response | Page:
    """The rows in one transaction; then the files, and what the database's own file still holds."""
    need_enterprise(enterprise)
    try:
        with writing() as db:
            owe_scrub(db)
            erasing.delete(db, enterprise, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return preview_page(enterprise, refusal)
    with writing() as db:
        leaving.sweep(db, folder())
    scrub()
    return redirect("/office/keeping#log", code=303)
