"""导出 Excel: every list of the desk as a workbook, each export noted."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from webapp import languages
from webapp.db import get_db, now, today, writing
from webapp.documents import archive_sheets
from webapp.domain import exports
from webapp.people import current_person, only
from webapp.queries import institution
from webapp.queries import lists as queries
from webapp.routes.engagements import Page, said
from webapp.routes.ledgers import XLSX, watermark

bp = Blueprint("lists", __name__)
# The only columns that hold codes: what a person wrote is never taken for one.
CODED = {"satisfaction", "way", "severity", "kind", "basis", "state", "account"}


def told(name: str) -> dict[str, str]:
    lines = render_template(f"office/lists/{name}.txt").strip().split("\n")
    return dict(line.split("=", 1) for line in lines)


@bp.get("/office/lists")
@only("manager")
def show() -> Page:
    lists = [(kind, heads.split("|")[0]) for kind, heads in told("heads").items()]
    return render_template("office/lists/page.html", lists=lists, **said(None))


@bp.post("/office/lists/<kind>.xlsx")
@only("manager")
def download(kind: str) -> Response:
    if kind not in queries.COLUMNS:
        abort(404)
    with writing() as db:
        exports.record(db, kind, "institution", current_person().id, now())
    unit = str(institution.profile(get_db())["name"])
    with languages.chinese():
        name, *heads = told("heads")[kind].split("|")
        data = archive_sheets.workbook([(name, heads, rows(kind, unit))], watermark())
    about = f'attachment; filename="{kind}-{today()}.xlsx"'
    headers = {"Content-Disposition": about, "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)


def rows(kind: str, unit: str) -> list[list[object]]:
    words = told("words")
    coded = [name in CODED for name in queries.COLUMNS[kind]]
    return [
        [words.get(cell, cell) if code else cell for cell, code in zip(row, coded, strict=True)]
        for row in queries.rows(get_db(), kind, unit, today())
    ]
