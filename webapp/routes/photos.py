"""Photos of hazards, for people tied to the enterprise."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, send_file

from webapp import photos
from webapp.db import get_db
from webapp.people import current_person
from webapp.queries import people as ties
from webapp.queries import photos as queries
from webapp.queries import set_aside

bp = Blueprint("photos", __name__)
OWN = "private, max-age=31536000, immutable"


def seen_photo(sha256: str) -> str:
    """The type of a photo this person may see, else 404."""
    person = current_person()
    kind = queries.kind(get_db(), sha256) if re.fullmatch(r"[0-9a-f]{64}", sha256) else None
    enterprises = ties.enterprises_of_photo(get_db(), sha256) if kind else []
    tied = ties.tied_to_enterprise
    # What was set aside belongs to no enterprise yet; a manager looks at it before deciding.
    deciding = person.role == "manager" and set_aside.has_photo(get_db(), sha256)
    if not deciding and not any(tied(get_db(), person.id, person.role, one) for one in enterprises):
        abort(404)
    return str(kind)


@bp.get("/photos/<sha256>")
def whole(sha256: str) -> Response:
    kind = seen_photo(sha256)
    return kept(send_file(photos.path(current_app.config["FOLDER"], sha256), mimetype=kind))


@bp.get("/photos/<sha256>/thumbnail")
def small(sha256: str) -> Response:
    seen_photo(sha256)
    made = photos.thumbnail(current_app.config["FOLDER"], sha256)
    return kept(Response(made, mimetype="image/webp"))


def kept(response: Response) -> Response:
    response.headers["Cache-Control"] = OWN
    return response
