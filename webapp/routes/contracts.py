"""合同: its form with lines, the county's receipt, and the plan that follows from the lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request

from webapp.db import get_db, now, today, writing
from webapp.domain import contracts as verbs
from webapp.domain import service_plan
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import calendar, competences, leads, service_steps
from webapp.queries import engagement_pages as queries
from webapp.routes.engagements import Page, need_engagement, page, page_of, said
from webapp.standard import service_steps as standard
from webapp.standard import visit_plan, workdays

bp = Blueprint("contracts", __name__)
EMPTY_LINE = {"id": "", "item": "", "times": "", "unit": "", "standardization": ""}
SPARE_LINES = 4
LINE = ("id", "item", "times", "unit", "standardization")


@bp.get("/office/engagements/<engagement>/contract")
@only("manager")
def show(engagement: str) -> Page:
    row = need_engagement(engagement)
    typed = queries.contract(get_db(), engagement) or {
        name: row[name] for name in ("lead_id", "starts_on", "ends_on")
    }
    return form(row, typed, service_steps.lines(get_db(), engagement))


def form(row: dict[str, Any], typed: Any, lines: list[Any], refusal: Refusal | None = None) -> Page:
    filled = _known(row["id"], _filled(lines))
    named = queries.contract(get_db(), row["id"]) or {}
    shown = {
        "engagement": row,
        "typed": typed,
        "seen": named.get("written_at", ""),
        "lines": [*filled, *[EMPTY_LINE] * SPARE_LINES],
        "items": competences.items(get_db()),  # one word for one thing
        "consultants": leads.choices(get_db(), today(), {named.get("lead_id")}),
        **said(refusal),
    }
    return render_template("office/engagements/contract.html", **shown), 422 if refusal else 200


def _filled(lines: list[Any]) -> list[Any]:
    """A unit stands in every empty line."""
    return [line for line in lines if any(line[name] for name in LINE if name != "unit")]


def _known(engagement: str, lines: list[Any]) -> list[Any]:
    """By the ids that stand now: another window may have written or taken out lines meanwhile."""
    stand = {line["id"]: line["item"] for line in service_steps.lines(get_db(), engagement)}
    free = {item: id for id, item in stand.items() if id not in {line["id"] for line in lines}}
    return [
        line if line["id"] in stand else {**line, "id": free.pop(line["item"], "")}
        for line in lines
    ]


@bp.post("/office/engagements/<engagement>/contract")
@only("manager")
def write(engagement: str) -> Page:
    row = need_engagement(engagement)
    columns = [request.form.getlist(f"line_{name}") for name in LINE]
    lines = _filled([dict(zip(LINE, line, strict=True)) for line in zip(*columns, strict=False)])
    try:
        with writing() as db:
            verbs.write(db, engagement, request.form, lines, current_person().id, today(), now())
    except Refusal as refusal:
        return form(row, request.form, lines, refusal)
    return page_of(engagement)


@bp.post("/office/engagements/<engagement>/receipt")
@only("manager")
def receive(engagement: str) -> Page:
    row = need_engagement(engagement)
    try:
        with writing() as db:
            verbs.receive(db, engagement, request.form, current_person().id, today(), now())
    except Refusal as refusal:
        return page(row, refusal)
    return page_of(engagement)


def term(engagement: str) -> tuple[date, date]:
    contract = queries.contract(get_db(), engagement)
    if not contract:
        raise Refusal("no_contract_yet")
    if not (contract["starts_on"] and contract["ends_on"]):
        raise Refusal("plan_needs_term")
    if need_engagement(engagement)["ended_on"]:
        raise Refusal("ended_already")
    return date.fromisoformat(contract["starts_on"]), date.fromisoformat(contract["ends_on"])


@bp.get("/office/engagements/<engagement>/plan")
@only("manager")
def plan(engagement: str) -> Page:
    """What was confirmed; where a line has no days yet, a proposal."""
    row = need_engagement(engagement)
    try:
        starts, ends = term(engagement)
    except Refusal as refusal:
        return page(row, refusal)
    lines, own = service_steps.lines(get_db(), engagement), calendar.overrides(get_db())
    first = standard.first_service(service_steps.facts(get_db(), engagement, today()), today(), own)
    by = first.due.day if first and not first.served_on else None
    made = visit_plan.proposed(starts, ends, [line["times"] for line in lines], by, own)
    days = {
        line["id"]: list(line["due"]) or [day.isoformat() for day in proposal]
        for line, proposal in zip(lines, made, strict=True)
    }
    return plan_form(row, days)


def plan_form(
    row: dict[str, Any], days: dict[str, list[str]], refusal: Refusal | None = None
) -> Page:
    db, own = get_db(), calendar.overrides(get_db())
    first = standard.first_service(service_steps.facts(db, row["id"], today()), today(), own)
    lines = []
    for line in service_steps.lines(db, row["id"]):
        typed = [day for day in days.get(line["id"], []) if day]
        spare = [""] * max(1, (line["times"] or 0) - len(typed))
        lines.append({**line, "days": [judged(day, own) for day in typed + spare]})
    left = workdays.left(date.fromisoformat(today()), first.due.day, own) if first else 0
    shown = {"engagement": row, "lines": lines, "first": first, "left": left, **said(refusal)}
    return render_template("office/engagements/plan.html", **shown), 422 if refusal else 200


def judged(day: str, own: workdays.Overrides) -> dict[str, Any]:
    try:
        works, provisional = workdays.is_workday(date.fromisoformat(day), own)
    except ValueError:
        works, provisional = True, False
    return {"day": day, "off": not works, "provisional": provisional}


@bp.post("/office/engagements/<engagement>/plan")
@only("manager")
def confirm(engagement: str) -> Page:
    row = need_engagement(engagement)
    lines = [line["id"] for line in service_steps.lines(get_db(), engagement)]
    typed = {line: request.form.getlist(f"due-{line}") for line in lines}
    try:
        starts, ends = term(engagement)
        due = {line: service_plan.planned_days(days, starts, ends) for line, days in typed.items()}
        with writing() as db:
            service_plan.confirm_plan(db, engagement, due, current_person().id, now())
    except Refusal as refusal:
        return plan_form(row, typed, refusal)
    return redirect(f"/office/engagements/{engagement}#visits", code=303)
