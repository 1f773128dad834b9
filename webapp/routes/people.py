"""人员: who is here, who counts, and one person with all that is on record of him."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.db import get_db, now, today, writing
from webapp.domain import accounts, consents, entered, staff
from webapp.domain.evidence import JPEG
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import (
    competences,
    credentials,
    employment,
    enterprises,
    experiences,
    institution,
    pledges,
)
from webapp.queries import people as queries
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import added, scanned
from webapp.routes.public import public_url
from webapp.standard import pledges as yearly
from webapp.standard.competences import BASES, named
from webapp.standard.credentials import FEWEST, HOLDING, KINDS

bp = Blueprint("people", __name__)
NOBODY: dict[str, Any] = {"full_time": 1}


@bp.get("/office/people")
@only("manager")
def show() -> str:
    return listed()


def listed(failed: str = "", code: str = "", params: dict[str, Any] | None = None) -> str:
    db = get_db()
    try:
        day = entered.day(request.args, "day") or today()
    except Refusal as no:
        day, code, params = today(), no.code, no.params
    rows = credentials.standings(db, institution.profile(db)["name"], day)
    return render_template(
        "office/people/list.html",
        people=rows,
        condition=sum(not row["condition"] for row in rows),
        rating=sum(not row["rating"] for row in rows),
        fewest=FEWEST,
        day=day,
        safety_managers=queries.safety_managers(db),
        enterprises=enterprises.of_person(db, current_person().id, "manager"),
        failed=failed,
        code=code,
        params=params or {},
        typed=request.form or MultiDict(NOBODY),
    )


def need_person(person_id: str) -> dict[str, Any]:
    """Of ours, or one of an enterprise's: for managers."""
    return queries.by_id(get_db(), person_id) or abort(404)


def need_ours(person_id: str) -> dict[str, Any]:
    """Who works here: what 4.2 asks is asked of nobody else."""
    row = need_person(person_id)
    if row["role"] == "safety_manager":
        abort(404)
    return row


@bp.get("/office/people/<person>")
def one(person: str) -> str:
    """Managers, and oneself: what an institution keeps about a person, that person may see."""
    row, asking = need_person(person), current_person()
    if asking.role != "manager" and asking.id != person:
        abort(404)
    return page(row)


def page(
    row: dict[str, Any],
    failed: str = "",
    code: str = "",
    params: dict[str, Any] | None = None,
    link: str = "",
    shown: dict[str, str] | None = None,
) -> str:
    db, day = get_db(), today()
    unit = institution.profile(db)["name"]
    standing = credentials.standing(db, row, unit, day)
    return render_template(
        "office/people/person.html",
        row=row,
        standing=standing,
        certified=any(one["state"] in HOLDING for one in standing["credentials"]),
        contracts=employment.contracts(db, row["id"]),
        months=employment.months(db, row["id"]),
        trainings=employment.trainings_of(db, row["id"]),
        consents=employment.consents(db, row["id"]),
        **skills(row["id"], day),
        invited=queries.invited(db, row["id"], now()),
        kinds=KINDS,
        unit=unit,
        day=day,
        manages=current_person().role == "manager",
        own=current_person().id,
        failed=failed,
        code=code,
        params=params or {},
        typed=request.form,
        link=link,
        numbers=shown or {},
    )


def skills(person: str, day: str) -> dict[str, Any]:
    """What 4.2 and 4.3 ask of a person, and what a judgement may be about."""
    db = get_db()
    worked, held = experiences.of_person(db, person), competences.of_person(db, person)
    pledged = pledges.of_person(db, person)
    has = {named(one["item"]) for one in held if not one["withdrawn_on"]}
    return {
        "experiences": worked,
        "worked": divmod(experiences.months(worked, day), 12),
        "competences": held,
        "items": [item for item in competences.items(db) if named(item) not in has],
        "judges": competences.judges(db, person),
        "bases": BASES,
        "pledges": pledged,
        "pledge_kinds": yearly.KINDS,
        "missing": pledges.missing(pledged, day),
        "owes": any(one["id"] == person for one in pledges.owing(db, day)),
    }


def again(row: dict[str, Any]) -> Any:
    return lambda failed, code, params: page(row, failed, code, params)


@bp.post("/office/people")
@only("manager")
def add() -> Answer:
    try:
        with writing() as db:
            person = staff.add(db, request.form, current_person().id, now())
    except Refusal as no:
        return listed("person", no.code, no.params), 422
    return done(lambda db: None, f"/office/people/{person}", listed, "person")


@bp.post("/office/people/<person>/profile")
@only("manager")
def edit(person: str) -> Answer:
    row, by = need_person(person), current_person().id
    here = f"/office/people/{person}"
    return done(
        lambda db: staff.edit(db, person, request.form, by, now()), here, again(row), "profile"
    )


@bp.post("/office/people/<person>/role")
@only("manager")
def set_role(person: str) -> Answer:
    row, by = need_person(person), current_person().id
    own = by == person and request.form.get("role") != "manager"
    here = "/" if own else f"/office/people/{person}"
    return done(
        lambda db: staff.set_role(db, person, request.form, by, now()), here, again(row), "role"
    )


@bp.post("/office/people/<person>/invite")
@only("manager")
def invite(person: str) -> Answer | Response:
    """The link stands on this one answer and nowhere else."""
    row = need_person(person)
    try:
        with writing() as db:
            token = accounts.invite(db, person, current_person().id, now())
    except Refusal as no:
        return page(row, "invite", no.code, no.params), 422
    response = Response(page(row, link=f"{public_url()}/welcome/{token}"), mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/office/people/<person>/consent")
def consent(person: str) -> Answer:
    """A manager with a proof, or oneself, whose sign-in is the proof."""
    row = need_own(person)
    by = current_person().id

    def deed(db: Any) -> None:
        papers = [added(db, one, person) for one in (scan, portrait)]
        consents.give(db, person, request.form, papers[0], papers[1], by, today(), now())

    try:
        scan, portrait = scanned("scan"), scanned("portrait")
        if portrait and portrait[1] != JPEG:
            raise Refusal("not_a_picture", field="portrait")
    except Refusal as no:
        return page(row, "consent", no.code, no.params), 422
    return done(deed, f"/office/people/{person}#consent", again(row), "consent")


@bp.post("/office/people/<person>/consent/withdraw")
def withdraw(person: str) -> Answer:
    row, by = need_own(person), current_person().id
    here = f"/office/people/{person}#consent"
    return done(
        lambda db: consents.withdraw(db, person, by, today(), now()), here, again(row), "consent"
    )


def need_own(person_id: str) -> dict[str, Any]:
    row, asking = need_person(person_id), current_person()
    if asking.role != "manager" and asking.id != person_id:
        abort(404)
    return row
