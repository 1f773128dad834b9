from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]


def decided(db: Database, operation_id: str) -> Row | None:
    """The payload that came first under this id, who sent it, and the receipt given for it; None
    when there is no such, or its text was erased."""
    rows = db.query(
        "select made_by, cast(body as text) as body, receipt from operations where id = :id"
        " order by server_seq",
        {"id": operation_id},
    )
    row = next(iter(rows), None)
    body = json.loads(row["body"]) if row else {}
    if row is None or "payload" not in body:  # unknown, or erased
        return None
    said = {name: body[name] for name in ("kind", "payload", "made_by")}
    return {**said, "receipt": json.loads(row["receipt"])}
