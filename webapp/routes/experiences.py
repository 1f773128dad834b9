"""工作经历: written down, corrected, taken out on the page of its person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request

from webapp.db import get_db, now, today
from webapp.domain import experiences as verbs
from webapp.people import current_person, only
from webapp.queries import experiences as queries
from webapp.routes import people
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import done_with_scan

bp = Blueprint("experiences", __name__)


def need(experience: str) -> dict[str, Any]:
    return queries.by_id(get_db(), experience) or abort(404)


@bp.post("/office/people/<person>/experiences")
@only("manager")
def add(person: str) -> Answer:
    row, by = people.need_ours(person), current_person().id
    return done_with_scan(
        lambda db, evidence: verbs.add(db, person, request.form, evidence, by, today(), now()),
        f"/office/people/{person}#experiences",
        people.again(row),
        "experience",
        person,
    )


@bp.post("/office/experiences/<experience>")
@only("manager")
def edit(experience: str) -> Answer:
    row, by, form = need(experience), current_person().id, f"experience-{experience}"
    person = people.need_person(row["person_id"])
    return done_with_scan(
        lambda db, evidence: verbs.edit(db, experience, request.form, evidence, by, today(), now()),
        f"/office/people/{person['id']}#experiences",
        people.again(person),
        form,
        person["id"],
    )


@bp.post("/office/experiences/<experience>/remove")
@only("manager")
def remove(experience: str) -> Answer:
    """Needs the tick beside the button: written down by mistake."""
    row, by, form = need(experience), current_person().id, f"experience-{experience}"
    person = people.need_person(row["person_id"])
    if request.form.get("sure") != "yes":
        return people.page(person, form, "not_ticked"), 422
    return done(
        lambda db: verbs.remove(db, experience, by, now()),
        f"/office/people/{person['id']}#experiences",
        people.again(person),
        form,
    )
