"""Sign-ins, exports and looks from the audit; changes at the desk from the trail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from sqlite_utils import Database

from webapp.queries import audit_subjects
from webapp.queries.visits import Row
from webapp.standard.hazards import SHANGHAI, shanghai_time

EXPORTS = "(action like 'export.%' or action like '%.look' and action <> 'double.look')"
# Of each kind what the audit has, and what the trail has.
KINDS = {
    "sign_in": (
        "action in ('sign_in', 'sign_in.fail', 'sign_out', 'session.end', 'assessor.arrive')",
        "0",
    ),
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
    """Newest first. `kind`, `person_id` and `before` narrow it when they are not empty."""
    narrow = "(:at = '' or (at, source, n) < (:at, :source, :n))"
    return _found(db, kind, narrow, {"person": person_id, **_after(before), "most": most})


def between(db: Database, kind: str, person_id: str, days: tuple[str, str], most: int) -> list[Row]:
    """Newest first, of whole days in Suzhou: the first and the last, each empty for no end."""
    since, until = days
    narrow = "at >= :since and (:until = '' or at < :until)"
    asked = {"since": _begins(since), "until": _begins(until, 1)}
    return _found(db, kind, narrow, {"person": person_id, **asked, "most": most})


def _begins(day: str, later: int = 0) -> str:
    """The moment in which a day begins, or the one so many days later."""
    if not day:
        return ""
    begins = datetime.combine(date.fromisoformat(day) + timedelta(later), time(), SHANGHAI)
    return begins.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _found(db: Database, kind: str, narrow: str, asked: Row) -> list[Row]:
    """Each of the two is read from its end, so that the years before cost nothing."""
    looked_at, changed = KINDS.get(kind, ("1", "1"))
    narrow = f"(:person = '' or person_id = :person or subject = :person) and {narrow}"
    end = "order by at desc, n desc limit :most"
    rows = db.query(
        "select r.*, coalesce(p.name, s.name) as name from ("
        f" select * from (select * from ({AUDIT}) where {looked_at} and {narrow} {end}) union all"
        f" select * from (select * from ({TRAIL}) where {changed} and {narrow} {end})) as r"
        " left join people as p on p.id = r.person_id"
        " left join assessors as s on 'assessor ' || s.id = coalesce(r.person_id, r.subject)"
        " order by r.at desc, r.source desc, r.n desc limit :most",
        asked,
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
    """And assessors, who have no account and stand in the trail by their link."""
    return list(
        db.query(
            "select id, name from people where sign_in_name is not null union all"
            " select 'assessor ' || id, name from assessors order by name, id"
        )
    )


def line(row: Row) -> Row:
    """As a workbook has it; what was done is for a template to say."""
    about = {"about": row["about"]["name"], "visit": row["about"]["visit"]}
    done = {"deed": ("action", row["action"]), "at": shanghai_time(row["at"])}
    return {**row, **about, **done}
