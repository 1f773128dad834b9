"""承诺书: signed on a person's page or by many at once; one list for each year."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from webapp.db import get_db, now, today
from webapp.domain import entered
from webapp.domain import pledges as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import pledges as queries
from webapp.routes import people
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import done_with_scan
from webapp.standard.pledges import FIRST, KINDS, LAST

bp = Blueprint("pledges", __name__)
Params = dict[str, Any]


@bp.get("/office/pledges")
@only("manager")
def show() -> str | tuple[str, int]:
    try:
        return listed(asked())
    except Refusal as no:
        return listed(this_year(), "year", no.code, no.params), 422


def this_year() -> int:
    return int(today()[:4])


def asked() -> int:
    """Of which year: as the address says, else this one."""
    typed = request.args.get("year")
    return entered.whole(request.args, "year", FIRST, LAST) if typed else this_year()


def listed(year: int, failed: str = "", code: str = "", params: Params | None = None) -> str:
    return render_template(
        "office/people/pledges.html", year=year, kinds=KINDS, day=today(),
        people=queries.listed(get_db(), year, today()), first=FIRST, failed=failed, code=code,
        params=params or {}, typed=request.form, chosen=request.form.getlist("person"),
    )  # fmt: skip


@bp.post("/office/pledges")
@only("manager")
def sign_many() -> Answer:
    """One paper of many is seen by managers alone: nobody reads what others signed."""
    by, chosen = current_person().id, request.form.getlist("person")
    known = {row["id"] for row in queries.of_year(get_db(), this_year(), today())}
    try:
        year = entered.whole(request.form, "year", FIRST, LAST)
        entered.chosen(chosen, known, "person")
    except Refusal as no:
        return listed(this_year(), "pledges", no.code, no.params), 422
    return done_with_scan(
        lambda db, evidence: sign(db, chosen, evidence, by),
        f"/office/pledges?year={year}",
        lambda form, code, params: listed(year, form, code, params),
        "pledges",
    )


def sign(db: Any, chosen: list[str], evidence: str | None, by: str) -> None:
    kinds = request.form.getlist("kind")
    verbs.sign(db, chosen, request.form, kinds, evidence, by, today(), now())


@bp.post("/office/people/<person>/pledges")
@only("manager")
def sign_one(person: str) -> Answer:
    row, by = people.need_ours(person), current_person().id
    return done_with_scan(
        lambda db, evidence: sign(db, [person], evidence, by),
        f"/office/people/{person}#pledges",
        people.again(row),
        "pledge",
        person,
    )


@bp.post("/office/pledges/<pledge>/remove")
@only("manager")
def remove(pledge: str) -> Answer:
    row, by = queries.by_id(get_db(), pledge) or abort(404), current_person().id
    person, form = people.need_person(row["person_id"]), f"pledge-{pledge}"
    if request.form.get("sure") != "yes":
        return people.page(person, form, "not_ticked"), 422
    return done(
        lambda db: verbs.remove(db, pledge, by, now()),
        f"/office/people/{person['id']}#pledges",
        people.again(person),
        form,
    )
