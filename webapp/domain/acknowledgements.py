"""负责人已审阅: the lead has read a service record as it stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlite_utils import Database

from sync import trail
from webapp.domain.refusal import Refusal
from webapp.queries import reviews


def acknowledge(
    db: Database, chosen: Mapping[str, str], notes: Mapping[str, str], by: str, now: str
) -> None:
    """`chosen`: visit → the record as it was shown. Only the lead's own; all or none."""
    if not chosen:
        raise Refusal("nothing_chosen")
    standing = {
        row["visit_id"]: row["latest_operation"] for row in reviews.waiting(db, by, "consultant")
    }
    _need_same(chosen, standing)
    for visit, operation in chosen.items():
        row = {"visit": visit, "operation": operation, "note": notes.get(visit, "").strip()[:300]}
        db.execute(
            "insert into acknowledgements (visit_id, operation_id, acknowledged_by,"
            " acknowledged_at, note) values (:visit, :operation, :by, :now, :note)",
            {**row, "by": by, "now": now},
        )
        trail.append(db, now, None, by, "record.acknowledge", f"visit {visit}", row)


def _need_same(chosen: Mapping[str, str], standing: Mapping[str, str]) -> None:
    strange: Collection[str] = chosen.keys() - standing.keys()
    if strange or any(standing[visit] != shown for visit, shown in chosen.items()):
        raise Refusal("record_changed")
