"""Slips as papers: what was frozen, who signed."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries import arrivals
from webapp.queries.visits import confirmation, one, slip

# Of visit v, the slip that stands: the newest of both, and while nobody of the enterprise has
# signed any, the newest. A later one that waits for its second signature does not undo the first.
STANDS = (
    "(select id from confirmations where visit_id = v.id"
    " order by satisfaction is null, made_at desc, id desc limit 1)"
)


def of_visit(db: Database, visit_id: str) -> dict[str, Any]:
    """The slip that stands; id "" when none."""
    return with_others(db, visit_id)[0]


def with_others(db: Database, visit_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The slip that stands, and those beside it."""
    found = all_of(db, visit_id) or [slip(db, visit_id, None)]
    return found[0], found[1:]


def all_of(db: Database, visit_id: str) -> list[dict[str, Any]]:
    """The slips of a visit, the one that stands first."""
    rows = db.query(
        "select * from confirmations where visit_id = :id"
        " order by satisfaction is null, made_at desc, id desc",
        {"id": visit_id},
    )
    return [slip(db, visit_id, row) for row in list(rows)]


def by_code(db: Database, code: str) -> dict[str, Any] | None:
    """The slip with this code, one that both signed first; without its text. `replaced`: a later
    one of the same visit was signed by both. `incomplete`: photos it relies on are not here."""
    found = one(
        db,
        "select c.id, c.visit_id, c.slip, c.code, c.hash, c.made_at, c.received_at,"
        " c.satisfaction, c.inked_at,"
        " (select count(*) from signatures as s where s.confirmation_id = c.id) as signatures,"
        " (select count(*) from signatures as s where s.confirmation_id = c.id"
        "  and s.party <> 'enterprise') as consultants,"
        " exists (select 1 from confirmations as n where n.visit_id = c.visit_id"
        "  and n.code <> c.code and n.made_at > c.made_at"
        "  and n.satisfaction is not null) as replaced"
        " from confirmations as c where c.code = :code order by c.satisfaction is null,"
        " signatures desc, c.made_at desc",
        code=code,
    )
    if found is None:
        return None
    missing = arrivals.of_slip(db, found["visit_id"], found)["photos_missing"]
    hidden = ("id", "visit_id", "slip")
    public = {name: value for name, value in found.items() if name not in hidden}
    return {**public, "incomplete": bool(missing)}


def latest_delivered(db: Database) -> dict[str, Any]:
    """The newest slip that both have signed: what the bench prints."""
    row = one(
        db,
        "select visit_id from confirmations where satisfaction is not null"
        " order by made_at desc limit 1",
    )
    assert row is not None
    return confirmation(db, row["visit_id"])


def paper(db: Database, sha256: str) -> dict[str, Any] | None:
    """An archived PDF by the hash of its bytes, with the code of its slip."""
    return one(
        db,
        "select p.*, c.code from papers as p join confirmations as c on c.id = p.subject"
        " where p.sha256 = :sha256",
        sha256=sha256,
    )


def archived(db: Database, confirmation_id: str) -> dict[str, Any] | None:
    """The first paper made of this slip: the one that was handed out."""
    return one(
        db,
        "select * from papers where kind = 'slip' and subject = :id order by made_at, sha256",
        id=confirmation_id,
    )
