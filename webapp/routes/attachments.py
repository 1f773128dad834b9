"""Files of a step: added, shown, withdrawn."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp import attachments as files
from webapp.db import folder, get_db, now, writing
from webapp.domain import accounts, attachments
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import engagement_pages as queries
from webapp.routes.engagements import OURS, Page, need_engagement, page, page_of

bp = Blueprint("attachments", __name__)


@bp.post("/office/engagements/<engagement>/attachments")
@only(*OURS)
def attach(engagement: str) -> Page:
    row = need_engagement(engagement, leading=True)
    file, step = request.files.get("file"), request.form.get("step", "")
    try:
        kept = files.store(folder(), file.read() if file else b"")
        name = (file.filename if file else "") or kept[0][:8]
        with writing() as db:
            attachments.add(db, engagement, step, name, kept, current_person().id, now())
    except Refusal as refusal:
        return page(row, refusal)
    return page_of(engagement)


@bp.get("/attachments/<attachment>")
@only(*OURS)
def attachment(attachment: str) -> Response:
    row = queries.attachment(get_db(), attachment)
    need_engagement(row["engagement_id"] if row else None)
    assert row is not None
    with writing() as db:  # a signed contract says what a client pays
        by, about = current_person().id, f"attachment {attachment}"
        accounts.note(db, by, "attachment.look", about, request.remote_addr or "", now())
    data = files.path(folder(), row["sha256"]).read_bytes()
    answer = Response(data, mimetype=row["type"])
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/attachments/<attachment>/withdraw")
@only(*OURS)
def withdraw(attachment: str) -> Page:
    row = queries.attachment(get_db(), attachment)
    engagement = need_engagement(row["engagement_id"] if row else None, leading=True)
    with writing() as db:
        attachments.withdraw(db, attachment, current_person().id, now())
    return page_of(engagement["id"])
