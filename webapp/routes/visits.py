"""The web door of the field: the same forms without JavaScript, through the same inbox."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sync import inbox
from sync.operation import UUID7
from webapp import field, photos, views
from webapp.db import folder, get_db, now, writing
from webapp.domain.photos import arrive
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.people import current_person, need_visit
from webapp.queries import operations
from webapp.queries import people as ties

bp = Blueprint("visits", __name__)
HAZARD = [
    "location",
    "plan_id",
    "description",
    "category",
    "severity",
    "basis_document",
    "basis_clause",
    "suggestion",
    "deadline",
    "no_photo_reason",
]


class Photo:
    """An uploaded picture: turned upright and stripped, as the phone would have done."""

    def __init__(self, data: bytes) -> None:
        self.data = photos.upright_jpeg(data)
        self.sha256 = hashlib.sha256(self.data).hexdigest()

    def listed(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "size": len(self.data), "type": "image/jpeg"}


def uploaded() -> list[Photo]:
    files = [file.read() for file in request.files.getlist("photo_files")]
    found = {photo.sha256: photo for photo in (Photo(data) for data in files if data)}
    return list(found.values())


class Beside(Exception):
    """Another change was faster: this one is kept beside it, and a person has to choose."""

    def __init__(self, operation_id: str) -> None:
        super().__init__(operation_id)
        self.operation_id = operation_id


def take(kind: str, payload: Mapping[str, Any], pictures: list[Photo], base: str | None) -> str:
    """One operation made here, decided and committed; its id. A refusal is raised."""
    said = {"kind": kind, "payload": dict(payload), "made_by": current_person().id}
    given = request.form.get("operation_id", "")
    known = operations.decided(get_db(), given)
    if known and said == {name: known[name] for name in said}:
        return decided(known["receipt"])  # the same form sent twice
    operation = {
        **said,
        # A form of before, changed and sent again (Back), is another operation.
        "id": given if UUID7.fullmatch(given) and not known else new_id(),
        "made_at": now(),
        "device": "web",
        "seq": None,
        "base": base,
        "photos": [picture.listed() for picture in pictures],
        "app": "web",
    }
    for picture in pictures:
        photos.store(folder(), picture.sha256, picture.data)
    body = json.dumps(operation, ensure_ascii=False).encode()
    with writing() as db:
        taken = inbox.take(db, body, current_person().id, HANDLERS, now())
        for picture in pictures if taken.receipt else []:
            size = len(picture.data)
            arrive(db, str(operation["id"]), picture.sha256, size, "image/jpeg", now())
    if not taken.receipt:
        error = json.loads(taken.answer)["error"]
        raise Refusal(error["code"], **error["params"])
    return decided(taken.receipt)


def decided(receipt: dict[str, Any]) -> str:
    if receipt["outcome"] != "applied":
        code = receipt["reason"]["code"]
        if code == "edited_meanwhile":
            raise Beside(receipt["operation_id"])
        raise Refusal(code, **receipt["reason"]["params"])
    return str(receipt["operation_id"])


def text(*names: str) -> dict[str, str]:
    """Browsers send line ends as CR LF; the phone keeps LF, and both must make one slip."""
    return {name: request.form.get(name, "").replace("\r\n", "\n") for name in names}


def counted(name: str) -> int | None:
    return int(typed) if (typed := request.form.get(name, "")).isdecimal() else None


def number(name: str) -> float | None:
    try:
        return float(request.form[name])
    except (KeyError, ValueError):
        return None


@bp.post("/visits/<visit>/start")
def start(visit: str) -> Response:
    """Also a visit that nobody planned: then the engagement must be one of one's own."""
    engagement = request.form.get("engagement_id", "")
    if not ties.tied_to_engagement(get_db(), current_person().id, engagement):
        abort(404)
    payload: dict[str, Any] = {
        "visit_id": visit,
        **text("engagement_id", "planned_on", "also_present", "accompanied_by", "service_date"),
        "code": request.form.get("code", ""),
        "number": counted("number"),
        "place": None,
    }
    take("visit.start", payload, [], None)
    return redirect(f"/visits/{visit}", code=303)


@bp.post("/visits/<visit>/join")
def join(visit: str) -> Response:
    """To a colleague's visit, which may not have arrived yet."""
    engagement = request.form.get("engagement_id", "")
    if not ties.tied_to_engagement(get_db(), current_person().id, engagement):
        abort(404)
    payload = {"visit_id": visit, **text("engagement_id", "code", "planned_on")}
    take("visit.join", {**payload, "number": counted("number")}, [], None)
    return redirect(f"/visits/{visit}", code=303)


