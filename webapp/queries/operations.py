from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]


def decided(db: Database, operation_id: str) -> Row | None:
    """The payload that came first under this id, who sent it, and the receipt given for it."""
    rows = db.query(
        "select made_by, cast(body as text) as body, receipt from operations where id = :id"
        " order by server_seq",
        {"id": operation_id},
    )
    row = next(iter(rows), None)
    if row is None:
        return None
    body = json.loads(row["body"])
    said = {name: body[name] for name in ("kind", "payload", "made_by")}
    return {**said, "receipt": json.loads(row["receipt"])}
