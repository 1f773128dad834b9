"""服务项目: the line of clause 5, its initial visit, its assessment, its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp.db import get_db, now, today, writing
from webapp.domain import engagements as verbs
from webapp.domain import entered, first_steps, lapse_reasons
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import boards, calendar, competences, leads, service_steps
from webapp.queries import engagement_pages as queries
from webapp.queries import engagements as listed
from webapp.queries import people as ties
from webapp.standard import deductions, workdays
from webapp.standard import service_steps as standard

bp = Blueprint("engagements", __name__)
Page = str | tuple[str, int] | Response
OURS = ("manager", "consultant")


def need_engagement(engagement_id: str | None, leading: bool = False) -> dict[str, Any]:
    """The engagement, or 404 for who is not on it; `leading`: its lead or a manager."""
    person, row = current_person(), queries.head(get_db(), engagement_id or "")
    if row is None or person.role not in OURS:
        abort(404)
    if person.role == "manager":
        return row
    tied = ties.tied_to_engagement(get_db(), person.id, row["id"])
    if not tied or (leading and row["lead_id"] != person.id):
        abort(404)
    return row


def said(refusal: Refusal | None) -> dict[str, Any]:
    return {
        "code": refusal.code if refusal else "",
        "params": refusal.params if refusal else {},
        "day": today(),
    }


def page_of(engagement_id: str) -> Response:
    return redirect(f"/office/engagements/{engagement_id}", code=303)


@bp.get("/enterprises/<enterprise>/engagements/new")
@only("manager")
def new(enterprise: str) -> Page:
    need_enterprise(enterprise)
    return staff_form({"starts_on": today()}, [], None, enterprise)


@bp.post("/enterprises/<enterprise>/engagements/new")
@only("manager")
def begin(enterprise: str) -> Page:
    need_enterprise(enterprise)
    people = request.form.getlist("people")
    try:
        with writing() as db:
            by = current_person().id
            found = verbs.begin(db, enterprise, request.form, people, by, today(), now())
    except Refusal as refusal:
        return staff_form(request.form, people, refusal, enterprise)
    return page_of(found)


@bp.get("/office/engagements/<engagement>/edit")
@only("manager")
def edit(engagement: str) -> Page:
    row = need_engagement(engagement)
    people = [one["id"] for one in line_people(engagement)]
    return staff_form(row, people, None, row["enterprise_id"], row)


@bp.post("/office/engagements/<engagement>/edit")
@only("manager")
def change(engagement: str) -> Page:
    row = need_engagement(engagement)
    people = request.form.getlist("people")
    try:
        with writing() as db:
            verbs.change(db, engagement, request.form, people, current_person().id, today(), now())
    except Refusal as refusal:
        return staff_form(request.form, people, refusal, row["enterprise_id"], row)
    return page_of(engagement)


def line_people(engagement: str) -> list[dict[str, Any]]:
    return listed.people(get_db(), engagement)


def staff_form(
    typed: Any, picked: list[str], refusal: Refusal | None, enterprise: str, row: Any = None
) -> Page:
    shown = {
        "typed": typed,
        "picked": picked,
        "engagement": row,
        "agreed": queries.term(get_db(), row["id"]) if row else None,
        "enterprise_id": enterprise,
        "consultants": leads.consultants(get_db(), today()),
        **said(refusal),
    }
    return render_template("office/engagements/form.html", **shown), 422 if refusal else 200


@bp.get("/office/engagements/<engagement>")
@only(*OURS)
def show(engagement: str) -> Page:
    return page(need_engagement(engagement))


def page(row: dict[str, Any], refusal: Refusal | None = None, **more: Any) -> Page:
    db, day, own = get_db(), today(), calendar.overrides(get_db())
    try:
        on = entered.day(request.args, "on") or day
    except Refusal as no:
        on, refusal = day, no
    of = service_steps.facts(db, row["id"], day)
    first = standard.first_service(of, day, own)
    left = workdays.left(date.fromisoformat(day), first.due.day, own) if first else 0
    person = current_person()
    shown = {
        "engagement": row,
        "steps": standard.steps(of, day),
        "of": of,
        "first": first,
        "left": left,
        "costs": deductions.of_engagement(of, day, own),
        "lines": service_steps.lines(db, row["id"], on),
        "until": standard.cut_off(of, on),
        "on": on,
        "uncovered": [one["item"] for one in competences.uncovered(db, day, row["id"])],
        "lapsed": leads.lapsed_visits(db, row["id"]),
        "lead_holds": leads.holds_on(db, row["lead_id"], day),
        "initial_visit": queries.initial_visit(db, row["id"]),
        "assessment": queries.assessment(db, row["id"]),
        "contract": queries.contract(db, row["id"]),
        "attachments": queries.attachments(db, row["id"]),
        "visits": queries.visits(db, row["id"]),
        "people": line_people(row["id"]),
        "boards": boards.of_engagement(db, row["id"], today()),
        "follow_ups": queries.follow_ups(db, row["id"]),
        "links": queries.follow_up_links(db, row["id"]),
        "leading": person.role == "manager" or row["lead_id"] == person.id,
        "person": person,
        "new_link": "",
        **said(refusal),
        **more,
    }
    return render_template("office/engagements/page.html", **shown), 422 if refusal else 200


FORMS = {"initial-visit": queries.initial_visit, "assessment": queries.assessment}
VERBS: dict[str, Callable[..., None]] = {
    "initial-visit": first_steps.write_initial_visit,
    "assessment": first_steps.write_assessment,
}


@bp.get("/office/engagements/<engagement>/write/<step>")
@only(*OURS)
def step(engagement: str, step: str) -> Page:
    row = need_engagement(engagement, leading=True)
    found = (FORMS.get(step) or abort(404))(get_db(), engagement)
    picked = [one["id"] for one in found["people"]] if found else [current_person().id]
    return step_form(row, step, found or {"lead_id": row["lead_id"]}, picked)


def named_in(found: dict[str, Any] | None) -> set[str | None]:
    """Whom the record names already, though they may have left since."""
    if not found:
        return set()
    return {*(one["id"] for one in found["people"]), found.get("lead_id")}


@bp.post("/office/engagements/<engagement>/write/<step>")
@only(*OURS)
def write(engagement: str, step: str) -> Page:
    row = need_engagement(engagement, leading=True)
    picked, verb = request.form.getlist("people"), VERBS.get(step) or abort(404)
    try:
        with writing() as db:
            by = current_person().id
            verb(db, engagement, request.form, picked, by, today(), now())
    except Refusal as refusal:
        return step_form(row, step, request.form, picked, refusal)
    return page_of(engagement)


def step_form(
    row: dict[str, Any], step: str, typed: Any, picked: list[str], refusal: Refusal | None = None
) -> Page:
    shown = {
        "engagement": row,
        "typed": typed,
        "picked": picked,
        "consultants": leads.choices(get_db(), today(), named_in(FORMS[step](get_db(), row["id"]))),
        **said(refusal),
    }
    template = f"office/engagements/{step.replace('-', '_')}.html"
    return render_template(template, **shown), 422 if refusal else 200


@bp.post("/office/engagements/<engagement>/end")
@only("manager")
def end(engagement: str) -> Page:
    row = need_engagement(engagement)
    try:
        if request.form.get("sure") != "yes":
            raise Refusal("not_ticked")
        with writing() as db:
            verbs.end(db, engagement, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return page(row, refusal)
    return page_of(engagement)


@bp.post("/office/engagements/<engagement>/reopen")
@only("manager")
def reopen(engagement: str) -> Page:
    row = need_engagement(engagement)
    try:
        with writing() as db:
            verbs.reopen(db, engagement, request.form, current_person().id, now())
    except Refusal as refusal:
        return page(row, refusal)
    return page_of(engagement)


@bp.post("/office/visits/<visit>/lapse")
@only(*OURS)
def lapse(visit: str) -> Page:
    """Why a visit went on while the lead's credential had lapsed."""
    row = need_engagement(queries.engagement_of_visit(get_db(), visit), leading=True)
    try:
        with writing() as db:
            lapse_reasons.write(db, visit, request.form, current_person().id, now())
    except Refusal as refusal:
        return page(row, refusal)
    return page_of(row["id"])
