"""批量审阅: a lead reads service records, the doubtful first, and acknowledges many at once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request

from webapp.db import get_db, now, writing
from webapp.domain import acknowledgements
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import reviews as queries
from webapp.routes.engagements import OURS, Page, said

bp = Blueprint("reviews", __name__)


@bp.get("/office/reviews")
@only(*OURS)
def show() -> Page:
    return page()


def page(refusal: Refusal | None = None) -> Page:
    person = current_person()
    rows = queries.waiting(get_db(), person.id, person.role)
    shown = {"rows": rows, "person": person, "typed": request.form, **said(refusal)}
    return render_template("office/reviews.html", **shown), 422 if refusal else 200


@bp.post("/office/reviews")
@only("consultant")
def acknowledge() -> Page:
    chosen = dict(one.split("/", 1) for one in request.form.getlist("seen") if "/" in one)
    written = {name[5:] for name, note in request.form.items() if name.startswith("note-") and note}
    if written - set(chosen):
        return page(Refusal("note_unticked"))
    notes = {visit: request.form.get(f"note-{visit}", "") for visit in chosen}
    try:
        with writing() as db:
            acknowledgements.acknowledge(db, chosen, notes, current_person().id, now())
    except Refusal as refusal:
        return page(refusal)
    return redirect("/office/reviews", code=303)
