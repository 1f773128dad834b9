"""服务对象 from a workbook: judged row by row, taken in all together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlite_utils import Database

from webapp.domain import enterprises, rows
from webapp.domain.refusal import Refusal

Given = tuple[int, list[str]]  # the row's number in the workbook, its cells


@dataclass
class Judged:
    """`state`: new, known (an enterprise has this code), twice (an earlier row has) or bad."""

    number: int
    form: dict[str, str]
    state: str = "new"
    wrong: dict[str, Refusal] = field(default_factory=dict)  # by field


def judge(db: Database, given: list[Given], formula: str) -> list[Judged]:
    """Every wrong cell of every row; writes nothing. `formula` marks a cell that holds one."""
    sql = "select credit_code from enterprises"
    known = {row["credit_code"] for row in db.query(sql)}
    seen: set[str] = set()
    found = []
    for number, cells in given:
        row = Judged(number, dict(zip(enterprises.FIELDS, cells, strict=True)))
        row.wrong = _wrong(row.form, formula)
        code = row.form["credit_code"].upper()
        if row.wrong:
            row.state = "bad"
        elif code in known | seen:
            row.state = "known" if code in known else "twice"
        seen.add(code)
        found.append(row)
    return found


def _wrong(form: dict[str, str], formula: str) -> dict[str, Refusal]:
    found: dict[str, Refusal] = {}
    for name in enterprises.FIELDS:
        try:
            if form[name] == formula:
                raise Refusal("formula_cell", field=name)
            enterprises.field(form, name)
        except Refusal as refusal:
            found[name] = refusal
    return found


def take_in(db: Database, given: list[Given], formula: str, by: str, now: str) -> int:
    """How many are new. Confirmed twice, the second time finds them all there."""
    judged = judge(db, given, formula)
    if any(row.state == "bad" for row in judged):
        raise Refusal("bad_rows")
    new = [row for row in judged if row.state == "new"]
    for row in new:
        enterprises.add(db, row.form, by, now)
    if new:
        rows.tell(db, by, now, "enterprise.import", "institution", added=len(new))
    return len(new)
