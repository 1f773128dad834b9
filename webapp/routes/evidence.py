"""Scans: taken in stripped and whole, shown to managers and to the person they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request, send_file
from sqlite_utils import Database

from webapp import durable, photos
from webapp.db import folder, get_db, now, writing
from webapp.domain import accounts
from webapp.domain import evidence as verbs
from webapp.domain.refusal import Refusal
from webapp.domain.slips import path as paper
from webapp.people import current_person
from webapp.queries import employment as queries
from webapp.routes.deeds import Answer, Page, done

bp = Blueprint("evidence", __name__)
LARGEST = 10 * 1024 * 1024
EDGE = 2400  # px; small print on an A4 page stays legible

Scan = tuple[str, str, int]


def scanned(field: str) -> Scan | None:
    """(SHA-256, type, size) of the file in this field, durable before any row names it; None when
    no file was chosen. A picture loses its metadata; a PDF stays as it is."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    with file.stream as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Refusal("scan_too_large", megabytes=LARGEST // 1024 // 1024)
    if data.startswith(b"%PDF-"):
        return _kept_pdf(data)
    try:
        data = photos.upright_jpeg(data, EDGE)
    except Refusal as no:
        raise Refusal("not_a_scan" if no.code == "not_a_picture" else no.code, **no.params) from no
    sha256 = hashlib.sha256(data).hexdigest()
    return sha256, verbs.JPEG, photos.store(folder(), sha256, data)


def _kept_pdf(data: bytes) -> Scan:
    if b"%%EOF" not in data[-2048:]:
        raise Refusal("broken_pdf")
    sha256 = hashlib.sha256(data).hexdigest()
    durable.write(folder(), paper(folder(), sha256), data)
    return sha256, verbs.PDF, len(data)


def added(db: Database, scan: Scan | None, person_id: str | None) -> str | None:
    """Its row, in the caller's transaction."""
    if scan is None:
        return None
    return verbs.add(db, *scan, person_id, current_person().id, now())


def needed(evidence: str | None) -> str:
    """For a form that brings nothing else."""
    if evidence is None:
        raise Refusal("no_scan", field="scan")
    return evidence


def done_with_scan(
    deed: Callable[[Database, str | None], Any],
    onward: str, page: Page, form: str, person_id: str | None = None,
) -> Answer:  # fmt: skip
    """`done` for a form with a field `scan`, about this person; the deed gets the scan's row.
    The file is read before the write lock is taken: pictures take long."""
    try:
        scan = scanned("scan")
    except Refusal as no:
        return page(form, no.code, no.params), 422
    return done(lambda db: deed(db, added(db, scan, person_id)), onward, page, form)


@bp.get("/evidence/<evidence>")
def show(evidence: str) -> Response:
    """Looking at it is noted: these are the most private papers there are."""
    row, person = queries.evidence(get_db(), evidence), current_person()
    if row is None or (person.role != "manager" and person.id != row["person_id"]):
        abort(404)
    with writing() as db:
        subject = f"evidence {evidence}"
        accounts.note(db, person.id, "evidence.look", subject, request.remote_addr or "", now())
    place = photos.path if row["type"] == verbs.JPEG else paper
    answer = send_file(place(folder(), row["sha256"]), mimetype=row["type"])
    answer.headers["Cache-Control"] = "no-store"
    return answer
