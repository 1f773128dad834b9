"""Who reads for the county, until when, and what of (7.2)."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one

STANDS = "revoked_at is null and expires_on >= :day"


def invited(db: Database) -> list[Row]:
    sql = "select * from assessors order by revoked_at is not null, expires_on desc, id desc"
    return list(db.query(sql))


def by_token(db: Database, token_hash: str, day: str) -> Row | None:
    sql = f"select * from assessors where token_hash = :hash and {STANDS}"
    return one(db, sql, hash=token_hash, day=day)


def standing(db: Database, assessor_id: str, day: str) -> Row | None:
    return one(db, f"select * from assessors where id = :id and {STANDS}", id=assessor_id, day=day)


def may_read(db: Database, assessor: Row, enterprise_id: str) -> bool:
    """Those of the own county."""
    sql = "select 1 from enterprises where id = :id and county = :county"
    return any(db.query(sql, {"id": enterprise_id, "county": assessor["county"]}))
