"""从 Excel 导入: a template to fill in, a preview that names each wrong cell, then one transaction.

Nothing is kept between preview and confirmation: the preview's form carries the cells it read, and
confirming judges them all again. So no upload lies about, and what changed meanwhile is noticed."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from webapp import languages
from webapp.db import now, today, writing
from webapp.documents import archive_sheets, sheet_table, sheet_words, workbook_reader
from webapp.documents.sheet_table import Table
from webapp.documents.workbook_reader import MARKS, NotReadable
from webapp.domain import import_contracts, import_enterprises, import_people
from webapp.domain import imports as verbs
from webapp.domain.imports import Judged, Kind, Run
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.routes.engagements import Page, said
from webapp.routes.ledgers import XLSX
from webapp.standard.credentials import masked

bp = Blueprint("imports", __name__)
LARGEST_FORM = 8 * 1024 * 1024  # 500 rows, percent-encoded
KINDS = {
    "enterprises": import_enterprises.KIND,
    "people": import_people.KIND,
    "contracts": import_contracts.KIND,
}
HIDDEN = {"people": "number"}  # a certificate's number may hold an identity number


def need_kind(name: str) -> Kind:
    return KINDS.get(name) or abort(404)


def words(kind: str) -> tuple[str, list[str]]:
    """The sheet's name and its heads, in the order of the kind's fields."""
    name, *heads = render_template(f"office/import/{kind}.txt").strip().split("\n")
    return name, heads


def paper(kind: str) -> tuple[str, list[str]]:
    """In Chinese, whoever asks: one template for all, and what comes back is compared with it."""
    with languages.chinese():
        return words(kind)


def page(kind: str, refusal: Refusal | None = None, **more: Any) -> tuple[str, int]:
    fields, heads = need_kind(kind).fields, words(kind)[1]
    shown: dict[str, Any] = {
        "kind": kind, "kinds": list(KINDS), "rows": [], "fields": fields, "cells": "",
        "heads": dict(zip(fields, heads, strict=True)), "added": None, "sheet": "",
        "choices": sheet_words.choices(),
    }  # fmt: skip
    html = render_template("office/import/page.html", **shown | more, **said(refusal))
    return html, 422 if refusal else 200


@bp.get("/office/import")
@only("manager")
def first() -> Page:
    return page("enterprises")


@bp.get("/office/import/<kind>")
@only("manager")
def show(kind: str) -> Page:
    need_kind(kind)
    return page(kind, added=request.args.get("added", type=int))


@bp.get("/office/import/<kind>.xlsx")
@only("manager")
def template(kind: str) -> Response:
    need_kind(kind)
    name, heads = paper(kind)
    data = archive_sheets.workbook([(name, heads, sheet_words.EXAMPLES[kind])], to_fill=True)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(data, mimetype=XLSX, headers=headers)


@bp.post("/office/import/<kind>")
@only("manager")
def preview(kind: str) -> Page:
    need_kind(kind)
    file = request.files.get("file")
    try:
        if not file or not file.filename:
            raise Refusal("no_file")
        with closing(file):
            read = below_heads(kind, file.stream.read(workbook_reader.LARGEST + 1))
    except Refusal as refusal:
        return page(kind, refusal)
    return previewed(kind, *read)


def below_heads(kind: str, data: bytes) -> tuple[str, Table]:
    """The sheet's name and its table, each cell as a form would send it."""
    name, heads = paper(kind)
    fields, aliases = KINDS[kind].fields, sheet_words.ALIASES[kind]
    try:
        sheet = workbook_reader.read(data, name)
    except NotReadable as error:
        raise Refusal(error.code) from error
    wanted = [(own, *aliases.get(field, ())) for field, own in zip(fields, heads, strict=True)]
    table = sheet_table.find(sheet.lines, wanted)
    if table is None:
        raise Refusal("heads_differ", column=heads[0])
    rows = [
        (at, [sheet_table.meaning(*pair) for pair in zip(fields, cells, strict=True)])
        for at, cells in table.rows
        if not cells[0].startswith(sheet_words.EXAMPLE)
    ]
    if not 0 < len(rows) <= workbook_reader.MOST_ROWS:
        raise Refusal("workbook_too_large" if rows else "no_rows")
    return sheet.name, Table(table.letters, rows, table.left_out)


def previewed(kind: str, sheet: str, table: Table, refusal: Refusal | None = None) -> Page:
    """Done, looked at and undone: it needs the right to write, and writes nothing. No browser keeps
    the page, which carries whole numbers."""
    with writing() as db:
        rows = verbs.judge(db, KINDS[kind], table.rows, MARKS, run())
    cells = {"sheet": sheet, "letters": table.letters, "rows": table.rows}
    html, status = page(
        kind, refusal, rows=[hide(kind, row) for row in rows], sheet=sheet, table=table,
        letters=dict(zip(KINDS[kind].fields, table.letters, strict=True)),
        cells=json.dumps(cells, ensure_ascii=False),
    )  # fmt: skip
    return Response(html, status, {"Cache-Control": "no-store"}, mimetype="text/html")


def run() -> Run:
    return Run(current_person().id, today(), now())


def hide(kind: str, row: Judged) -> Judged:
    field = HIDDEN.get(kind)
    if field and row.form[field] not in MARKS:
        row.form[field] = masked(row.form[field])
    return row


@bp.post("/office/import/<kind>/confirm")
@only("manager")
def confirm(kind: str) -> Page:
    need_kind(kind)
    request.max_form_memory_size = LARGEST_FORM
    sheet, table = carried(kind, request.form.get("cells", ""))
    try:
        with writing() as db:
            added = verbs.take_in(db, KINDS[kind], table.rows, MARKS, run())
    except Refusal as refusal:
        return previewed(kind, sheet, table, refusal)
    return redirect(f"/office/import/{kind}?added={added}", code=303)


def carried(kind: str, text: str) -> tuple[str, Table]:
    """What the preview's own form sent back, or nonsense: all of it can be written as UTF-8."""
    width = len(KINDS[kind].fields)
    try:
        told = json.loads(text)
        rows = [(int(number), list(cells)) for number, cells in told["rows"]]
        table = Table([str(one) for one in told["letters"]], rows, [])
        sheet = str(told["sheet"])
        "".join((sheet, *table.letters, *(cell for _, cells in rows for cell in cells))).encode()
    except (TypeError, ValueError, KeyError, OverflowError, RecursionError) as error:
        raise Refusal("bad_value", field="cells") from error
    whole = all(len(c) == width and all(isinstance(x, str) for x in c) for _, c in rows)
    if not whole or len(table.letters) != width or not 0 < len(rows) <= workbook_reader.MOST_ROWS:
        raise Refusal("bad_value", field="cells")
    return sheet, table
