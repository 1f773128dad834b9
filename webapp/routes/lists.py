"""导出 Excel: every list of the desk as a workbook, each export noted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from webapp import languages
from webapp.db import get_db, now, today, writing
from webapp.documents import archive_sheets
from webapp.domain import entered, exports
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import audit
from webapp.queries import lists as queries
from webapp.routes import list_words, phones
from webapp.routes.engagements import Page, said
from webapp.routes.ledgers import XLSX, watermark

bp = Blueprint("lists", __name__)
MOST = 50_000  # entries of 操作留痕 in one workbook

ASKED = ("since", "until", "kind", "person")  # of 操作留痕


@bp.get("/office/lists")
@only("manager")
def show() -> Page:
    names = {kind: heads.split("|")[0] for kind, heads in list_words.told("heads").items()}
    stories = [
        (story, [(kind, names[kind]) for kind in of.COLUMNS])
        for story, of in queries.STORIES.items()
    ]
    return render_template("office/lists/page.html", stories=stories, asked={}, **said(None))


@bp.post("/office/lists/<kind>.xlsx")
@only("manager")
def download(kind: str) -> Response:
    if kind not in queries.COLUMNS:
        abort(404)
    found = rows(kind)
    with writing() as db:
        asked = {name: request.form[name] for name in ASKED if request.form.get(name)}
        exports.record(db, kind, "institution", current_person().id, now(), asked)
    with languages.chinese():
        name, *heads = list_words.told("heads")[kind].split("|")
        worded = list_words.worded(kind, queries.COLUMNS[kind], found)
        data = archive_sheets.workbook([(name, heads, worded)], watermark())
    about = f'attachment; filename="{kind}-{today()}.xlsx"'
    headers = {"Content-Disposition": about, "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)


def rows(kind: str) -> list[list[Any]]:
    if kind == "phones":
        return queries.in_order(kind, phones.listed())
    if kind == "audit":
        return queries.in_order(kind, deeds(request.form))
    return queries.rows(get_db(), kind, today())


def deeds(form: entered.Form) -> list[dict[str, Any]]:
    """操作留痕 of whole days, of what the page shows: as many as one workbook takes, or none."""
    days = entered.day(form, "since"), entered.day(form, "until")
    if all(days):
        entered.in_order(*days, "until")
    about = form.get("kind", ""), form.get("person", "")
    found = audit.between(get_db(), *about, days, MOST + 1)
    if len(found) > MOST:
        raise Refusal("too_many_entries", most=MOST)
    return [audit.line(one) for one in found]
