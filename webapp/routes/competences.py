"""服务能力: judged and taken back on a person's page; one list of items and who can do them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from webapp.db import get_db, now, today
from webapp.domain import competences as verbs
from webapp.people import current_person, only
from webapp.queries import competences as queries
from webapp.routes import people
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import done_with_scan

bp = Blueprint("competences", __name__)


@bp.get("/office/competences")
@only("manager")
def show() -> str:
    db, day = get_db(), today()
    return render_template(
        "office/people/competences.html", items=queries.by_item(db), day=day,
        uncovered=queries.uncovered(db, day),
    )  # fmt: skip


@bp.post("/office/people/<person>/competences")
@only("manager")
def judge(person: str) -> Answer:
    row, by = people.need_ours(person), current_person().id

    def deed(db: Any, evidence: str | None) -> None:
        picked = request.form.getlist("item")
        verbs.judge(db, person, request.form, picked, evidence, by, today(), now())

    onward = f"/office/people/{person}#competences"
    return done_with_scan(deed, onward, people.again(row), "competence", person)


@bp.post("/office/competences/<competence>/withdraw")
@only("manager")
def withdraw(competence: str) -> Answer:
    row, by = queries.by_id(get_db(), competence) or abort(404), current_person().id
    return done(
        lambda db: verbs.withdraw(db, competence, request.form, by, today(), now()),
        f"/office/people/{row['person_id']}#competences",
        people.again(people.need_person(row["person_id"])),
        f"competence-{competence}",
    )
