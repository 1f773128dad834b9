"""Plan images and the zones drawn on them."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from webapp import photos
from webapp.db import folder, get_db, now, today, writing
from webapp.domain import plans as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import plans as queries
from webapp.routes.photos import kept

bp = Blueprint("plans", __name__)


def need_plan(plan_id: str) -> dict[str, Any]:
    found = queries.plan(get_db(), plan_id)
    need_enterprise(found["enterprise_id"] if found else None)
    return found or abort(404)


@bp.get("/plans/<plan>/image")
def image(plan: str) -> Response:
    """A plan's id names one image for ever: a new image is a new plan."""
    return kept(send_file(photos.path(folder(), need_plan(plan)["image"]), "image/jpeg"))


@bp.post("/enterprises/<enterprise>/plans")
@only("manager")
def upload(enterprise: str) -> AnyResponse:
    need_enterprise(enterprise)
    file = request.files.get("image")
    data, width, height = photos.shrink_plan(file.read() if file else b"")
    sha256 = hashlib.sha256(data).hexdigest()
    photos.store(folder(), sha256, data)
    name, kind = request.form.get("name", ""), request.form.get("kind", "")
    with writing() as db:
        by, picture = current_person().id, (sha256, width, height)
        plan = verbs.add(db, enterprise, name, kind, picture, by, today(), now())
    return redirect(f"/plans/{plan}/zones", code=303)


@bp.get("/plans/<plan>/zones")
@only("manager")
def zones(plan: str) -> str:
    return render_template("office/zones.html", plan=need_plan(plan), code="", params={}, typed={})


@bp.post("/plans/<plan>/zones")
@only("manager")
def add_zone(plan: str) -> AnyResponse | tuple[str, int]:
    found = need_plan(plan)
    typed = {name: request.form.get(name, "") for name in ("name", "level", "points")}
    try:
        with writing() as db:
            by = current_person().id
            verbs.add_zone(db, plan, typed["name"], typed["level"], typed["points"], by, now())
    except Refusal as no:
        page = {"plan": found, "code": no.code, "params": no.params, "typed": typed}
        return render_template("office/zones.html", **page), 422
    return redirect(f"/plans/{plan}/zones", code=303)


@bp.post("/zones/<zone>/remove")
@only("manager")
def remove_zone(zone: str) -> AnyResponse:
    plan = queries.plan_of_zone(get_db(), zone)
    need_plan(plan)
    with writing() as db:
        verbs.remove_zone(db, zone, current_person().id, now())
    return redirect(f"/plans/{plan}/zones", code=303)
