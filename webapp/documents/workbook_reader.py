"""A workbook that a stranger's Excel made, as plain text: bounded before anything is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 500
MOST_BLANK = 2000  # a sheet that was once scrolled far down ends in nothing but formatted rows
MOST_COLUMNS = 60
FORMULA = "\x00="  # stands for a formula without a value that Excel had worked out
LONG_NUMBER = "\x00#"  # for a number of which Excel keeps but 15 digits: a certificate's, as a rule
MARKS = {FORMULA: "formula_cell", LONG_NUMBER: "long_number_cell"}


class NotReadable(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """`number` as Excel shows it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    name: str
    lines: list[Line]


def read(data: bytes, name: str) -> Sheet:
    """The rows that hold anything, heads included, of the sheet of this name or the first one."""
    if len(data) > LARGEST:
        raise NotReadable("workbook_too_large")
    try:
        _look_inside(data)
        return _sheet(data, name)
    except NotReadable:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the library raise
        raise NotReadable("not_a_workbook") from error


def _look_inside(data: bytes) -> None:
    """Declared sizes suffice: zipfile unpacks no more than was declared."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.infolist()
        if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
            raise NotReadable("workbook_too_large")
        for part in listed:
            sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename)
            if sheet and re.search(rb"<(\w+:)?mergeCell\b", parts.read(part)):
                raise NotReadable("merged_cells")


def _sheet(data: bytes, name: str) -> Sheet:
    """Opened twice: with the values that Excel worked out, and with the formulas, since one
    without a kept value would look like an empty cell."""
    from openpyxl import DEFUSEDXML, load_workbook

    assert DEFUSEDXML  # it does not guard against entity bombs itself
    books = [
        load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=values)
        for values in (True, False)
    ]
    try:
        title = name if name in books[0].sheetnames else books[0].worksheets[0].title
        sheets = [book[title] for book in books]
        for sheet in sheets:
            sheet.reset_dimensions()  # some programs declare them wrongly
        rows = zip(*(sheet.iter_rows(max_col=MOST_COLUMNS) for sheet in sheets), strict=True)
        return Sheet(title, _filled(rows))
    finally:
        for book in books:
            book.close()


def _filled(rows: Any) -> list[Line]:
    found: list[Line] = []
    for number, (values, written) in enumerate(rows, 1):
        cells = [_text(*pair) for pair in zip(values, written, strict=True)]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(Line(number, cells))
        if len(found) > MOST_ROWS + 12:  # what stands above, and the examples
            raise NotReadable("workbook_too_large")
        if number - (found[-1].number if found else 0) > MOST_BLANK:
            break
    return found


def _text(cell: Any, written: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":
        return FORMULA if written.data_type in {"f", "e"} else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and abs(value) >= 10**15:
        return LONG_NUMBER
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
