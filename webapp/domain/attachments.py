"""Files added to a step of an engagement; never deleted, only withdrawn."""

from __future__ import annotations

from sqlite_utils import Database

from sync import trail
from webapp.domain import rows
from webapp.domain.refusal import Refusal
from webapp.ids import new_id

STEPS = ("initial_visit", "assessment", "contract", "upload", "board", "follow_up")
Kept = tuple[str, str, int]  # sha256, type, size


def add(
    db: Database, engagement_id: str, step: str, name: str, kept: Kept, by: str, now: str
) -> str:
    if step not in STEPS:
        raise Refusal("bad_value", field="step")
    row = {
        "id": new_id(), "engagement": engagement_id, "step": step, "name": name[-120:],
        "sha256": kept[0], "type": kept[1], "size": kept[2], "by": by, "at": now,
    }  # fmt: skip
    db.execute(
        "insert into attachments (id, engagement_id, step, name, sha256, type, size, added_by,"
        " added_at) values (:id, :engagement, :step, :name, :sha256, :type, :size, :by, :at)",
        row,
    )
    trail.append(db, now, None, by, "attachment.add", f"engagement {engagement_id}", row)
    return str(row["id"])


def withdraw(db: Database, attachment_id: str, by: str, now: str) -> None:
    done = rows.end(db, "attachments", "withdrawn_at", attachment_id, now)
    if done:
        subject = f"engagement {done['engagement_id']}"
        rows.tell(db, by, now, "attachment.withdraw", subject, id=attachment_id)
