"""从 Excel 导入: a template to fill in, a preview that names each wrong cell, then one transaction.

Nothing is kept between preview and confirmation: the preview's form carries the cells it read, and
confirming judges them all again. So no upload lies about, and what changed meanwhile is noticed."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from webapp import languages
from webapp.db import get_db, now, writing
from webapp.documents import archive_sheets, workbook_reader
from webapp.documents.workbook_reader import FORMULA, NotReadable
from webapp.domain import imports as verbs
from webapp.domain.enterprises import FIELDS
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.routes.engagements import Page, said
from webapp.routes.ledgers import XLSX

bp = Blueprint("imports", __name__)
LARGEST_FORM = 8 * 1024 * 1024  # 500 rows, percent-encoded


def words() -> tuple[str, list[str], list[str]]:
    """The sheet's name, its heads, its example."""
    lines = render_template("office/import/enterprises.txt").strip().split("\n")
    return lines[0], lines[1 : 1 + len(FIELDS)], lines[1 + len(FIELDS) :]


def paper() -> tuple[str, list[str], list[str]]:
    """In Chinese, whoever asks: one template for all, and what comes back is compared with it."""
    with languages.chinese():
        return words()


def page(refusal: Refusal | None = None, **more: Any) -> Page:
    shown = {"rows": [], "heads": words()[1], "fields": FIELDS, "cells": "", "added": None}
    html = render_template("office/import/page.html", **shown | more, **said(refusal))
    return html, 422 if refusal else 200


@bp.get("/office/import")
@only("manager")
def show() -> Page:
    return page(added=request.args.get("added", type=int))


@bp.get("/office/import/enterprises.xlsx")
@only("manager")
def template() -> Response:
    name, heads, example = paper()
    data = archive_sheets.workbook([(name, heads, [example])])
    headers = {"Content-Disposition": 'attachment; filename="enterprises.xlsx"'}
    return Response(data, mimetype=XLSX, headers=headers)


@bp.post("/office/import/enterprises")
@only("manager")
def preview() -> Page:
    file = request.files.get("file")
    try:
        if not file or not file.filename:
            raise Refusal("no_file")
        with closing(file):
            given = below_heads(file.stream.read(workbook_reader.LARGEST + 1))
    except Refusal as refusal:
        return page(refusal)
    return previewed(given)


def below_heads(data: bytes) -> list[verbs.Given]:
    _, heads, example = paper()
    try:
        lines = workbook_reader.read(data, len(FIELDS))
    except NotReadable as error:
        raise Refusal(error.code) from error
    first = lines[0].cells if lines else [""] * len(FIELDS)
    for head, found in zip(heads, first, strict=True):
        if head != found:
            raise Refusal("heads_differ", column=head)
    rows = [(line.number, line.cells) for line in lines[1:] if line.cells[0] != example[0]]
    if not rows:
        raise Refusal("no_rows")
    return rows


def previewed(given: list[verbs.Given], refusal: Refusal | None = None) -> Page:
    rows = verbs.judge(get_db(), given, FORMULA)
    return page(refusal, rows=rows, cells=json.dumps(given, ensure_ascii=False))


@bp.post("/office/import/enterprises/confirm")
@only("manager")
def confirm() -> Page:
    request.max_form_memory_size = LARGEST_FORM
    given = carried(request.form.get("cells", ""))
    try:
        with writing() as db:
            added = verbs.take_in(db, given, FORMULA, current_person().id, now())
    except Refusal as refusal:
        return previewed(given, refusal)
    return redirect(f"/office/import?added={added}", code=303)


def carried(text: str) -> list[verbs.Given]:
    """What the preview's own form sent back, or nonsense."""
    try:
        rows = [(int(number), list(cells)) for number, cells in json.loads(text)]
    except (TypeError, ValueError) as error:
        raise Refusal("bad_value", field="cells") from error
    whole = all(len(c) == len(FIELDS) and all(isinstance(x, str) for x in c) for _, c in rows)
    if not whole or not 0 < len(rows) <= workbook_reader.MOST_ROWS:
        raise Refusal("bad_value", field="cells")
    return rows
