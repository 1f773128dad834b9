"""机构: its profile and proofs, and 机构条件自查, which answers 4.1 a to f with them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from webapp.db import get_db, now, today
from webapp.domain import entered
from webapp.domain import institution as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import institution as queries
from webapp.queries import staff
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import added, done_with_scan, needed, scanned
from webapp.standard import staff as standard
from webapp.standard.conditions import answers

bp = Blueprint("institution", __name__)
Params = dict[str, Any]


@bp.get("/office/institution")
@only("manager")
def show() -> str:
    return page()


def page(failed: str = "", code: str = "", params: Params | None = None) -> str:
    db = get_db()
    return render_template(
        "office/institution/profile.html", row=queries.profile(db), equipment=queries.equipment(db),
        notifications=queries.notifications(db), served=queries.served(db),
        policies=queries.policies(db, today()), fees=queries.fees(db), day=today(), failed=failed,
        counties=queries.counties(db), county_phones=queries.county_phones(db),
        star_results=queries.star_results(db),
        code=code, params=params or {}, typed=request.form,
    )  # fmt: skip


@bp.post("/office/institution")
@only("manager")
def edit() -> Answer:
    by = current_person().id

    try:
        scans = {name: scanned(name) for name in verbs.SCANS}
    except Refusal as no:
        return page("profile", no.code, no.params), 422

    def deed(db: Any) -> None:
        new = {name: added(db, scan, None) for name, scan in scans.items() if scan}
        verbs.edit(db, request.form, {n: str(e) for n, e in new.items()}, by, now())

    return done(deed, "/office/institution", page, "profile")


@bp.post("/office/institution/<noun>")
@only("manager")
def add(noun: str) -> Answer:
    """A fee, equipment, a notification, a version of a policy or a record of its use, stars, a
    county's phone."""
    if noun not in verbs.REMOVABLE:
        abort(404)
    by, day = current_person().id, today()
    form = f"{noun}-{request.form.get('kind', '')}" if noun.startswith("policy") else noun

    def deed(db: Any, evidence: str | None) -> None:
        if noun == "equipment":
            verbs.add_equipment(db, request.form, by, now())
        elif noun == "fee":
            verbs.add_fee(db, request.form, by, now())
        elif noun == "county_phone":
            verbs.add_county_phone(db, request.form, by, now())
        elif noun == "star_result":
            verbs.add_star_result(db, request.form, evidence, by, day, now())
        elif noun == "notification":
            verbs.add_notification(db, request.form, evidence, by, day, now())
        elif noun == "policy":
            verbs.add_policy(db, request.form, evidence, by, now())
        else:
            verbs.add_policy_use(db, request.form, evidence, by, day, now())

    return done_with_scan(deed, f"/office/institution#{noun.split('_')[0]}", page, form)


@bp.post("/office/institution/<noun>/<row>/scan")
@only("manager")
def attach(noun: str, row: str) -> Answer:
    """The paper that was not at hand when it was written down."""
    if noun not in verbs.SCANNED or not queries.stands(get_db(), noun, row):
        abort(404)
    by = current_person().id
    return done_with_scan(
        lambda db, evidence: verbs.attach(db, noun, row, needed(evidence), by, now()),
        f"/office/institution#{noun.split('_')[0]}", page, f"scan-{row}",
    )  # fmt: skip


@bp.post("/office/institution/<noun>/<row>/remove")
@only("manager")
def remove(noun: str, row: str) -> Answer:
    """Written down by mistake: it counts no more, and stays readable in the database."""
    if noun not in verbs.REMOVABLE or not queries.stands(get_db(), noun, row):
        abort(404)
    by = current_person().id
    return done(
        lambda db: verbs.remove(db, noun, row, by, now()), "/office/institution", page, noun
    )


@bp.get("/office/conditions")
@only("manager")
def conditions() -> str:
    return condition_page()


def condition_page(failed: str = "", code: str = "", params: Params | None = None) -> str:
    try:
        day = entered.day(request.args, "day") or today()
    except Refusal as no:
        day, code, params = today(), no.code, no.params
    facts = queries.facts(get_db(), day)
    return render_template(
        "office/institution/conditions.html", answers=answers(facts, day), day=day,
        staff=standard.answers(staff.facts(get_db(), today())), other_day=day != today(),
        row=queries.profile(get_db()), failed=failed, code=code, params=params or {},
        typed=request.form,
    )  # fmt: skip


@bp.post("/office/conditions")
@only("manager")
def answer_other() -> Answer:
    by = current_person().id
    return done(
        lambda db: verbs.answer_other(db, request.form, by, today(), now()),
        "/office/conditions", condition_page, "other",
    )  # fmt: skip
