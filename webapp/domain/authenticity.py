"""What a person adds to the evidence of a visit: which photo shows the gate, where the gate is."""

from __future__ import annotations

import json

from sqlite_utils import Database

from sync import trail
from webapp.domain.refusal import Refusal
from webapp.queries import authenticity as queries


def choose_gate(db: Database, visit_id: str, sha256: str, by: str, now: str) -> None:
    """One of the visit's own photos; chosen again, the newer choice stands."""
    if sha256 not in {row["sha256"] for row in queries.photos(db, visit_id)}:
        raise Refusal("not_of_visit", field="photo")
    _stands(db, visit_id, sha256, 0, by, now)


def bring_gate(db: Database, visit_id: str, sha256: str, size: int, by: str, now: str) -> None:
    """A picture brought to the desk, durable already: a visit without a hazard has none of its
    own. Whoever reads it is told when it was brought."""
    db.execute(
        "insert into photos (sha256, size, type, received_at)"
        " values (:sha256, :size, 'image/jpeg', :now) on conflict do nothing",
        {"sha256": sha256, "size": size, "now": now},
    )
    _stands(db, visit_id, sha256, 1, by, now)


def _stands(db: Database, visit_id: str, sha256: str, brought: int, by: str, now: str) -> None:
    row = {"visit": visit_id, "sha256": sha256, "brought": brought, "by": by, "now": now}
    db.execute(
        "insert into gate_photos (visit_id, sha256, brought, chosen_by, chosen_at)"
        " values (:visit, :sha256, :brought, :by, :now) on conflict (visit_id) do update"
        " set sha256 = :sha256, brought = :brought, chosen_by = :by, chosen_at = :now",
        row,
    )
    told = {"photo": sha256, "brought": brought}
    trail.append(db, now, None, by, "gate_photo.choose", f"visit {visit_id}", told)


def set_place(db: Database, visit_id: str, by: str, now: str) -> None:
    """This visit began at the enterprise's gate: later ones are measured from there."""
    rows = db.query(
        "select v.place, e.enterprise_id from visits as v join engagements as e"
        " on e.id = v.engagement_id where v.id = :id",
        {"id": visit_id},
    )
    row = next(iter(rows))
    if not row["place"]:
        raise Refusal("no_place", field="place")
    place = json.loads(row["place"])
    values = {"id": row["enterprise_id"], "north": place["latitude"], "east": place["longitude"]}
    db.execute("update enterprises set latitude = :north, longitude = :east where id = :id", values)
    subject = f"enterprise {row['enterprise_id']}"
    trail.append(db, now, None, by, "enterprise.place", subject, {"visit": visit_id})
