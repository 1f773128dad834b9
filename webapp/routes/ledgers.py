"""服务对象台账: the page, and the same as Excel."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from webapp import languages
from webapp.db import get_db, now, today, writing
from webapp.documents import archive_sheets
from webapp.domain import entered, exports
from webapp.domain.refusal import Refusal
from webapp.people import current_person, only
from webapp.queries import institution, oversights
from webapp.queries import ledgers as queries
from webapp.queries.visits import Row
from webapp.routes.engagements import Page, said

bp = Blueprint("ledgers", __name__)
COLUMNS = (
    *("county", "enterprise", "credit_code", "industry", "address", "principal", "phone", "number"),
    *("signed_on", "starts_on", "ends_on", "ended_on", "items", "fee", "lead", "served"),
    *("uploaded_on", "receipt_no"),
)
OVERSIGHT = (
    *("happened_on", "source", "enterprise", "found", "answer_by", "answered_on", "answer"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def oversight_sheet(found: list[Row]) -> archive_sheets.Sheet:
    """County checks and complaints that stand, in words; the same in an enterprise's file."""
    with languages.chinese():
        heads = render_template("office/oversight_heads.txt").strip().split("\n")
        rows = [oversight_row(one) for one in found if not one["removed_at"]]
    return heads[0], heads[1:], rows


def oversight_row(one: Row) -> list[str]:
    words = render_template("office/oversights/words.txt", one=one).split("\n")
    kind, state = (word.strip() for word in words if word.strip())
    return [kind, *(str(one[name] or "") for name in OVERSIGHT), state]


def watermark(by: str = "") -> str:
    """Who takes it out, and when by the clock in Suzhou (4.3 d)."""
    at, unit = now(), institution.profile(get_db()).get("name", "")
    with languages.chinese():
        return render_template(
            "office/watermark.txt", unit=unit, by=by or current_person().name, at=at
        ).strip()


@bp.get("/office/ledger")
@only("manager")
def show() -> Page:
    db, refusal = get_db(), None
    try:
        county, year = asked(request.args)
    except Refusal as no:
        county, year, refusal = "", "", no
    typed = request.args if refusal else {"county": county, "year": year}
    shown = {"county": county, "year": year, "typed": typed, "counties": queries.counties(db)}
    page = render_template(
        "office/ledger.html", rows=queries.rows(db, county, year), **shown, **said(refusal)
    )
    return page, 422 if refusal else 200


def asked(form: entered.Form) -> tuple[str, str]:
    """Of which county and year, each "" for all."""
    county = entered.choice(form, "county", {"", *queries.counties(get_db())})
    year = entered.whole(form, "year", 2000, 2100) if form.get("year") else ""
    return county, str(year)


@bp.post("/office/ledger.xlsx")
@only("manager")
def download() -> Response:
    """Logged like every export."""
    county, year = asked(request.form)
    with writing() as db:
        exports.record(db, "ledger", "institution", current_person().id, now())
    sheets = [
        sheet(queries.rows(get_db(), county, year), COLUMNS),
        oversight_sheet(oversights.latest(get_db(), today())),
    ]
    return sent(sheets, watermark())


def sheet(rows: list[Row], columns: tuple[str, ...]) -> archive_sheets.Sheet:
    """`columns`: of COLUMNS, in their order."""
    with languages.chinese():
        name, *heads = render_template("office/ledger_heads.txt").strip().split("\n")
    named = dict(zip(COLUMNS, heads, strict=True))
    return name, [named[one] for one in columns], [[row[one] for one in columns] for row in rows]


def sent(sheets: list[archive_sheets.Sheet], mark: str) -> Response:
    data = archive_sheets.workbook(sheets, mark)
    name = f'attachment; filename="ledger-{today()}.xlsx"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)
