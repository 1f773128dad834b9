"""A table in somebody's own workbook, found by its heads in any order, and what its cells mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.documents.sheet_words import CHOICES, NOTHING
from webapp.documents.workbook_reader import Line

LOOKED_AT = 10  # a title, a date and a note may stand above the heads
DAY = re.compile(r"(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?(\d{1,2}:\d\d(:\d\d)?)?")
TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)")
SERIAL = re.compile(r"[3-6]\d{4}")  # 1982 to 2091, in a cell that lost its date format
BETWEEN = re.compile(r"[、,;\s]+")


@dataclass(frozen=True)
class Table:
    """`letters`: where each asked column stands, "" where it is missing; `rows`: the number Excel
    shows, and a cell for each asked column; `left_out`: letters and heads nobody asked for."""

    letters: list[str]
    rows: list[tuple[int, list[str]]]
    left_out: list[tuple[str, str]]


def find(lines: Sequence[Line], heads: Sequence[Sequence[str]]) -> Table | None:
    """`heads`: for each column the names it may have; the first column must be there."""
    names = [[head(one) for one in column] for column in heads]
    for place, line in enumerate(lines[:LOOKED_AT]):
        there = [head(cell) for cell in line.cells]
        if any(cell in names[0] for cell in there):
            return _below(lines[place + 1 :], _places(there, names), line.cells)
    return None


def head(text: str) -> str:
    """Blanks, stars and notes in brackets do not make another column."""
    return re.sub(r"\(.*?\)|[\s*:]", "", unicodedata.normalize("NFKC", text))


def _places(there: list[str], names: list[list[str]]) -> list[int | None]:
    """The first name that stands there; a column is given once."""
    found: list[int | None] = []
    for column in names:
        hits = (there.index(one) for one in column if one in there)
        found.append(next((at for at in hits if at not in found), None))
    return found


def _below(lines: Sequence[Line], places: list[int | None], heads: Sequence[str]) -> Table:
    rows = []
    for line in lines:
        cells = ["" if at is None or at >= len(line.cells) else line.cells[at] for at in places]
        if any(cells):
            rows.append((line.number, cells))
    others = [at for at, cell in enumerate(heads) if cell and at not in places]
    return Table(
        ["" if at is None else letter(at) for at in places],
        rows,
        [(letter(at), heads[at]) for at in others],
    )


def letter(at: int) -> str:
    """0 → A, 26 → AA."""
    return (letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def plain(text: str) -> str:
    """Digits, letters and blanks of full width as they are on a keyboard."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def unspaced(text: str) -> str:
    """A name that was drawn out to the width of three."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)


def day(text: str) -> str:
    """An ISO day; what is none stays as it was written, to be refused by name."""
    written = plain(text).replace(" ", "")
    if SERIAL.fullmatch(written):
        return (date(1899, 12, 30) + timedelta(days=int(written))).isoformat()
    found = DAY.fullmatch(written) or TOGETHER.fullmatch(written)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def days(text: str) -> str:
    """Several in one cell, as ISO days with a blank between."""
    return " ".join(day(one) for one in BETWEEN.split(plain(text)) if one)


DAYS = ("signed_on", "uploaded_on", "starts_on", "ends_on", "valid_from", "valid_to", "review_on")
MEANING: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("phone", "credit_code", "number", "times", "sign_in_name"), plain),
    **dict.fromkeys(("name", "enterprise", "principal", "lead_id"), unspaced),
    **dict.fromkeys(DAYS, lambda text: "" if text in NOTHING else day(text)),
    "due": days,
}


def meaning(field: str, text: str) -> str:
    """What is written there as a form would send it; an unknown word stays, to be refused."""
    if field in CHOICES:
        return CHOICES[field].get(plain(text), plain(text))
    return MEANING.get(field, str)(text)
