"""服务计划: the month, one's own working days, a feed for other calendars."""

from __future__ import annotations

import calendar as months
import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from webapp.db import get_db, now, today, writing
from webapp.domain import calendars as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, may_be_here, only, open_to_all, person_from_row
from webapp.queries import calendar as queries
from webapp.queries import people
from webapp.routes.engagements import OURS, Page, said
from webapp.routes.public import public_url
from webapp.standard import icalendar, workdays

bp = Blueprint("calendar", __name__)
BEHIND = 90  # days that a feed goes back


@bp.get("/office/calendar")
@only(*OURS)
def show() -> Page:
    asked = request.args.get("month", today()[:7])
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", asked):
        abort(404)
    return month_page(date.fromisoformat(f"{asked}-01"))


def month_page(first: date, address: str = "") -> str:
    person, own = current_person(), queries.overrides(get_db())
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    since, until = weeks[0][0].isoformat(), weeks[-1][-1].isoformat()
    visits = queries.visits(get_db(), since, until, person.id, person.role)
    shown = {
        "weeks": [[cell(day, first, own, visits) for day in week] for week in weeks],
        "month": first.isoformat(),
        "before": (first - timedelta(days=1)).isoformat()[:7],
        "after": (first + timedelta(days=31)).isoformat()[:7],
        "provisional": workdays.is_workday(first, own)[1],
        "has_feed": queries.has_feed(get_db(), person.id),
        "address": address,
        "person": person,
        **said(None),
    }
    return render_template("office/calendar/month.html", **shown)


def cell(
    day: date, first: date, own: workdays.Overrides, visits: list[dict[str, Any]]
) -> dict[str, Any]:
    text = day.isoformat()
    return {
        "day": text,
        "number": day.day,
        "inside": day.month == first.month,
        "off": not workdays.is_workday(day, own)[0],
        "visits": [visit for visit in visits if visit["planned_on"] == text],
    }


@bp.post("/office/calendar/feed")
@only(*OURS)
def new_feed() -> Page:
    """Shown once: only its hash is kept."""
    with writing() as db:
        token = verbs.new_feed(db, current_person().id, now())
    first = date.fromisoformat(today()).replace(day=1)
    return month_page(first, f"{public_url()}/calendar/{token}.ics")


@bp.post("/office/calendar/feed/end")
@only(*OURS)
def end_feed() -> Page:
    with writing() as db:
        verbs.end_feed(db, current_person().id, now())
    return redirect("/office/calendar", code=303)


@bp.get("/calendar/<token>.ics")
@open_to_all
def feed(token: str) -> Response:
    """Whoever has the address; 404 once it was taken back or its person left."""
    found = queries.of_feed(get_db(), verbs.token_hash(token))
    row = people.by_id(get_db(), found["id"]) if found else None
    if row is None or not may_be_here(person_from_row(row)):
        abort(404)
    since = (date.fromisoformat(today()) - timedelta(days=BEHIND)).isoformat()
    rows = queries.feed(get_db(), row["id"], row["role"], since)
    name = render_template("office/calendar/feed_name.txt", person=row).strip()
    stamp = re.sub(r"[-:]|\.\d+", "", now())
    text = icalendar.calendar(name, [event(one) for one in rows], stamp)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def event(visit: dict[str, Any]) -> icalendar.Event:
    gone = bool(visit["cancelled_at"] and not visit["started_at"])
    words = render_template("office/calendar/event.txt", visit=visit).strip()
    # Only rises: called off is one more, and begun all the same another.
    sequence = visit["moves"] + bool(visit["cancelled_at"]) * (1 if gone else 2)
    place = visit["address"]
    return icalendar.Event(visit["id"], visit["planned_on"], words, place, gone, sequence)


@bp.get("/office/workdays")
@only("manager")
def own_days() -> Page:
    return days_page({"is_workday": "0"})


def days_page(typed: Any, refusal: Refusal | None = None) -> Page:
    shown = {"rows": queries.override_rows(get_db()), "typed": typed, **said(refusal)}
    return render_template("office/calendar/workdays.html", **shown), 422 if refusal else 200


@bp.post("/office/workdays")
@only("manager")
def set_day() -> Page:
    try:
        with writing() as db:
            verbs.set_day(db, request.form, current_person().id, now())
    except Refusal as refusal:
        return days_page(request.form, refusal)
    return redirect("/office/workdays", code=303)


@bp.post("/office/workdays/drop")
@only("manager")
def drop_day() -> Page:
    with writing() as db:
        verbs.drop_day(db, request.form.get("date", ""), current_person().id, now())
    return redirect("/office/workdays", code=303)
