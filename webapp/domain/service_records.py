"""服务记录: content, process and result of one visit (5.4.1 b)."""

from __future__ import annotations

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome
from sync.operation import Operation
from webapp.domain import payload, versions

PARTS = ("content", "process", "result")
LONGEST = 60_000  # the phone fills in three hundred hazards by itself


def write(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """A text written on an older one than ours is a conflict: kept, overwriting nothing."""
    visit = payload.need_visit(db, operation)
    fields = {part: payload.text(operation, part, longest=LONGEST) for part in PARTS}
    payload.text(operation, "content", needed=True, longest=LONGEST)
    rows = db.query("select * from service_records where visit_id = :id", {"id": visit["id"]})
    before = next(iter(rows), None)
    subject = versions.Subject(visit["id"])
    known = {part: before[part] for part in PARTS} if before else {}
    latest = before["latest_operation"] if before else None
    verdict = versions.weigh(db, operation, subject, latest, known, fields)
    if verdict == "keep":
        versions.keep(db, operation, arrival, subject, fields, {})
        return Outcome(str(subject), "conflict", after=fields | versions.named(operation))
    agree: list[str] = []
    if verdict == "write":
        _write(db, operation, arrival, {**fields, "visit": visit["id"]})
        agree = versions.agreeing(db, subject, operation.kind, fields)
    flags = versions.settle(db, operation, arrival, subject, agree)
    said = fields | versions.named(operation)
    return Outcome(str(subject), flags=flags, before=known or None, after=said)


def _write(db: Database, operation: Operation, arrival: Arrival, row: dict[str, str]) -> None:
    db.execute(
        "insert into service_records (visit_id, content, process, result, written_by, written_at,"
        " received_at, latest_operation) values (:visit, :content, :process, :result, :person,"
        " :at, :received, :operation) on conflict (visit_id) do update set content = :content,"
        " process = :process, result = :result, written_by = :person, written_at = :at,"
        " received_at = :received, latest_operation = :operation",
        {
            **row,
            "person": operation.made_by,
            "at": operation.made_at,
            "received": arrival.received_at,
            "operation": operation.id,
        },
    )
