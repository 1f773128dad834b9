"""服务对象 from a workbook: a row each, known by the credit code. What is there is not written
over; an empty cell says nothing."""

from __future__ import annotations

from functools import partial

from sqlite_utils import Database

from webapp.domain import enterprises
from webapp.domain.entered import Readers
from webapp.domain.imports import Judged, Kind, Run


def heads(db: Database, run: Run) -> Readers:
    return {name: partial(enterprises.field, name=name) for name in enterprises.FIELDS}


def take(db: Database, group: list[Judged], run: Run) -> None:
    row = group[0]
    said = {name: enterprises.field(row.form, name) for name in enterprises.FIELDS}
    sql = "select * from enterprises where credit_code = :credit_code"
    for known in db.query(sql, said):
        same = all(value in ("", known[name]) for name, value in said.items())
        row.state = "differs" if not same else "twice" if known["id"] in run.made else "known"
        return
    run.made.add(enterprises.add(db, row.form, run.by, run.now))


KIND = Kind("enterprise.import", enterprises.FIELDS, (), heads, {}, take)
