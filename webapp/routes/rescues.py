"""导入未上传数据: a rescue file taken in by a manager, and what became of each part."""

from __future__ import annotations

import shutil

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
)
from flask import request as asked
from werkzeug.wrappers import Response as AnyResponse

from sync import inbox
from sync.rescue import NotReadable
from webapp import photos
from webapp.db import folder, get_db, rescue_key, writing
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only, open_to_all
from webapp.queries import rescues as queries
from webapp.rescue import Import
from webapp.routes.photos import kept

bp = Blueprint("rescues", __name__)


@bp.get("/rescue/key")
@open_to_all
def key() -> Response:
    """What a phone seals its file with when no context told it yet; no secret."""
    response = jsonify(takan=inbox.SIGNATURE, rescue_key=rescue_key(get_db()))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/office/rescue")
@only("manager")
def home() -> tuple[str, int]:
    return shown()


def shown(code: str = "") -> tuple[str, int]:
    rows = queries.latest(get_db())
    page = render_template("office/rescue/home.html", rescues=rows, code=code, params={})
    return page, 422 if code else 200


@bp.post("/office/rescue")
@only("manager")
def take_in() -> AnyResponse | tuple[str, int]:
    """Much larger than anything else we take; it stays on the disk while it is read."""
    settings = current_app.config["SETTINGS"]
    asked.max_content_length = settings.largest_rescue
    if shutil.disk_usage(folder()).free < settings.disk_reserve + (asked.content_length or 0):
        raise Refusal("disk_full")
    file = asked.files.get("file")
    if not file or not file.filename:
        return shown("no_file")
    taking = Import(writing, folder(), current_person().id, settings.disk_reserve)
    try:
        found = taking.run(file.stream)  # type: ignore[arg-type]
    except NotReadable as error:
        return shown(error.code)
    return redirect(f"/office/rescue/{found}", code=303)


@bp.get("/office/rescue/<rescue>")
@only("manager")
def report(rescue: str) -> str:
    found = queries.by_id(get_db(), rescue) or abort(404)
    return render_template("office/rescue/report.html", rescue=found)


@bp.get("/office/rescue/drafts/<draft>/<sha256>/thumbnail")
@only("manager")
def picture(draft: str, sha256: str) -> Response:
    """A picture that only a half-written form names, so no enterprise's people may see it."""
    found = queries.draft(get_db(), draft) or abort(404)
    if sha256 not in found["photos"]:
        abort(404)
    return kept(Response(photos.thumbnail(folder(), sha256), mimetype="image/webp"))
