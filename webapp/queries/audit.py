"""Sign-ins, exports and looks from the audit; changes at the desk from the trail."""

from __future__ import annotations

import re

from sqlite_utils import Database

from webapp.queries import audit_subjects
from webapp.queries.visits import Row

EXPORTS = "(action like 'export.%' or action like '%.look' and action <> 'double.look')"
# Of each kind what the audit has, and what the trail has.
KINDS = {
    "sign_in": ("action in ('sign_in', 'sign_in.fail', 'sign_out', 'session.end')", "0"),
    "export": (EXPORTS, EXPORTS),
    "change": ("0", "action not like 'export.%'"),
}
AUDIT = "select 'audit' as source, id as n, at, person_id, action, subject, address from audit"
TRAIL = (
    "select 'trail' as source, seq as n, at, person as person_id, action, subject, '' as address"
    " from trail where operation_id is null"
)
CURSOR = re.compile(r"(\S+)(?: (audit|trail) (\d{1,15}))?")


def latest(db: Database, kind: str, person_id: str, before: str, most: int) -> list[Row]:
    """Newest first. `kind`, `person_id` and `before` narrow it when they are not empty. Each of the
    two is read from its end, so that the years before cost nothing."""
    looked_at, changed = KINDS.get(kind, ("1", "1"))
    narrow = "(:person = '' or person_id = :person)"
    narrow += " and (:at = '' or (at, source, n) < (:at, :source, :n))"
    end = "order by at desc, n desc limit :most"
    rows = db.query(
        "select r.*, coalesce(p.name, s.name) as name from ("
        f" select * from (select * from ({AUDIT}) where {looked_at} and {narrow} {end}) union all"
        f" select * from (select * from ({TRAIL}) where {changed} and {narrow} {end})) as r"
        " left join people as p on p.id = r.person_id"
        " left join assessors as s on 'assessor ' || s.id = r.person_id"
        " order by r.at desc, r.source desc, r.n desc limit :most",
        {"person": person_id, **_after(before), "most": most},
    )
    return audit_subjects.named(db, rows)


def cursor(row: Row) -> str:
    """Where the page after this row goes on: many are of one moment."""
    return f"{row['at']} {row['source']} {row['n']}"


def _after(before: str) -> Row:
    """A moment alone, as older links have it, begins before everything of it."""
    found = CURSOR.fullmatch(before)
    at, source, n = found.groups() if found else ("", None, None)
    return {"at": at, "source": source or "", "n": int(n or 0)}


def people(db: Database) -> list[Row]:
    return list(
        db.query("select id, name from people where sign_in_name is not null order by name, id")
    )
