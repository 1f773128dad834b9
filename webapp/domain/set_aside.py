"""Work of a person who is no longer active: kept whole when it comes, and in the record only when
a manager has looked at it and taken it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from sync import trail
from sync.inbox import Arrival, Handler, Outcome, Refused
from sync.operation import Operation, parse
from webapp.domain.refusal import Refusal

LONGEST = 500


def put(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """Whatever its kind: the inbox keeps the bytes, the receipt says that it was set aside."""
    db.execute(
        "insert into set_aside (operation_id, digest) values (:id, :digest)",
        {"id": operation.id, "digest": operation.digest},
    )
    return Outcome(f"set_aside {operation.id}", flags=("set_aside",))


def take_in(
    db: Database, operation_id: str, handlers: Mapping[str, Handler], person_id: str, now: str
) -> None:
    """Run its verb now. What the verb refuses stays set aside, and the manager is told why; what
    meets another change stands beside it, as it would have."""
    row = _open(db, operation_id)
    operation = parse(bytes(row["body"]))
    arrival = Arrival(row["received_at"], row["server_seq"], now)
    db.execute("savepoint take_in")
    try:
        done = handlers[operation.kind](db, operation, arrival)
    except Refused as refused:
        db.execute("rollback to take_in")
        db.execute("release take_in")
        raise Refusal(refused.code, **refused.params) from refused
    db.execute("release take_in")
    detail: dict[str, Any] = {"before": done.before, "after": done.after, "outcome": done.kind}
    detail["flags"] = list(done.flags)
    _decide(db, operation, "taken_in", "", person_id, now, done.subject, detail)


def leave(db: Database, operation_id: str, reason: str, person_id: str, now: str) -> None:
    """Not in the record, for a reason; the bytes stay for ever."""
    if not reason.strip() or len(reason) > LONGEST:
        raise Refusal("reason_needed")
    operation = parse(bytes(_open(db, operation_id)["body"]))
    subject = f"set_aside {operation_id}"
    _decide(db, operation, "left", reason.strip(), person_id, now, subject, {})


def settle(
    db: Database, operation_id: str, digest: str, note: str, person_id: str, now: str
) -> None:
    """A refused operation was dealt with: it leaves the list, and nothing else changes."""
    if not note.strip() or len(note) > LONGEST:
        raise Refusal("reason_needed")
    done = db.query(
        "insert into refusals_settled (operation_id, digest, note, settled_by, settled_at)"
        " select id, digest, :note, :person, :now from operations where id = :id"
        " and digest = :digest and outcome = 'refused' on conflict do nothing returning digest",
        {"id": operation_id, "digest": digest, "note": note.strip(), "person": person_id,
         "now": now},
    )  # fmt: skip
    if not list(done):
        raise Refusal("decided_already")
    detail = {"note": note.strip(), "digest": digest}
    trail.append(
        db, now, operation_id, person_id, "refusal.settle", f"operation {operation_id}", detail
    )


def _open(db: Database, operation_id: str) -> dict[str, Any]:
    rows = db.query(
        "select o.* from set_aside as s join operations as o on o.id = s.operation_id"
        " and o.digest = s.digest where s.operation_id = :id and s.decision is null",
        {"id": operation_id},
    )
    row = next(iter(rows), None)
    if row is None:
        raise Refusal("decided_already")
    return row


def _decide(
    db: Database, operation: Operation, decision: str, reason: str, person_id: str, now: str,
    subject: str, detail: dict[str, Any],
) -> None:  # fmt: skip
    db.execute(
        "update set_aside set decision = :decision, reason = :reason, decided_by = :person,"
        " decided_at = :now where operation_id = :id",
        {"decision": decision, "reason": reason, "person": person_id, "now": now,
         "id": operation.id},
    )  # fmt: skip
    said = {"kind": operation.kind, "made_by": operation.made_by, "made_at": operation.made_at}
    action = {"taken_in": "set_aside.take_in", "left": "set_aside.leave"}[decision]
    trail.append(
        db, now, operation.id, person_id, action, subject, {**said, "reason": reason, **detail}
    )
