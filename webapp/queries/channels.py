"""提醒渠道: whose they are, whether the last message went, and who has none."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one
from webapp.standard.channels import masked

# Told at all: not what was removed, nobody who left, no demo, whose addresses are anybody's.
OWNERS = (
    "join people as a on a.id = c.added_by and a.demo = 0"
    " left join people as p on p.id = c.person_id"
)
TOLD = "c.removed_at is null and (p.id is null or p.active = 1 and p.demo = 0)"
GAVE_UP = 24 * 60 * 60  # seconds after which a message is tried no more
TROUBLE = 3  # tries after which somebody should know


def of(db: Database, person_id: str | None) -> list[Row]:
    """A person's own, or with None the institution's; the address masked."""
    rows = db.query(
        "select * from channels where person_id is :person and removed_at is null"
        " order by added_at, id",
        {"person": person_id},
    )
    return [_shown(row) for row in rows]


def _shown(row: Row) -> Row:
    known = {name: row[name] for name in ("id", "kind", "language", "added_at", "error")}
    address = masked(row["kind"], row["address"])
    return {**known, "address": address, "sent_at": row["sent_at"] or ""}


def by_id(db: Database, channel_id: str) -> Row | None:
    """With its address: to send to, not to show."""
    sql = "select * from channels where id = :id and removed_at is null"
    return one(db, sql, id=channel_id)


def people(db: Database) -> list[Row]:
    """Everyone who is told something, and by how many channels of their own."""
    return list(
        db.query(
            "select p.id, p.name, p.role, p.post, (select count(*) from channels as c"
            "  where c.person_id = p.id and c.removed_at is null) as channels from people as p"
            " where p.active = 1 and p.role <> 'safety_manager' and p.sign_in_name is not null"
            " order by channels, p.name, p.id"
        )
    )


def undigested(db: Database, day: str, before: str) -> list[Row]:
    """Channels entered before this moment whose digest of the day was not yet thought of."""
    return list(
        db.query(
            "select c.id, c.person_id, coalesce(p.role, 'manager') as role"
            f" from channels as c {OWNERS} where {TOLD} and c.added_at < :before"
            " and not exists (select 1 from notices as n where n.kind = 'digest'"
            "  and n.subject = :day and n.channel_id = c.id)"
            " order by c.added_at, c.id",
            {"day": day, "before": before},
        )
    )


def troubled(db: Database, given_up: str) -> list[Row]:
    """Channels on which something did not go, tried often or given up (made before this moment),
    and nothing went since."""
    rows = db.query(
        "select c.*, coalesce(p.name, '') as name, count(*) as n,"
        " max(n.made_at < :given_up) as over from channels as c"
        " join notices as n on n.channel_id = c.id left join people as p on p.id = c.person_id"
        " where c.removed_at is null and n.sent_at is null and n.tries > 0"
        " and (n.tries >= :trouble or n.made_at < :given_up)"
        " and (c.sent_at is null or c.sent_at < n.made_at) group by c.id order by c.id",
        {"given_up": given_up, "trouble": TROUBLE},
    )
    return [{**_shown(row), **{name: row[name] for name in ("name", "n", "over")}} for row in rows]


def hazard(db: Database, hazard_id: str) -> Row | None:
    """Where to look, without a word of what was found."""
    return one(
        db,
        "select h.label, h.visit_id, n.short_name from hazards as h"
        " join visits as v on v.id = h.visit_id join engagements as e on e.id = v.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id where h.id = :id",
        id=hazard_id,
    )
