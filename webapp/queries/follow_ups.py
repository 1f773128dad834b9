"""Follow-up links, and satisfaction over time from slips and follow-ups."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlite_utils import Database

from webapp.queries.visits import one
from webapp.standard.hazards import shanghai_day

Row = dict[str, Any]


def by_token(db: Database, token_hash: str, day: str) -> Row | None:
    """A link that may still be answered."""
    return one(
        db,
        "select l.*, n.name as enterprise, e.starts_on, e.ends_on, p.name as lead"
        " from follow_up_links as l join engagements as e on e.id = l.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id join people as p on p.id = e.lead_id"
        " where l.token_hash = :hash and l.revoked_at is null and l.answered_at is null"
        " and l.expires_on >= :day",
        hash=token_hash,
        day=day,
    )


def link(db: Database, link_id: str) -> Row | None:
    return one(db, "select * from follow_up_links where id = :id", id=link_id)


def engagement_of(db: Database, follow_up_id: str) -> str | None:
    row = one(db, "select engagement_id from follow_ups where id = :id", id=follow_up_id)
    return str(row["engagement_id"]) if row else None


def satisfaction(db: Database, day: str, enterprise_id: str = "") -> list[Row]:
    """Per month until that of `day`, oldest first, from the first that has any to the last: how
    many said what. One enterprise's, or everyone's."""
    rows = db.query(
        "select c.made_at as at, c.satisfaction from confirmations as c join visits as v"
        " on v.id = c.visit_id join engagements as e on e.id = v.engagement_id"
        " where c.satisfaction is not null"
        " and c.made_at < date(:day, '+2 days')"  # not of a clock years ahead
        " and (:id = '' or e.enterprise_id = :id)"
        " and c.id = (select id from confirmations where visit_id = v.id"
        "  and satisfaction is not null order by made_at desc, id desc limit 1)"
        " union all select f.followed_up_on, f.satisfaction from follow_ups as f"
        " join engagements as e on e.id = f.engagement_id where f.withdrawn_at is null"
        " and (:id = '' or e.enterprise_id = :id)",
        {"id": enterprise_id, "day": day},
    )
    said = Counter((_month(row["at"]), row["satisfaction"]) for row in rows)
    months = sorted({month for month, _ in said})
    return [
        {"month": month, **{one: said[month, one] for one in ("satisfied", "average", "poor")}}
        for month in (_through(months[0], months[-1]) if months else [])
    ]


def _month(at: str) -> str:
    """Of a moment, or of a day."""
    return (shanghai_day(at) if len(at) > 10 else at)[:7]


def _through(first: str, last: str) -> list[str]:
    """Every month between, those of which nobody said anything too."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(begin, end + 1)]
