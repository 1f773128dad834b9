"""One row in, one row changed, with its link in the trail: the desk's plain verbs share these."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain.refusal import Refusal
from webapp.ids import new_id

Values = dict[str, Any]


def add(db: Database, table: str, values: Values) -> str:
    row = {"id": new_id(), **values}
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"insert into {table} ({names}) values ({marks})", row)
    return str(row["id"])


def change(db: Database, table: str, row_id: str | int, values: Values) -> Values:
    """What was there before, of what is different now; an unknown row is refused."""
    found = next(iter(db.query(f"select * from {table} where id = :id", {"id": row_id})), None)
    if found is None:
        raise Refusal("unknown_row")
    before = {name: found[name] for name in values if found[name] != values[name]}
    if before:
        sets = ", ".join(f"{name} = :{name}" for name in before)
        new = {name: values[name] for name in before}
        db.execute(f"update {table} set {sets} where id = :row_id", {**new, "row_id": row_id})
    return before


def end(db: Database, table: str, column: str, row_id: str, at: str) -> Values | None:
    """Withdrawn, revoked, taken out: the row, once; the first time stands."""
    done = db.query(
        f"update {table} set {column} = :at where id = :id and {column} is null returning *",
        {"at": at, "id": row_id},
    )
    return next(iter(list(done)), None)


def take_out(db: Database, table: str, row_id: str, now: str) -> bool:
    """Typed wrongly: it counts no more and stays readable for an inspector."""
    return end(db, table, "removed_at", row_id, now) is not None


def tell(db: Database, by: str, now: str, action: str, subject: str, **detail: Any) -> None:
    """Into the trail, which is for ever: no numbers of certificates, no phones, no names."""
    trail.append(db, now, None, by, action, subject, detail)
