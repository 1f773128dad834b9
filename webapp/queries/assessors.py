"""Who reads for the county, until when, and what of (7.2)."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one

# Access of who made it ends the same day, and so does what they handed out.
STANDS = (
    "a.revoked_at is null and a.expires_on >= :day"
    " and exists (select 1 from people as m where m.id = a.made_by and m.active = 1)"
)


def invited(db: Database, day: str) -> list[Row]:
    """`stands`; `maker`; `opened`: how often, `last_opened`: when; `taken`: how many exports."""
    rows = db.query(
        f"select a.*, {STANDS} as stands, p.name as maker, coalesce(o.n, 0) as opened,"
        " o.at as last_opened, coalesce(t.n, 0) as taken from assessors as a"
        " join people as p on p.id = a.made_by"
        " left join (select subject, count(*) as n, max(at) as at from audit"
        "  where action = 'assessor.arrive' group by subject) as o"
        "  on o.subject = 'assessor ' || a.id"
        " left join (select person, count(*) as n from trail where person like 'assessor %'"
        "  group by person) as t on t.person = 'assessor ' || a.id"
        " order by stands desc, a.expires_on desc, a.id desc",
        {"day": day},
    )
    return list(rows)


def by_token(db: Database, token_hash: str, day: str) -> Row | None:
    sql = f"select a.* from assessors as a where a.token_hash = :hash and {STANDS}"
    return one(db, sql, hash=token_hash, day=day)


def standing(db: Database, assessor_id: str, day: str) -> Row | None:
    sql = f"select a.* from assessors as a where a.id = :id and {STANDS}"
    return one(db, sql, id=assessor_id, day=day)


def may_be_revoked(db: Database, assessor_id: str) -> bool:
    sql = "select 1 from assessors where id = :id and revoked_at is null"
    return any(db.query(sql, {"id": assessor_id}))


def may_read(db: Database, assessor: Row, enterprise_id: str) -> bool:
    """Those of the own county."""
    sql = "select 1 from enterprises where id = :id and county = :county"
    return any(db.query(sql, {"id": enterprise_id, "county": assessor["county"]}))
