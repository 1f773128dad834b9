"""The index as Excel and the records as a SQLite file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from webapp import db

MARK = "导出说明"
LONGEST_CELL, CUT = 32_767, "……（单元格放不下，全文见系统）"
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]  # name, heads, rows


def workbook(sheets: Iterable[Sheet], mark: str = "", to_fill: bool = False) -> bytes:
    """Text only: a cell that begins with = is words and no formula. `mark`: who took it out and
    when (4.3 d), on a last sheet and at the foot of every printed page. `to_fill`: what a person
    types into it stays text too, with every digit of a long number."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    kept = {"text_wrap": True, **({"num_format": "@"} if to_fill else {})}
    bold, wrapped = book.add_format({"bold": True}), book.add_format(kept)
    marks: list[Sheet] = [(MARK, (mark,), ())] if mark else []
    for name, heads, rows in [*sheets, *marks]:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        if mark:
            sheet.set_footer("&L" + mark[:200].replace("&", "&&"))
        sheet.set_column(0, len(heads) - 1, 24, wrapped)
        sheet.write_row(0, 0, heads, bold)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, [fitting(one) for one in row])
    book.close()
    return out.getvalue()


def fitting(cell: Any) -> Any:
    """Excel takes 32,767 characters; what is cut says so."""
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return cell[: LONGEST_CELL - len(CUT)] + CUT
    return "" if cell is None else cell


TYPES = {"INTEGER": int, "REAL": float, "BLOB": bytes}


def database(tables: dict[str, tuple[dict[str, str], list[dict[str, Any]]]]) -> bytes:
    """One file, without a journal beside it, that any SQLite opens. Of each table its columns with
    their types, and its rows."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "records.db"
        made = db.connect(place, readonly=False)
        for name, (columns, rows) in tables.items():
            types = {column: TYPES.get(kind.upper(), str) for column, kind in columns.items()}
            made.table(name).create(types)
            made.table(name).insert_all(rows)
        made.execute("pragma journal_mode = delete")
        made.close()
        return place.read_bytes()
