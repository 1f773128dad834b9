"""公示牌悬挂照片: added by whoever stands before it, shown to those tied to the enterprise."""

from __future__ import annotations

import hashlib

from flask import Blueprint, abort, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from webapp import photos
from webapp.db import folder, get_db, now, today, writing
from webapp.domain import board_photos as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import board_photos as queries
from webapp.queries import boards
from webapp.queries.visits import Row
from webapp.routes.engagements import OURS, Page, said

bp = Blueprint("board_photos", __name__)
EDGE = 2400  # px; the board's own print stays legible
LARGEST = 20 * 1024 * 1024


@bp.get("/boards/<board>/photos")
@only(*OURS)
def show(board: str) -> Page:
    need_enterprise(boards.enterprise_of(get_db(), board))
    return page(board)


@bp.post("/boards/<board>/photos")
@only(*OURS)
def add(board: str) -> Page:
    """The picture is upright, without metadata, and durable before its row names it."""
    enterprise = need_enterprise(boards.enterprise_of(get_db(), board))
    try:
        taken = verbs.read(get_db(), board, request.form, today())
        kept = stored()
        with writing() as db:
            verbs.add(db, board, *kept, taken, current_person().id, now())
    except Refusal as refusal:
        return page(board, refusal)
    return redirect(f"/enterprises/{enterprise}#board-{board}", code=303)


def stored() -> tuple[str, int]:
    """(SHA-256, size) of what came in the field."""
    file = request.files.get("photo")
    sent = file.read(LARGEST + 1) if file else b""
    if not sent:
        raise Refusal("no_attachment", field="photo")
    if len(sent) > LARGEST:
        raise Refusal("scan_too_large", megabytes=LARGEST // 1024 // 1024, field="photo")
    data = photos.upright_jpeg(sent, EDGE)
    sha256 = hashlib.sha256(data).hexdigest()
    return sha256, photos.store(folder(), sha256, data)


def page(board: str, refusal: Refusal | None = None) -> Page:
    shown = {
        "board": boards.by_id(get_db(), board),
        "enterprise_id": boards.enterprise_of(get_db(), board),
        "photos": queries.of_board(get_db(), board),
        "typed": request.form or {"taken_on": today()},
        **said(refusal),
    }
    return render_template("office/board_photos.html", **shown), 422 if refusal else 200


def need(photo: str) -> Row:
    row = queries.by_id(get_db(), photo) or abort(404)
    need_enterprise(row["enterprise_id"])
    return row


@bp.get("/board-photos/<board_photo>")
@only(*OURS)
def picture(board_photo: str) -> Response:
    row = need(board_photo)
    answer = send_file(photos.path(folder(), row["sha256"]), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@bp.post("/board-photos/<board_photo>/withdraw")
@only(*OURS)
def withdraw(board_photo: str) -> Response:
    row = need(board_photo)
    with writing() as db:
        verbs.withdraw(db, board_photo, current_person().id, now())
    return redirect(f"/boards/{row['board_id']}/photos", code=303)
