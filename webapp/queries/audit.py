"""Sign-ins, exports and looks from the audit; changes at the desk from the trail."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row

EXPORTS = "(action like 'export.%' or action in ('evidence.look', 'number.look', 'source.look'))"
# Of each kind what the audit has, and what the trail has.
KINDS = {
    "sign_in": ("action in ('sign_in', 'sign_in.fail', 'sign_out', 'session.end')", "0"),
    "export": (EXPORTS, EXPORTS),
    "change": ("0", "action not like 'export.%'"),
}
AUDIT = "select 'audit' as source, at, person_id, action, subject, address from audit"
TRAIL = (
    "select 'trail', at, person as person_id, action, subject, '' from trail"
    " where operation_id is null"
)


def latest(db: Database, kind: str, person_id: str, before: str, most: int) -> list[Row]:
    """Newest first. `kind`, `person_id` and `before` narrow it when they are not empty. Each of the
    two is read from its end, so that the years before cost nothing."""
    looked_at, changed = KINDS.get(kind, ("1", "1"))
    narrow = "(:person = '' or person_id = :person) and (:before = '' or at < :before)"
    end = "order by at desc limit :most"
    rows = db.query(
        "select r.*, p.name, q.name as about from ("
        f" select * from ({AUDIT} where {looked_at} and {narrow} {end}) union all"
        f" select * from (select * from ({TRAIL}) where {changed} and {narrow} {end})) as r"
        " left join people as p on p.id = r.person_id"
        " left join people as q on r.subject = 'person ' || q.id"
        " order by r.at desc limit :most",
        {"person": person_id, "before": before, "most": most},
    )
    return list(rows)


def people(db: Database) -> list[Row]:
    return list(
        db.query("select id, name from people where sign_in_name is not null order by name, id")
    )
