"""Plan images and their zones (6.2.2); a new image retires the old, nothing is lost."""

from __future__ import annotations

import json
import re

from sqlite_utils import Database

from webapp.domain import rows
from webapp.domain.refusal import Refusal

LEVELS = ("major", "considerable", "general", "low")


def add(
    db: Database, enterprise_id: str, name: str, kind: str, image: tuple[str, int, int],
    by: str, day: str, now: str,
) -> str:  # fmt: skip
    """`image`: (sha256, width, height). A plan of the same name becomes its next version."""
    if not name.strip() or kind not in {"plant", "workshop"}:
        raise Refusal("empty_field", field="name")
    old = next(
        iter(
            db.query(
                "select * from plans where enterprise_id = :enterprise and name = :name"
                " and retired_on is null",
                {"enterprise": enterprise_id, "name": name.strip()},
            )
        ),
        None,
    )
    if old:
        db.execute(
            "update plans set retired_on = :day where id = :id", {"day": day, "id": old["id"]}
        )
    plan = {
        "enterprise_id": enterprise_id,
        "name": name.strip()[:60],
        "kind": kind,
        "image": image[0],
        "width": image[1],
        "height": image[2],
        "version": old["version"] + 1 if old else 1,
        "position": old["position"] if old else 0 if kind == "plant" else 9,
    }
    plan_id = rows.add(db, "plans", plan)
    retired = old["id"] if old else None
    rows.tell(db, by, now, "plan.upload", f"plan {plan_id}", **plan, retired=retired)
    return plan_id


def add_zone(
    db: Database, plan_id: str, name: str, level: str, corners: str, by: str, now: str
) -> None:
    """`corners`: at least three of "x,y" with 0..1, separated by spaces."""
    if not name.strip():
        raise Refusal("empty_field", field="name")
    if level not in LEVELS:
        raise Refusal("bad_value", field="level")
    zone = {
        "plan_id": plan_id,
        "name": name.strip()[:60],
        "level": level,
        "points": json.dumps(points(corners)),
    }
    zone_id = rows.add(db, "zones", zone)
    rows.tell(db, by, now, "zone.add", f"plan {plan_id}", zone=zone_id, **zone)


def points(corners: str) -> list[list[float]]:
    found = [[float(x), float(y)] for x, y in re.findall(r"(\d?\.?\d+)\s*,\s*(\d?\.?\d+)", corners)]
    if not 3 <= len(found) <= 200 or any(not 0 <= v <= 1 for point in found for v in point):
        raise Refusal("bad_value", field="points")
    return found


def remove_zone(db: Database, zone_id: str, by: str, now: str) -> None:
    if gone := rows.end(db, "zones", "removed_at", zone_id, now):
        rows.tell(db, by, now, "zone.remove", f"plan {gone['plan_id']}", zone=zone_id)
