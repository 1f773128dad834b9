"""What was delivered and is not in the record: set aside, refused, or of a kind not known here."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]
SAID = "o.id, o.digest, o.body, o.kind, o.made_at, o.made_by, o.received_at, w.name, w.active"
WHO = "join people as w on w.id = o.made_by"
# Asked this way round, the few that are open are looked up, and not everything ever delivered.
OPEN = "(o.id, o.digest) in (select operation_id, digest from set_aside where decision is null)"


def waits(db: Database, operation_id: str) -> bool:
    sql = "select 1 from set_aside where operation_id = :id and decision is null"
    return any(db.query(sql, {"id": operation_id}))


def undecided(db: Database) -> list[Row]:
    """In the order they came: a later one may build on an earlier."""
    rows = db.query(f"select {SAID} from operations as o {WHO} where {OPEN} order by o.server_seq")
    return [_shown(db, row) for row in rows]


def decided(db: Database, most: int = 50) -> list[Row]:
    rows = db.query(
        f"select {SAID}, s.decision, s.reason, s.decided_at, d.name as decided_by"
        f" from operations as o join set_aside as s on s.operation_id = o.id {WHO}"
        " join people as d on d.id = s.decided_by where (o.id, o.digest) in (select operation_id,"
        "  digest from set_aside where decision is not null)"
        " order by s.decided_at desc, o.server_seq desc limit :most",
        {"most": most},
    )
    return [_shown(db, row) for row in rows]


def refused(db: Database) -> list[Row]:
    """Sent by a phone, refused and not yet dealt with. A form sent without the app said so at
    once to whoever filled it in."""
    rows = db.query(
        f"select {SAID}, o.receipt from operations as o {WHO} where o.outcome = 'refused'"
        " and o.device <> 'web' and not exists (select 1 from refusals_settled as r"
        "  where r.operation_id = o.id and r.digest = o.digest) order by o.server_seq"
    )
    return [{**_shown(db, row), "reason": json.loads(row["receipt"])["reason"]} for row in rows]


def held(db: Database) -> list[Row]:
    """Kinds this server does not know; the phone sends them again after an update."""
    rows = db.query(
        "select o.id, o.digest, o.body, o.kind, o.made_by, o.received_at, w.name, w.active"
        f" from held_operations as o {WHO} order by o.received_at, o.id"
    )
    return [_shown(db, row) for row in rows]


def _shown(db: Database, row: Row) -> Row:
    said = json.loads(bytes(row.pop("body")))
    payload = said["payload"]
    return {
        **row,
        "made_at": said["made_at"],
        "payload": payload,
        "party": payload.get("party", ""),
        "visit": _visit(db, payload.get("visit_id")),
        "photos": _photos(db, row["id"]),
    }


def _visit(db: Database, visit_id: Any) -> Row | None:
    rows = db.query(
        "select v.id, v.number, n.short_name from visits as v join engagements as e"
        " on e.id = v.engagement_id join enterprises as n on n.id = e.enterprise_id"
        " where v.id = :id",
        {"id": str(visit_id)},
    )
    return next(iter(rows), None)


def _photos(db: Database, operation_id: str) -> list[Row]:
    return list(
        db.query(
            "select sha256, arrived_at is not null as here from operation_photos"
            " where operation_id = :id order by sha256",
            {"id": operation_id},
        )
    )


def has_photo(db: Database, sha256: str) -> bool:
    """Did a photo of this hash come with something set aside?"""
    return any(
        db.query(
            "select 1 from operation_photos as p join set_aside as s"
            " on s.operation_id = p.operation_id where p.sha256 = :sha256"
            " and p.arrived_at is not null",
            {"sha256": sha256},
        )
    )


def counts(db: Database) -> list[Row]:
    """How many of each wait for somebody, by person."""
    return list(
        db.query(
            f"select 'set_aside' as code, w.name, count(*) as n from operations as o {WHO}"
            f" where {OPEN} group by w.id"
            " union all select 'refused', w.name, count(*) from operations as o"
            f" {WHO} where o.outcome = 'refused' and o.device <> 'web' and not exists (select 1"
            "  from refusals_settled as r where r.operation_id = o.id and r.digest = o.digest)"
            " group by w.id union all select 'held', w.name, count(*) from held_operations as o"
            f" {WHO} group by w.id"
        )
    )
