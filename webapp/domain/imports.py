"""Rows of a workbook become what the desk's own verbs make: tried all at once and undone for the
preview, or taken in all together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Readers
from webapp.domain.refusal import Refusal

Given = tuple[int, list[str]]  # the row's number in the workbook, its cells


@dataclass
class Judged:
    """`state`: new, known (it is there), differs (it is there and says otherwise), twice (an
    earlier row brought it) or bad."""

    number: int
    form: dict[str, str]
    state: str = "new"
    wrong: dict[str, Refusal] = field(default_factory=dict)  # by field
    over: dict[str, str] = field(default_factory=dict)  # by field: what is there, written over
    renews: bool = False  # a certificate that goes on from one that is there, which stays


@dataclass(frozen=True)
class Run:
    """Who takes it in and when; `made` are the ids of what this workbook brought so far."""

    by: str
    day: str
    now: str
    made: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Kind:
    """One kind of workbook. A row that leaves the fields of `key` empty, or repeats them, goes on
    with the thing above: then only the fields of `lines` count. No key: every row is its own.
    `apart` tells two things that leave the last field of the key empty from each other.
    `take` makes one thing by the desk's verbs and says of each of its rows what became of it."""

    action: str
    fields: tuple[str, ...]
    key: tuple[str, ...]
    heads: Callable[[Database, Run], Readers]
    lines: Readers
    take: Callable[[Database, list[Judged], Run], None]
    apart: str = ""


def judge(
    db: Database, kind: Kind, given: list[Given], marks: Mapping[str, str], run: Run
) -> list[Judged]:
    """Every wrong cell of every row: it is done, told and undone, so that the preview refuses what
    the confirmation would refuse. `marks`: cells that hold no text → why."""
    db.execute("savepoint judged")
    try:
        return _taken(db, kind, given, marks, run)
    finally:
        db.execute("rollback to judged")
        db.execute("release judged")


def take_in(
    db: Database, kind: Kind, given: list[Given], marks: Mapping[str, str], run: Run
) -> int:
    """How many rows brought something. Confirmed twice, the second time finds all of it there."""
    judged = _taken(db, kind, given, marks, run)
    if any(row.wrong for row in judged):
        raise Refusal("bad_rows")
    added = sum(row.state == "new" for row in judged)
    if added:
        rows.tell(db, run.by, run.now, kind.action, "institution", added=added)
    return added


def _taken(
    db: Database, kind: Kind, given: list[Given], marks: Mapping[str, str], run: Run
) -> list[Judged]:
    judged = [Judged(at, dict(zip(kind.fields, cells, strict=True))) for at, cells in given]
    heads = kind.heads(db, run)
    for group in _groups(kind, judged):
        _look(kind, heads, group, marks)
        if any(row.wrong for row in group):
            continue
        try:
            kind.take(db, group, run)
        except Refusal as no:
            if not any(row.wrong for row in group):
                group[0].wrong[_place(group[0], no)] = no
    for row in judged:
        row.state = "bad" if row.wrong else row.state
    return judged


def _groups(kind: Kind, judged: list[Judged]) -> list[list[Judged]]:
    groups: list[list[Judged]] = []
    begun: dict[tuple[str, ...], list[Judged]] = {}
    for row in judged:
        key = _key(kind, row.form)
        goes_on = groups and key and _goes_on(kind, row.form, groups[-1][0].form)
        group = groups[-1] if goes_on else begun.get(key) if key else None
        if group is None:
            group = []
            groups.append(group)
            begun[key] = group
        group.append(row)
    return groups


def _key(kind: Kind, form: dict[str, str]) -> tuple[str, ...]:
    """What a thing is known by within its workbook."""
    key = tuple(form[name] for name in kind.key)
    return (*key, form[kind.apart]) if kind.apart and not key[-1] else key


def _goes_on(kind: Kind, form: dict[str, str], above: dict[str, str]) -> bool:
    own = kind.apart and form[kind.key[0]] and not form[kind.key[-1]] and form[kind.apart]
    another = own and own != above[kind.apart]
    return not another and all(form[name] in ("", above[name]) for name in kind.key)


def _look(kind: Kind, heads: Readers, group: list[Judged], marks: Mapping[str, str]) -> None:
    """Cell by cell, before anything is done."""
    first = group[0]
    first.wrong |= entered.wrong(first.form, heads)
    for row in group:
        if any(row.form[name] for name in kind.lines):
            row.wrong |= entered.wrong(row.form, kind.lines)
        for name in heads:
            if row.form[name] and row.form[name] != first.form[name]:
                row.wrong[name] = Refusal("differs_above", field=name, row=first.number)
        for name, cell in row.form.items():
            if cell in marks:
                row.wrong[name] = Refusal(marks[cell], field=name)


def _place(row: Judged, no: Refusal) -> str:
    """The cell that a verb's refusal is about, or the first one of the row."""
    about = no.params.get("field", "")
    return about if about in row.form else next(iter(row.form))


@contextmanager
def about(row: Judged) -> Iterator[None]:
    """What a verb refuses meanwhile is wrong in this row and not in the first of its thing."""
    try:
        yield
    except Refusal as no:
        row.wrong[_place(row, no)] = no
        raise
