"""What was delivered and is not in the record: a manager looks at it and decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp.db import get_db, now, writing
from webapp.domain import set_aside as verbs
from webapp.domain.refusal import Refusal
from webapp.operations import HANDLERS
from webapp.people import current_person, only
from webapp.queries import set_aside

bp = Blueprint("set_aside", __name__)
Failed = dict[str, dict[str, Any]]


@bp.get("/office/set-aside")
@only("manager")
def show() -> str:
    return page()


def page(code: str = "", failed: Failed | None = None) -> str:
    db = get_db()
    groups: dict[str, dict[str, Any]] = {}
    for row in set_aside.undecided(db):
        group = groups.setdefault(row["made_by"], {"name": row["name"], "rows": []})
        group["rows"].append(row)
    return render_template(
        "office/set_aside.html",
        groups=groups,
        refused=set_aside.refused(db),
        held=set_aside.held(db),
        decided=set_aside.decided(db),
        code=code,
        params={},
        failed=failed or {},
        typed=request.form,
    )


@bp.post("/office/set-aside")
@only("manager")
def decide() -> Response | tuple[str, int]:
    """Each of the chosen by itself, in the order given: one that cannot be taken in stops none."""
    chosen = list(dict.fromkeys(request.form.getlist("operation")))
    decision = request.form.get("decision", "")
    if not chosen:
        return page("nothing_chosen"), 422
    if decision not in {"take_in", "leave"}:
        return page("bad_value"), 422
    failed = {one: refusal for one in chosen if (refusal := decided(one, decision))}
    codes = {refusal["code"] for refusal in failed.values()}
    for code in ("reason_needed", "decided_already"):
        if code in codes:
            return page(code), 422
    if failed:
        return page("some_left", failed), 422
    return redirect("/office/set-aside", code=303)


def decided(operation: str, decision: str) -> dict[str, Any] | None:
    """Why not, or nothing."""
    person = current_person().id
    try:
        with writing() as db:
            if decision == "take_in":
                verbs.take_in(db, operation, HANDLERS, person, now())
            else:
                verbs.leave(db, operation, request.form.get("reason", ""), person, now())
    except Refusal as refusal:
        return {"code": refusal.code, "params": refusal.params}
    return None


@bp.post("/office/refused")
@only("manager")
def settle() -> Response | tuple[str, int]:
    """Dealt with, and how: a refused record leaves the list."""
    operation, digest = request.form.get("operation", ""), request.form.get("digest", "")
    note, person = request.form.get("note", ""), current_person().id
    try:
        with writing() as db:
            verbs.settle(db, operation, digest, note, person, now())
    except Refusal as refusal:
        return page(refusal.code), 422
    return redirect("/office/set-aside", code=303)
