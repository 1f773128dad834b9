"""Who reads for the county, until when, and what of (7.2)."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one

# Access of who made it ends the same day, and so does what they handed out.
STANDS = (
    "a.revoked_at is null and a.expires_on >= :day"
    " and exists (select 1 from people as m where m.id = a.made_by and m.active = 1)"
)
SUBJECT = "x.subject = 'assessor ' || a.id and x.action = 'assessor.arrive'"


def invited(db: Database, day: str) -> list[Row]:
    """`stands`; `opened`: how often, `last_opened`: when, of what the audit still has. `taken`: how
    many files."""
    rows = db.query(
        f"select a.*, {STANDS} as stands,"
        f" (select count(*) from audit as x where {SUBJECT}) as opened,"
        f" (select max(at) from audit as x where {SUBJECT}) as last_opened,"
        " (select count(*) from trail as t where t.person = 'assessor ' || a.id) as taken"
        " from assessors as a order by stands desc, a.expires_on desc, a.id desc",
        {"day": day},
    )
    return list(rows)


def by_token(db: Database, token_hash: str, day: str) -> Row | None:
    sql = f"select a.* from assessors as a where a.token_hash = :hash and {STANDS}"
    return one(db, sql, hash=token_hash, day=day)


def standing(db: Database, assessor_id: str, day: str) -> Row | None:
    sql = f"select a.* from assessors as a where a.id = :id and {STANDS}"
    return one(db, sql, id=assessor_id, day=day)


def may_read(db: Database, assessor: Row, enterprise_id: str) -> bool:
    """Those of the own county."""
    sql = "select 1 from enterprises where id = :id and county = :county"
    return any(db.query(sql, {"id": enterprise_id, "county": assessor["county"]}))
