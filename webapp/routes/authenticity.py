"""真实性核对 of one visit, for ours alone: a doubt is no news for anybody else."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request

from webapp.db import get_db, now, writing
from webapp.domain import authenticity as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_visit, only
from webapp.queries import authenticity as queries
from webapp.queries import leads, people
from webapp.routes.board_photos import stored
from webapp.routes.engagements import OURS, Page, said

bp = Blueprint("authenticity", __name__)


@bp.get("/office/visits/<visit>/evidence")
@only(*OURS)
def show(visit: str) -> Page:
    need_visit(visit)
    return page(visit)


def page(visit: str, refusal: Refusal | None = None) -> Page:
    person, db = current_person(), get_db()
    found = queries.of_visit(db, visit)
    for other in found["elsewhere"]:  # whom others serve is not for everyone of ours (4.3 d)
        of = other["enterprise_id"]
        other["named"] = people.tied_to_enterprise(db, person.id, person.role, of)
    shown = {
        **found,
        "leading": leads.leads_visit(db, visit, person.id, person.role),
        "person": person,
        **said(refusal),
    }
    return render_template("office/authenticity/page.html", **shown), 422 if refusal else 200


@bp.post("/office/visits/<visit>/gate-photo")
@only(*OURS)
def choose(visit: str) -> Page:
    """One of the visit's own, or a file brought by itself."""
    need_visit(visit)
    by, brings = current_person().id, request.form.get("brings") == "yes"
    try:
        kept = stored() if brings else None
        with writing() as db:
            if kept:
                verbs.bring_gate(db, visit, *kept, by, now())
            else:
                verbs.choose_gate(db, visit, request.form.get("photo", ""), by, now())
    except Refusal as refusal:
        return page(visit, refusal)
    return redirect(f"/office/visits/{visit}/evidence", code=303)


@bp.post("/office/visits/<visit>/place")
@only("manager")
def set_place(visit: str) -> Page:
    need_visit(visit)
    try:
        with writing() as db:
            verbs.set_place(db, visit, current_person().id, now())
    except Refusal as refusal:
        return page(visit, refusal)
    return redirect(f"/office/visits/{visit}/evidence", code=303)
