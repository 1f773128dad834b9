"""劳动合同、社会保险、培训: what 4.1 c and 4.2 ask to be shown of people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from webapp.db import get_db, now, today
from webapp.domain import employment as verbs
from webapp.domain import entered
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import credentials, institution
from webapp.queries import employment as queries
from webapp.routes import people
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import done_with_scan, needed
from webapp.standard.credentials import month_before

bp = Blueprint("employment", __name__)
Params = dict[str, Any]


@bp.post("/office/people/<person>/labour-contracts")
@only("manager")
def add_contract(person: str) -> Answer:
    row, by = people.need_person(person), current_person().id
    return done_with_scan(
        lambda db, evidence: verbs.add_contract(db, person, request.form, evidence, by, now()),
        f"/office/people/{person}",
        people.again(row),
        "contract",
        person,
    )


@bp.post("/office/labour-contracts/<contract>/end")
@only("manager")
def end_contract(contract: str) -> Answer:
    row, by = need_contract(contract), current_person().id
    return done(
        lambda db: verbs.end_contract(db, contract, request.form, by, now()),
        f"/office/people/{row['person_id']}",
        people.again(people.need_person(row["person_id"])),
        f"end-{contract}",
    )


@bp.post("/office/labour-contracts/<contract>/scan")
@only("manager")
def attach_contract(contract: str) -> Answer:
    row, by = need_contract(contract), current_person().id
    person = row["person_id"]
    return done_with_scan(
        lambda db, evidence: verbs.attach_contract(db, contract, needed(evidence), by, now()),
        f"/office/people/{person}",
        people.again(people.need_person(person)),
        f"scan-{contract}",
        person,
    )


@bp.post("/office/labour-contracts/<contract>/remove")
@only("manager")
def remove_contract(contract: str) -> Answer:
    row, by = need_contract(contract), current_person().id
    person = people.need_person(row["person_id"])
    if request.form.get("sure") != "yes":
        return people.page(person, f"end-{contract}", "not_ticked"), 422
    return done(
        lambda db: verbs.remove_contract(db, contract, by, now()),
        f"/office/people/{person['id']}",
        people.again(person),
        f"end-{contract}",
    )


def need_contract(contract_id: str) -> dict[str, Any]:
    return queries.contract(get_db(), contract_id) or abort(404)


@bp.get("/office/insurance")
@only("manager")
def insurance() -> str | tuple[str, int]:
    try:
        month = entered.month(request.args, "month") if request.args.get("month") else today()[:7]
    except Refusal as no:
        return insured(today()[:7], no.code, no.params), 422
    return insured(month)


def insured(month: str, code: str = "", params: Params | None = None) -> str:
    db = get_db()
    paid = set(request.form.getlist("person")) if code and request.form else None
    rows = [
        {**row, "insured": row["id"] in paid if paid is not None else row["insured"]}
        for row in queries.insurance(db, month)
    ]
    return render_template(
        "office/people/insurance.html", month=month, before=month_before(month), people=rows,
        proofs=queries.proofs(db, month), code=code, params=params or {},
    )  # fmt: skip


@bp.post("/office/insurance")
@only("manager")
def set_insurance() -> Answer:
    by, month = current_person().id, today()[:7]
    try:
        month = entered.month(request.form, "month")
        if month > today()[:7]:
            month = today()[:7]
            raise Refusal("month_ahead", field="month")
    except Refusal as no:
        return insured(month, no.code, no.params), 422
    asked = [row["id"] for row in queries.insurance(get_db(), month)]

    def deed(db: Any, evidence: str | None) -> None:
        verbs.set_insurance(db, month, request.form.getlist("person"), asked, by, now())
        if evidence:
            verbs.prove_insurance(db, month, evidence)

    def again(form: str, code: str, params: Params) -> str:
        return insured(month, code, params)

    return done_with_scan(deed, f"/office/insurance?month={month}", again, "insurance")


@bp.post("/office/insurance/proofs/<proof>/remove")
@only("manager")
def remove_proof(proof: str) -> Answer:
    row, by = queries.proof(get_db(), proof) or abort(404), current_person().id
    if request.form.get("sure") != "yes":
        return insured(row["month"], "not_ticked"), 422
    return done(
        lambda db: verbs.remove_proof(db, proof, by, now()),
        f"/office/insurance?month={row['month']}",
        lambda form, code, params: insured(row["month"], code, params),
        "insurance",
    )


@bp.get("/office/trainings")
@only("manager")
def trainings() -> str:
    return training_page()


def training_page(failed: str = "", code: str = "", params: Params | None = None) -> str:
    db = get_db()
    unit = institution.profile(db)["name"]
    rows = credentials.standings(db, unit, today())
    return render_template(
        "office/people/trainings.html", trainings=queries.trainings(db), people=rows, day=today(),
        failed=failed, code=code, params=params or {}, typed=request.form,
        chosen=request.form.getlist("person"),
    )  # fmt: skip


@bp.post("/office/trainings")
@only("manager")
def add_training() -> Answer:
    by, day, chosen = current_person().id, today(), request.form.getlist("person")
    if not ours(chosen):
        return training_page("training", "bad_value", {"field": "person"}), 422
    return done_with_scan(
        lambda db, evidence: verbs.add_training(db, request.form, chosen, evidence, day, by, now()),
        "/office/trainings",
        training_page,
        "training",
    )


def ours(chosen: list[str]) -> bool:
    return set(chosen) <= {row["id"] for row in credentials.standings(get_db(), "", today())}


@bp.post("/office/trainings/<training>/held")
@only("manager")
def hold_training(training: str) -> Answer:
    """Who came, and the sheet they signed: after the day of a plan, and for what has no sheet."""
    by, day, chosen = current_person().id, today(), request.form.getlist("person")
    form = f"held-{training}"
    if queries.training(get_db(), training) is None:
        abort(404)
    if not ours(chosen):
        return training_page(form, "bad_value", {"field": "person"}), 422

    def deed(db: Any, evidence: str | None) -> None:
        verbs.hold_training(db, training, request.form, chosen, evidence, day, by, now())

    return done_with_scan(deed, "/office/trainings", training_page, form)


@bp.post("/office/trainings/<training>/remove")
@only("manager")
def remove_training(training: str) -> Answer:
    by = current_person().id
    if queries.training(get_db(), training) is None:
        abort(404)
    return done(
        lambda db: verbs.remove_training(db, training, by, now()),
        "/office/trainings", training_page, "training",
    )  # fmt: skip
