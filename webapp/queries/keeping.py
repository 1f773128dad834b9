"""保存与删除: how long each file is kept, what belongs to it, and what was deleted."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.standard import keeping as standard
from webapp.standard.hazards import shanghai_day

Row = dict[str, Any]
_OF = "select id from engagements where enterprise_id = n.id"
FACTS = (
    "select n.id, n.name, n.short_name,"
    " (select json_group_array(coalesce(e.ended_on, e.ends_on)) from engagements as e"
    "  where e.enterprise_id = n.id) as ends,"
    " (select max(coalesce(v.ended_at, v.started_at)) from visits as v"
    f"  where v.engagement_id in ({_OF})) as visited,"
    f" (select max(f.followed_up_on) from follow_ups as f where f.engagement_id in ({_OF}))"
    "  as followed_up,"
    " (select max(o.happened_on) from oversights as o where o.enterprise_id = n.id) as overseen,"
    " (select count(*) from hazards as h join visits as v on v.id = h.visit_id"
    f"  where v.engagement_id in ({_OF}) and h.severity = 'suspected_major'"
    "  and h.withdrawn_at is null) as open_major,"
    " (select max(h.lifted_at) from holds as h where h.enterprise_id = n.id"
    "  and h.cause = 'accident' and h.lifted_cause = 'settled') as accident_lifted,"
    " exists (select 1 from holds as h where h.enterprise_id = n.id and h.lifted_at is null)"
    "  as held from enterprises as n where :id in ('', n.id) order by n.name"
)
STANDING = (
    "select h.*, p.name as set_name from holds as h join people as p on p.id = h.set_by"
    " where h.lifted_at is null and h.enterprise_id = :id"
)


def periods(db: Database) -> standard.Periods:
    row = next(iter(db.query("select keep_years, rating_years from institution")), None)
    return standard.Periods(row["keep_years"], row["rating_years"]) if row else standard.Periods()


def files(db: Database, day: str, enterprise_id: str = "") -> list[Row]:
    """Each enterprise with `keeping`, `may_go` and its `hold`; what may go first comes first."""
    known = periods(db)
    found = []
    for row in db.query(FACTS, {"id": enterprise_id}):
        kept = standard.keeping(facts(row), known, day)
        standing = hold(db, row["id"]) if row["held"] else None
        found.append({**row, "keeping": kept, "may_go": kept.may_go(day), "hold": standing})
    return sorted(found, key=lambda row: row["keeping"].until or "9")


def file(db: Database, day: str, enterprise_id: str) -> Row:
    return files(db, day, enterprise_id)[0]


def facts(row: Row) -> standard.Facts:
    visited = shanghai_day(row["visited"]) if row["visited"] else ""
    lifted = shanghai_day(row["accident_lifted"]) if row["accident_lifted"] else ""
    return standard.Facts(
        ends=json.loads(row["ends"]),
        last_done=max(visited, row["followed_up"] or "", row["overseen"] or ""),
        open_major=row["open_major"],
        held=bool(row["held"]),
        accident_lifted=lifted,
    )


def hold(db: Database, enterprise_id: str) -> Row | None:
    return next(iter(list(db.query(STANDING, {"id": enterprise_id}))), None)


def holds_before(db: Database, enterprise_id: str) -> list[Row]:
    return list(
        db.query(
            "select h.*, p.name as set_name, q.name as lifted_name from holds as h join people as p"
            " on p.id = h.set_by join people as q on q.id = h.lifted_by"
            " where h.enterprise_id = :id order by h.set_at desc",
            {"id": enterprise_id},
        )
    )


def places(db: Database, before: str) -> list[str]:
    """Operations that began a visit with a place and came before this instant, but for visits of
    an enterprise on hold and for what waits for a decision."""
    rows = db.query(
        "select distinct o.id from operations as o where o.kind = 'visit.start'"
        " and o.received_at < :before"
        " and json_extract(cast(o.body as text), '$.payload.place') is not null"
        " and o.id not in (select operation_id from set_aside where decision is null)"
        " and not exists (select 1 from visits as v join engagements as e on e.id = v.engagement_id"
        "  join holds as h on h.enterprise_id = e.enterprise_id and h.lifted_at is null"
        "  where v.id = json_extract(cast(o.body as text), '$.payload.visit_id'))",
        {"before": before},
    )
    return [row["id"] for row in rows]


def log(db: Database, most: int = 100) -> list[Row]:
    """What was deleted, newest first, with the rule that let it go."""
    rows = db.query(
        "select t.seq, t.at, t.detail, p.name from trail as t left join people as p"
        " on p.id = t.person where t.action = 'erase' order by t.seq desc limit :most",
        {"most": most},
    )
    said = [(row, json.loads(row["detail"])) for row in rows]
    return [{**about, "seq": row["seq"], "at": row["at"], "by": row["name"]} for row, about in said]
