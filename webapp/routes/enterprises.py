"""服务对象: entered at the desk, with who may sign for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp.db import get_db, now, writing
from webapp.domain import enterprises as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import enterprises as queries

bp = Blueprint("enterprises", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/office/enterprises/new")
@only("manager")
def new() -> Page:
    return form(dict.fromkeys(verbs.FIELDS, ""))


@bp.post("/office/enterprises/new")
@only("manager")
def add() -> Page:
    try:
        with writing() as db:
            found = verbs.add(db, request.form, current_person().id, now())
    except Refusal as refusal:
        return form(request.form, None, refusal)
    return redirect(f"/enterprises/{found}", code=303)


@bp.get("/enterprises/<enterprise>/edit")
@only("manager")
def edit(enterprise: str) -> Page:
    row = queries.by_id(get_db(), need_enterprise(enterprise))
    return form(row, row)


@bp.post("/enterprises/<enterprise>/edit")
@only("manager")
def change(enterprise: str) -> Page:
    row = queries.by_id(get_db(), need_enterprise(enterprise))
    try:
        with writing() as db:
            verbs.change(db, enterprise, request.form, current_person().id, now())
    except Refusal as refusal:
        return form(request.form, row, refusal)
    return redirect(f"/enterprises/{enterprise}", code=303)


def form(typed: Any, row: dict[str, Any] | None = None, refusal: Refusal | None = None) -> Page:
    said = {"code": refusal.code, "params": refusal.params} if refusal else told_nothing()
    if row:
        said["seen"] = verbs.stands(row)
    page = render_template("office/enterprises/form.html", typed=typed, enterprise=row, **said)
    return page, 422 if refusal else 200


def told_nothing() -> dict[str, Any]:
    return {"code": "", "params": {}}


@bp.get("/enterprises/<enterprise>/signers")
@only("manager")
def signers(enterprise: str) -> Page:
    return signers_page(need_enterprise(enterprise), {})


@bp.post("/enterprises/<enterprise>/signers")
@only("manager")
def add_signer(enterprise: str) -> Page:
    need_enterprise(enterprise)
    try:
        with writing() as db:
            verbs.add_signer(db, enterprise, request.form, current_person().id, now())
    except Refusal as refusal:
        return signers_page(enterprise, request.form, refusal)
    return redirect(f"/enterprises/{enterprise}/signers", code=303)


@bp.post("/enterprises/<enterprise>/signers/<person>/remove")
@only("manager")
def remove_signer(enterprise: str, person: str) -> Page:
    need_enterprise(enterprise)
    try:
        with writing() as db:
            verbs.remove_signer(db, enterprise, person, current_person().id, now())
    except Refusal as refusal:
        return signers_page(enterprise, {}, refusal)
    return redirect(f"/enterprises/{enterprise}/signers", code=303)


def signers_page(enterprise: str, typed: Any, refusal: Refusal | None = None) -> Page:
    said = {"code": refusal.code, "params": refusal.params} if refusal else told_nothing()
    row = queries.by_id(get_db(), enterprise)
    listed = queries.signers_of(get_db(), enterprise)
    page = {"enterprise": row, "signers": listed, "typed": typed, **said}
    return render_template("office/enterprises/signers.html", **page), 422 if refusal else 200
