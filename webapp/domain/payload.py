"""Reading an operation's payload: what is nonsense is refused, what is odd is kept."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from sqlite_utils import Database

from sync.inbox import Refused
from sync.operation import UUID7, Operation
from webapp.queries import people

LONGEST = 5000


def text(operation: Operation, field: str, needed: bool = False, longest: int = LONGEST) -> str:
    value = operation.payload.get(field, "")
    if not isinstance(value, str) or len(value) > longest:
        raise Refused("bad_value", field=field)
    value = value.strip()
    if needed and not value:
        raise Refused("empty_field", field=field)
    return value


def identity(operation: Operation, field: str) -> str:
    value = text(operation, field)
    if not UUID7.fullmatch(value):
        raise Refused("bad_value", field=field)
    return value


def one_of(operation: Operation, field: str, values: tuple[str, ...]) -> str:
    value = text(operation, field)
    if value not in values:
        raise Refused("bad_value", field=field)
    return value


def whole(operation: Operation, field: str) -> int:
    value = operation.payload.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100_000:
        raise Refused("bad_value", field=field)
    return value


def day(operation: Operation, field: str) -> str:
    """An ISO day, or empty."""
    value = text(operation, field)
    if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Refused("bad_value", field=field)
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise Refused("bad_value", field=field) from error


def share(operation: Operation, field: str) -> float | None:
    """A coordinate on a plan, 0..1, or nothing."""
    value: Any = operation.payload.get(field)
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= 1:
        raise Refused("bad_value", field=field)
    return float(value)


def need_visit(db: Database, operation: Operation) -> dict[str, Any]:
    """The visit's row; refuses an unknown one and a person who has no tie to it."""
    visit_id = identity(operation, "visit_id")
    row = next(iter(db.query("select * from visits where id = :id", {"id": visit_id})), None)
    if row is None:
        raise Refused("unknown_visit")
    need_tie(db, operation, row["engagement_id"])
    return row


def need_tie(db: Database, operation: Operation, engagement_id: str) -> None:
    """On it now or before: nobody inside a building hears that he was taken off it."""
    if not people.ever_tied(db, operation.made_by, engagement_id):
        raise Refused("not_tied")
