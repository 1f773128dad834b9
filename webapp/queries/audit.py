"""Sign-ins, exports and looks from the audit; changes at the desk from the trail."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row

KINDS = {
    "sign_in": "action in ('sign_in', 'sign_in.fail', 'sign_out', 'session.end')",
    "export": "(action like 'export.%' or action in ('evidence.look', 'number.look'))",
    "change": "source = 'trail' and action not like 'export.%'",
}


def latest(db: Database, kind: str, person_id: str, before: str, most: int) -> list[Row]:
    """Newest first. `kind`, `person_id` and `before` narrow it when they are not empty."""
    where = KINDS.get(kind, "1")
    rows = db.query(
        "select r.*, p.name, q.name as about from ("
        " select 'audit' as source, at, person_id, action, subject, address from audit"
        " union all select 'trail', at, person, action, subject, '' from trail"
        "  where operation_id is null) as r left join people as p on p.id = r.person_id"
        " left join people as q on r.subject = 'person ' || q.id"
        f" where {where} and (:person = '' or r.person_id = :person)"
        " and (:before = '' or r.at < :before) order by r.at desc limit :most",
        {"person": person_id, "before": before, "most": most},
    )
    return list(rows)


def people(db: Database) -> list[Row]:
    return list(
        db.query("select id, name from people where sign_in_name is not null order by name, id")
    )
