"""Which photos of a visit are here, and on whose phone the others are.

Everything that has photos carries the same three: `photos` in order, `photos_missing` of them,
and `missing_on`: the phones, each with its person, when it was last heard, its photos, and
`lost` when that phone has said since that it holds none any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

Arrivals = dict[str, list[Any]]

NAMED = (
    "select p.hazard_id as owner, p.position, p.sha256, p.operation_id from hazard_photos as p"
    " join hazards as h on h.id = p.hazard_id where h.visit_id = :visit"
    " union all select p.confirmation_id, p.position, p.sha256, p.operation_id from ink_photos as p"
    " join confirmations as c on c.id = p.confirmation_id where c.visit_id = :visit"
)


# What stands beside a hazard until a person has chosen comes with photos too.
BESIDE = (
    "select p.version_id as owner, p.position, p.sha256, p.operation_id from version_photos as p"
    " join versions as v on v.operation_id = p.version_id where v.visit_id = :visit"
)


def none() -> Arrivals:
    return {"photos": [], "photos_missing": [], "missing_on": []}


def of_visit(db: Database, visit_id: str, named: str = NAMED) -> dict[str, Arrivals]:
    """By hazard and by confirmation; with BESIDE by version."""
    rows = db.query(
        "select n.owner, n.sha256, c.arrived_at is null as missing, coalesce(w.name, '') as name,"
        " coalesce(d.last_heard, o.received_at, '') as last_heard,"
        " coalesce(d.last_contact > o.received_at and d.photos_waiting = 0, 0) as lost"
        f" from ({named}) as n left join operation_photos as c"
        "  on c.operation_id = n.operation_id and c.sha256 = n.sha256"
        # Of what is here nobody asks from which phone it came.
        " left join operations as o on o.server_seq = case when c.arrived_at is null then"
        "  (select min(server_seq) from operations where id = n.operation_id) end"
        " left join people as w on w.id = c.uploader"
        " left join devices as d on d.id = o.device and d.person = o.made_by"
        " order by n.owner, n.position",
        {"visit": visit_id},
    )
    found: dict[str, Arrivals] = {}
    for row in rows:
        _add(found.setdefault(row["owner"], none()), row)
    return found


def _add(there: Arrivals, row: dict[str, Any]) -> None:
    there["photos"].append(row["sha256"])
    if row["missing"]:
        there["photos_missing"].append(row["sha256"])
        phone = {"name": row["name"], "last_heard": row["last_heard"], "lost": bool(row["lost"])}
        _on(there["missing_on"], phone)["photos"].append(row["sha256"])


def _on(phones: list[dict[str, Any]], phone: dict[str, Any]) -> dict[str, Any]:
    for known in phones:
        if all(known[name] == value for name, value in phone.items()):
            return known
    phones.append({**phone, "photos": []})
    return phones[-1]


def together(all_of: Iterable[Arrivals]) -> Arrivals:
    found = none()
    for one in all_of:
        found["photos"] += one["photos"]
        found["photos_missing"] += one["photos_missing"]
        for phone in one["missing_on"]:
            who = {name: phone[name] for name in ("name", "last_heard", "lost")}
            _on(found["missing_on"], who)["photos"].extend(phone["photos"])
    return found


def of_slip(db: Database, visit_id: str, confirmation: dict[str, Any]) -> Arrivals:
    """What a slip relies on: its ink original, and the photos of the hazards it lists."""
    labels = json.loads(confirmation["slip"])["hazards"]
    there = of_visit(db, visit_id)
    rows = db.query("select id, label from hazards where visit_id = :id", {"id": visit_id})
    listed = [row["id"] for row in rows if _listed(row["label"], labels)]
    return together(there[owner] for owner in [*listed, confirmation["id"]] if owner in there)


def _listed(label: str, labels: list[str]) -> bool:
    # A label that was taken got a small letter here; the slip was signed without it.
    return label in labels or label.rstrip("bcdefghijklmnopqrstuvwxyz") in labels
