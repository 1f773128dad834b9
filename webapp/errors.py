"""A refusal becomes a page, a partial or JSON; a crash becomes a sentence."""

from __future__ import annotations

import errno
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template
from werkzeug.exceptions import HTTPException

from webapp import db
from webapp.domain.refusal import Refusal
from webapp.partials import wants_partial
from webapp.people import wants_json

STATUS = {"other_site": 403, "too_many_failures": 429, "disk_full": 507}


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
    from flask import current_app

    current_app.logger.exception("unexpected")
    if isinstance(error, db.Error):
        db.drop_connection()
        if "full" in str(error):
            return answer("disk_full", {}, 507)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return answer("disk_full", {}, 507)
    return answer("http_500", {}, 500)


def answer(code: str, params: dict[str, Any], status: int) -> Response:
    """The same refusal in the manner the asker understands."""
    if wants_json():
        error = {"takan": "sync/1", "error": {"code": code, "params": params}}
        return make_response(jsonify(error), status)
    template = "_reason.html" if wants_partial() else "error.html"
    response = make_response(render_template(template, code=code, params=params), status)
    response.headers["Cache-Control"] = "no-store"
    return response
