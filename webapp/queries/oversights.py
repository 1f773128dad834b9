"""County daily checks and complaints, each with its state on a day; who complained is masked."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row
from webapp.standard import oversight as standard

SAID = (
    "select o.*, coalesce(n.name, '') as enterprise, p.name as recorded_name,"
    " coalesce(a.name, '') as answered_name from oversights as o"
    " left join enterprises as n on n.id = o.enterprise_id"
    " join people as p on p.id = o.recorded_by left join people as a on a.id = o.answered_by"
)


def latest(db: Database, day: str) -> list[Row]:
    """All of them, the removed last; otherwise the newest first."""
    rows = db.query(f"{SAID} order by o.removed_at is not null, o.happened_on desc, o.id desc")
    return [_shown(row, day) for row in rows]


def unanswered(db: Database, day: str) -> list[Row]:
    """What is due soonest first: that is what is late."""
    rows = db.query(
        f"{SAID} where o.answered_on is null and o.removed_at is null order by o.answer_by, o.id"
    )
    return [_shown(row, day) for row in rows]


def of_enterprise(db: Database, enterprise_id: str, day: str) -> list[Row]:
    rows = db.query(
        f"{SAID} where o.enterprise_id = :id and o.removed_at is null order by o.happened_on, o.id",
        {"id": enterprise_id},
    )
    return [_shown(row, day) for row in rows]


def by_id(db: Database, oversight_id: str, day: str) -> Row | None:
    row = next(iter(db.query(f"{SAID} where o.id = :id", {"id": oversight_id})), None)
    return row and _shown(row, day)


def source(db: Database, oversight_id: str) -> str:
    """Unmasked; whoever asks is noted."""
    rows = db.query("select source from oversights where id = :id", {"id": oversight_id})
    return str(next(iter(rows), {"source": ""})["source"])


def _shown(row: Row, day: str) -> Row:
    if row["kind"] == "complaint":
        row["source"] = standard.masked(row["source"])
    return {**row, "state": standard.state(row["answer_by"], row["answered_on"], day)}
