"""A refusal becomes a page, a partial or JSON; a crash becomes a sentence."""

from __future__ import annotations

import errno
import shutil
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template
from werkzeug.exceptions import HTTPException

from webapp import db
from webapp.domain.refusal import Refusal
from webapp.partials import wants_partial
from webapp.people import wants_json

STATUS = {"other_site": 403, "reading_over": 404, "reading_signed_in": 403,
          "too_many_failures": 429, "disk_full": 507, "no_room_to_pack": 507}  # fmt: skip
NOTHING_LEFT = 1024 * 1024  # bytes; below this an error of SQLite is a full disk


def init(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, crashed)


def refused(refusal: Refusal) -> Response:
    return answer(refusal.code, refusal.params, STATUS.get(refusal.code, 422))


def http_error(error: HTTPException) -> Response:
    response = answer(f"http_{error.code}", {}, error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def crashed(error: Exception) -> Response:
    current_app.logger.exception("unexpected")
    if isinstance(error, db.Error):
        db.drop_connection()
    if disk_is_full(error):
        return answer("disk_full", {}, 507)
    return answer("http_500", {}, 500)


def disk_is_full(error: Exception) -> bool:
    """SQLite calls some of it an I/O error, so the disk itself is asked."""
    if isinstance(error, db.Error):
        full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
        return full or shutil.disk_usage(db.folder()).free < NOTHING_LEFT
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def answer(code: str, params: dict[str, Any], status: int) -> Response:
    """The same refusal in the manner the asker understands."""
    if wants_json():
        error = {"takan": "sync/1", "error": {"code": code, "params": params}}
        response = make_response(jsonify(error), status)
    else:
        template = "_reason.html" if wants_partial() else "error.html"
        response = make_response(render_template(template, code=code, params=params), status)
        response.headers["Cache-Control"] = "no-store"
    if status == 507:
        response.headers["Retry-After"] = "60"  # seconds, for whoever asks again by itself
    return response
