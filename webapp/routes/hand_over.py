"""离职交接: what hangs on a person, who takes it over, which boards are printed again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from sync import devices
from webapp.db import get_db, now, today
from webapp.domain import hand_over as verbs
from webapp.people import current_person, only
from webapp.queries import boards, employment, leads
from webapp.queries import hand_over as queries
from webapp.routes.deeds import Answer, done
from webapp.routes.people import need_person

bp = Blueprint("hand_over", __name__)


def need_ours(person_id: str) -> dict[str, Any]:
    row = need_person(person_id)
    return row if row["role"] != "safety_manager" else abort(404)


def page(row: dict[str, Any], code: str = "", params: dict[str, Any] | None = None) -> str:
    db, day = get_db(), today()
    phones = [one for one in devices.standings(db) if one.person == row["id"] and one.holds]
    return render_template(
        "office/people/hand_over.html",
        row=row,
        engagements=queries.engagements(db, row["id"], day),
        unfinished=queries.unfinished(db, row["id"]),
        boards=boards.naming(db, row["id"], day),
        contracts=employment.open_contracts(db, row["id"], row["deactivated_on"] or day),
        day=day,
        phones=phones,
        heirs=[one for one in leads.consultants(db, day) if one["id"] != row["id"]],
        own=current_person().id,
        typed=request.form,
        code=code,
        params=params or {},
    )


@bp.get("/office/people/<person>/hand-over")
@only("manager")
def show(person: str) -> str:
    return page(need_ours(person))


@bp.post("/office/people/<person>/hand-over")
@only("manager")
def carry_out(person: str) -> Answer | Response:
    row, by = need_ours(person), current_person().id
    if request.form.get("sure") != "yes":
        return page(row, "not_ticked"), 422
    return done(
        lambda db: verbs.hand_over(db, person, request.form, by, today(), now()),
        f"/office/people/{person}/hand-over",
        lambda form, code, params: page(row, code, params),
        "",
    )
