"""现场服务 planned at the desk: added, moved, cancelled, given to people and lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from webapp.db import get_db, now, today, writing
from webapp.domain import planned_visits as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import engagement_pages as queries
from webapp.queries import engagements, planned_visits, service_steps
from webapp.routes.engagements import OURS, Page, need_engagement, page_of, said

bp = Blueprint("planned_visits", __name__)


def need_planned(visit: str) -> dict[str, Any]:
    return need_engagement(queries.engagement_of_visit(get_db(), visit), leading=True)


@bp.get("/office/engagements/<engagement>/visits/new")
@only(*OURS)
def new(engagement: str) -> Page:
    row = need_engagement(engagement, leading=True)
    return form(row, None, {"planned_on": today()}, [current_person().id], [])


@bp.post("/office/engagements/<engagement>/visits/new")
@only(*OURS)
def add(engagement: str) -> Page:
    row = need_engagement(engagement, leading=True)
    people, lines = request.form.getlist("people"), request.form.getlist("lines")
    try:
        with writing() as db:
            by = current_person().id
            verbs.add(db, engagement, request.form, people, lines, by, now())
    except Refusal as refusal:
        return form(row, None, request.form, people, lines, refusal)
    return page_of(engagement)


@bp.get("/office/visits/<visit>/plan")
@only(*OURS)
def show(visit: str) -> Page:
    return visit_form(need_planned(visit), visit)


def visit_form(row: dict[str, Any], visit: str, refusal: Refusal | None = None) -> Page:
    planned = planned_visits.by_id(get_db(), visit)
    typed = {**planned, **request.form}
    if request.endpoint != "planned_visits.assign":
        return form(row, planned, typed, planned["people"], planned["lines"], refusal)
    people, lines = request.form.getlist("people"), request.form.getlist("lines")
    return form(row, planned, typed, people, lines, refusal)


def form(
    row: dict[str, Any], visit: Any, typed: Any, people: list[str], lines: list[str],
    refusal: Refusal | None = None,
) -> Page:  # fmt: skip
    shown = {
        "engagement": row,
        "visit": visit,
        "typed": typed,
        "people": engagements.people(get_db(), row["id"]),
        "picked": people,
        "lines": service_steps.lines(get_db(), row["id"]),
        "served": lines,
        **said(refusal),
    }
    return render_template("office/planned_visit.html", **shown), 422 if refusal else 200


@bp.post("/office/visits/<visit>/move")
@only(*OURS)
def move(visit: str) -> Page:
    return done(visit, lambda db: verbs.move(db, visit, request.form, current_person().id, now()))


@bp.post("/office/visits/<visit>/cancel")
@only(*OURS)
def cancel(visit: str) -> Page:
    return done(visit, lambda db: verbs.cancel(db, visit, request.form, current_person().id, now()))


@bp.post("/office/visits/<visit>/assign")
@only(*OURS)
def assign(visit: str) -> Page:
    people, lines = request.form.getlist("people"), request.form.getlist("lines")
    by = current_person().id
    return done(visit, lambda db: verbs.assign(db, visit, people, lines, by, now()))


def done(visit: str, verb: Any) -> Page:
    row = need_planned(visit)
    try:
        with writing() as db:
            verb(db)
    except Refusal as refusal:
        return visit_form(row, visit, refusal)
    return redirect(f"/office/engagements/{row['id']}#visits", code=303)
