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
FORMULA = "\x00="  # what stands in place of a formula: its value may be missing or old


class NotReadable(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """`number` as Excel shows it."""

    number: int
    cells: list[str]


def read(data: bytes, width: int) -> list[Line]:
    """The first sheet's rows that hold anything, heads included, each `width` cells wide."""
    if len(data) > LARGEST:
        raise NotReadable("workbook_too_large")
    try:
        _look_inside(data)
        return _lines(data, width)
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


def _lines(data: bytes, width: int) -> list[Line]:
    """Not `data_only`: a formula without a kept value would look like an empty cell."""
    from openpyxl import DEFUSEDXML, load_workbook

    assert DEFUSEDXML  # it does not guard against entity bombs itself
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs declare them wrongly
        return _filled(sheet.iter_rows(max_col=width), width)
    finally:
        book.close()


def _filled(rows: Any, width: int) -> list[Line]:
    found: list[Line] = []
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row[:width]]
        if any(cells):
            found.append(Line(number, cells + [""] * (width - len(cells))))
        if len(found) > MOST_ROWS + 2:  # the heads and the example
            raise NotReadable("workbook_too_large")
        if number - (found[-1].number if found else 0) > MOST_BLANK:
            break
    return found


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
