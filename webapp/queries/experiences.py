"""工作经历: what a person did, the latest first."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one
from webapp.standard import experiences as standard


def of_person(db: Database, person_id: str) -> list[Row]:
    return list(
        db.query(
            "select * from experiences where person_id = :id and removed_at is null"
            " order by coalesce(ends_in, '9') desc, starts_in desc, id",
            {"id": person_id},
        )
    )


def by_id(db: Database, experience_id: str) -> Row | None:
    sql = "select * from experiences where id = :id and removed_at is null"
    return one(db, sql, id=experience_id)


def months(found: list[Row], day: str) -> int:
    return standard.months([(row["starts_in"], row["ends_in"]) for row in found], day[:7])
