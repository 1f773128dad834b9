"""未上传数据: what a rescue file brought, kept for a person to read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlite_utils import Database

from sync import trail


def keep(db: Database, rescue_id: str, by: str, report: dict[str, Any], now: str) -> None:
    """The import itself, with its report as it is shown; one link of the trail names it."""
    row = {
        "id": rescue_id,
        "at": now,
        "by": by,
        "report": json.dumps(report, ensure_ascii=False),
    }
    db.execute(
        "insert into rescues (id, imported_at, imported_by, report)"
        " values (:id, :at, :by, :report)",
        row,
    )
    about = {name: report[name] for name in ("device", "person", "made_at", "whole")}
    trail.append(db, now, None, by, "rescue.import", f"rescue {rescue_id}", about)


def keep_draft(db: Database, person: str, address: str, content: str, now: str) -> str:
    """Words nobody saved are no record: kept as they are, once. Returns the draft's id."""
    parts = json.dumps([person, address, content], ensure_ascii=False)
    draft_id = hashlib.sha256(parts.encode()).hexdigest()
    db.execute(
        "insert into rescued_drafts (id, person, address, content, received_at)"
        " values (:id, :person, :address, :content, :now) on conflict do nothing",
        {"id": draft_id, "person": person, "address": address, "content": content, "now": now},
    )
    return draft_id
