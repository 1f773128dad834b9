"""The hash chain over what was accepted: who did what, when, before and after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

GENESIS = "0" * 64


def append(
    db: Database,
    at: str,
    operation_id: str | None,
    person: str,
    action: str,
    subject: str,
    detail: dict[str, Any],
) -> None:
    """One link, in the caller's transaction. `detail` must be JSON-able."""
    last = next(iter(db.query("select seq, hash from trail order by seq desc limit 1")), None)
    row = {
        "seq": last["seq"] + 1 if last else 1,
        "at": at,
        "operation_id": operation_id,
        "person": person,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "previous": last["hash"] if last else GENESIS,
    }
    row["hash"] = link(row)
    db.execute(
        "insert into trail (seq, at, operation_id, person, action, subject, detail, previous, hash)"
        " values (:seq, :at, :operation_id, :person, :action, :subject, :detail, :previous, :hash)",
        row,
    )


def link(row: dict[str, Any]) -> str:
    """SHA-256 over every other column, the previous hash included."""
    fields = ["seq", "at", "operation_id", "person", "action", "subject", "detail", "previous"]
    text = json.dumps([row[field] for field in fields], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(
    db: Database, erased: Callable[[dict[str, Any]], bool] = lambda row: False
) -> int | None:
    """The `seq` of the first broken link, or None. `erased` says of a link whose text is not what
    its hash says whether it was erased (sync/erasing.py).

    Finds a changed, missing, added or moved row. Rows cut off the end leave a valid
    chain; that shows against the last hash of a backup, not here.
    """
    previous, expected = GENESIS, 1
    for row in db.query("select * from trail order by seq"):
        whole = row["hash"] == link(row) or erased(row)
        if row["seq"] != expected or row["previous"] != previous or not whole:
            return int(row["seq"])
        previous, expected = row["hash"], expected + 1
    return None