@bp.post("/visits/<visit>/end")
def end(visit: str) -> Response:
    need_visit(visit)
    take("visit.end", {"visit_id": visit, **text("also_present", "accompanied_by")}, [], None)
    return redirect(f"/visits/{visit}", code=303)


@bp.post("/visits/<visit>/hazards")
def record_hazard(visit: str) -> Response:
    need_visit(visit)
    try:
        payload, pictures = hazard_payload(visit, [])
        payload["label"] = request.form.get("label", "")
        hazard = take("hazard.record", payload, pictures, None)
    except Refusal as refusal:
        return again("new_hazard", {"visit": visit}, refusal)
    return redirect(f"/visits/{visit}/hazards/{hazard}", code=303)


@bp.post("/visits/<visit>/hazards/<hazard>")
def edit_hazard(visit: str, hazard: str) -> Response:
    need_visit(visit)
    place = f"/visits/{visit}/hazards/{hazard}"
    try:
        payload, pictures = hazard_payload(visit, request.form.getlist("photos"))
        payload |= {"hazard_id": hazard, **chosen()}
        take("hazard.edit", payload, pictures, request.form.get("base") or None)
    except Beside as beside:
        place += f"/versions/{beside.operation_id}"
    except Refusal as refusal:
        params = {"visit": visit, "hazard": hazard}
        if about := chosen().get("resolves"):
            return again("merge_hazard", {**params, "operation": about}, refusal)
        return again("edit_hazard", params, refusal)
    return redirect(place, code=303)


def chosen() -> dict[str, str]:
    """What a form of 两处修改 says besides: about which version, and that it comes back."""
    return {name: value for name, value in text("resolves", "restored").items() if value}


def hazard_payload(visit: str, there: list[str]) -> tuple[dict[str, Any], list[Photo]]:
    pictures = uploaded()
    names = dict.fromkeys([*there, *(picture.sha256 for picture in pictures)])
    payload: dict[str, Any] = {"visit_id": visit, **text(*HAZARD), "photos": list(names)}
    payload |= {"pin_x": number("pin_x"), "pin_y": number("pin_y")}
    return payload, pictures


def again(name: str, params: dict[str, str], refusal: Refusal) -> Response:
    """The form with a sentence and everything that was typed."""
    context = field.context_of(field.BY_NAME[name], params)
    extras = views.extras(name, context, params) or abort(404)
    form = {**extras["form"], **text(*HAZARD)}
    form |= {"pin_x": number("pin_x"), "pin_y": number("pin_y")}
    return field.show(name, params, 422, reason=refusal.code, form=form)


@bp.post("/visits/<visit>/hazards/<hazard>/withdraw")
def withdraw_hazard(visit: str, hazard: str) -> Response:
    need_visit(visit)
    place = f"/visits/{visit}/hazards/{hazard}"
    payload = {"visit_id": visit, "hazard_id": hazard, **text("reason"), **chosen()}
    try:
        take("hazard.withdraw", payload, [], request.form.get("base") or None)
    except Beside as beside:
        place += f"/versions/{beside.operation_id}"
    except Refusal as refusal:
        return field.show("hazard", {"visit": visit, "hazard": hazard}, 422, reason=refusal.code)
    return redirect(place, code=303)


@bp.post("/visits/<visit>/record")
def write_record(visit: str) -> Response:
    need_visit(visit)
    place, typed = f"/visits/{visit}", text("content", "process", "result")
    try:
        base = request.form.get("base") or None
        take("record.write", {"visit_id": visit, **typed, **chosen()}, [], base)
    except Beside as beside:
        place += f"/record/versions/{beside.operation_id}"
    except Refusal as refusal:
        name, params = "record", {"visit": visit}
        if about := chosen().get("resolves"):
            name, params = "merge_record", {**params, "operation": about}
        return field.show(name, params, 422, reason=refusal.code, typed=typed)
    return redirect(place, code=303)


@bp.post("/visits/<visit>/slip/ink")
def ink(visit: str) -> Response:
    """The photographed print: the way to a signed slip where no script runs."""
    need_visit(visit)
    typed = text("satisfaction", "comments", "signer_name", "signer_post")
    try:
        pictures = uploaded()
        named = [picture.sha256 for picture in pictures]
        payload = {"visit_id": visit, **text("slip"), **typed, "photos": named}
        take("confirmation.ink", payload, pictures, None)
    except Refusal as refusal:
        form = {**typed, "photos": []}
        return field.show("ink", {"visit": visit}, 422, reason=refusal.code, form=form)
    return redirect(f"/visits/{visit}/slip", code=303)
