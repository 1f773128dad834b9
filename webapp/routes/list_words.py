"""The codes of a list as its page says them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import render_template

# The only columns that hold codes: what a person wrote is never taken for one. words.txt has a code
# that says something else in one list, and what an empty cell says, as `list.column.code`.
CODED = {
    *("satisfaction", "way", "severity", "kind", "basis", "state", "account", "scan"),
    *("initial_visit", "assessment", "contract", "visits", "follow_up", "file"),
}


def told(name: str) -> dict[str, str]:
    lines = render_template(f"office/lists/{name}.txt").split("\n")
    return dict(line.split("=", 1) for line in lines if "=" in line)


def worded(kind: str, columns: Sequence[str], rows: list[list[Any]]) -> list[list[Any]]:
    words, said = told("words"), cache(_said)
    return [
        [_word(words, said, (kind, name), cell) for name, cell in zip(columns, row, strict=True)]
        for row in rows
    ]


def _word(
    words: dict[str, str], said: Callable[..., str], place: tuple[str, str], cell: Any
) -> Any:
    if isinstance(cell, tuple):
        return said(*cell)
    kind, column = place
    own = words.get(f"{kind}.{column}.{cell}")
    if own is None and column in CODED and isinstance(cell, str):
        own = words.get(cell)
    return cell if own is None else own


def _said(what: str, code: str, party: str = "") -> str:
    """A deed or a refusal, whose words a page has too."""
    return render_template("office/lists/said.txt", what=what, code=code, party=party).strip()
