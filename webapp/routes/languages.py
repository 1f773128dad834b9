"""中文 or English: a link, which works without scripts and without a sign-in."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, request
from werkzeug.wrappers import Response

from webapp.people import open_to_all
from webapp.routes.sign_in import own_path

bp = Blueprint("languages", __name__)
YEAR = 365 * 24 * 3600


@bp.get("/language/<code>")
@open_to_all
def choose(code: str) -> Response:
    """Remembered by this browser; field pages remember it in the phone as well, by the worker."""
    if code not in ("zh", "en"):
        abort(404)
    response = redirect(own_path(request.args.get("next", "")) or "/", code=303)
    secure = current_app.config["SETTINGS"].secure
    # A script may read it: a page of the worker knows the language better than an old cookie.
    response.set_cookie("language", code, max_age=YEAR, secure=secure, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response
