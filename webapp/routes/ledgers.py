"""服务对象台账: the page, and the same as Excel."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from webapp import languages
from webapp.db import get_db, now, today, writing
from webapp.documents import archive_sheets
from webapp.domain import exports
from webapp.people import current_person, only
from webapp.queries import ledgers as queries
from webapp.routes.engagements import Page, said

bp = Blueprint("ledgers", __name__)
COLUMNS = (
    *("county", "enterprise", "credit_code", "industry", "address", "principal", "phone", "number"),
    *("signed_on", "starts_on", "ends_on", "ended_on", "items", "fee", "lead", "served"),
    *("uploaded_on", "receipt_no"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/office/ledger")
@only("manager")
def show() -> Page:
    return render_template("office/ledger.html", rows=queries.rows(get_db()), **said(None))


@bp.post("/office/ledger.xlsx")
@only("manager")
def download() -> Response:
    """Logged like every export."""
    with writing() as db:
        exports.record(db, "ledger", "institution", current_person().id, now())
    with languages.chinese():
        words = render_template("office/ledger_heads.txt").strip().split("\n")
    rows = [[row[name] for name in COLUMNS] for row in queries.rows(get_db())]
    data = archive_sheets.workbook([(words[0], words[1:], rows)])
    name = f'attachment; filename="ledger-{today()}.xlsx"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)
