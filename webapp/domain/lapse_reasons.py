"""5.4.1 a: the lead's credential had lapsed on a visit's day, and why it went on all the same."""

from __future__ import annotations

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered
from webapp.domain.entered import Form


def write(db: Database, visit_id: str, form: Form, by: str, now: str) -> None:
    reason = entered.text(form, "reason", True, 300)
    row = {"visit": visit_id, "reason": reason, "by": by, "at": now}
    db.execute(
        "insert into lapse_reasons (visit_id, reason, recorded_by, recorded_at)"
        " values (:visit, :reason, :by, :at) on conflict (visit_id) do update set"
        " reason = :reason, recorded_by = :by, recorded_at = :at",
        row,
    )
    trail.append(db, now, None, by, "lapse.explain", f"visit {visit_id}", row)
