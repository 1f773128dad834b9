"""Take each operation once, remember the answer, repeat it byte for byte."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from sync import photos, trail
from sync.operation import Malformed, Operation, parse

SIGNATURE = "sync/1"  # the phone believes only answers that carry this as `takan`


class Refused(Exception):
    """A handler's word that this never can be taken. Undoes the verb, not the receipt."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Arrival:
    """When and under which number the server took the operation; `decided_at` when it was set
    aside first and its verb runs only now."""

    received_at: str
    server_seq: int
    decided_at: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a handler did. `subject`, `before` and `after` go to the trail."""

    subject: str
    kind: Literal["applied", "conflict"] = "applied"
    flags: tuple[str, ...] = ()
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


@dataclass(frozen=True)
class Taken:
    """The HTTP status and the exact bytes to answer with, after the commit."""

    status: int
    answer: bytes
    receipt: dict[str, Any] = field(default_factory=dict)


Handler = Callable[[Database, Operation, Arrival], Outcome]


def take(
    db: Database,
    body: bytes,
    person_id: str,
    handlers: Mapping[str, Handler],
    now: str,
    brought: Mapping[str, str] | None = None,
) -> Taken:
    """Must run inside the caller's write transaction; commit before answering. `brought` says
    who handed it in when its author did not: it goes to the trail, and a flag to the receipt."""
    try:
        operation = parse(body)
    except Malformed as error:
        return problem(400, "malformed", field=error.code)
    if operation.made_by != person_id:
        return problem(403, "other_person")
    known = _receipts(db, operation.id)
    if operation.digest in known:
        return _answer(db, 200, operation.id, known[operation.digest])
    if operation.kind not in handlers:
        _hold(db, operation, now)
        return problem(422, "unknown_kind", kind=operation.kind)
    receipt = _decide(db, operation, handlers, now, bool(known), brought)
    return _answer(db, 201, operation.id, receipt)


def problem(status: int, code: str, **params: Any) -> Taken:
    """An answer of ours that is not a receipt."""
    error = {"takan": SIGNATURE, "error": {"code": code, "params": params}}
    return Taken(status, _compact(error).encode())


def _decide(
    db: Database,
    operation: Operation,
    handlers: Mapping[str, Handler],
    now: str,
    taken_before: bool,
    brought: Mapping[str, str] | None,
) -> str:
    arrival = Arrival(now, highest_seq(db) + 1)
    outcome, reason, detail = _run(db, operation, handlers, arrival, taken_before)
    if brought:
        detail["brought"] = dict(brought)
        reason = _flagged(reason, "brought") if outcome == "applied" else reason
    receipt = _compact(
        {
            "operation_id": operation.id,
            "digest": operation.digest,
            "outcome": outcome,
            "reason": reason,
            "received_at": now,
            "server_seq": arrival.server_seq,
            "epoch": epoch(db),
        }
    )
    _remember(db, operation, arrival, outcome, receipt)
    subject = str(detail.pop("subject", operation.id))
    trail.append(
        db,
        now,
        operation.id,
        operation.made_by,
        operation.kind,
        subject,
        {**detail, "outcome": outcome, "made_at": operation.made_at, "device": operation.device},
    )
    return receipt


def _run(
    db: Database,
    operation: Operation,
    handlers: Mapping[str, Handler],
    arrival: Arrival,
    taken_before: bool,
) -> tuple[str, dict[str, Any] | None, dict[str, Any]]:
    """(outcome, reason, detail for the trail); a refusal leaves nothing of the verb."""
    if taken_before:  # the same id with other bytes: both are kept, neither overwrites
        return "conflict", {"code": "same_id", "params": {}}, {}
    db.execute("savepoint verb")
    try:
        done = handlers[operation.kind](db, operation, arrival)
    except Refused as refusal:
        db.execute("rollback to verb")
        db.execute("release verb")
        return "refused", {"code": refusal.code, "params": refusal.params}, {}
    db.execute("release verb")
    detail = {"subject": done.subject, "before": done.before, "after": done.after}
    if done.kind == "conflict":
        return "conflict", {"code": "edited_meanwhile", "params": {}}, detail
    reason = {"code": "flagged", "params": {"flags": list(done.flags)}} if done.flags else None
    return "applied", reason, detail


def _flagged(reason: dict[str, Any] | None, flag: str) -> dict[str, Any]:
    flags = reason["params"]["flags"] if reason else []
    return {"code": "flagged", "params": {"flags": [*flags, flag]}}


def _remember(
    db: Database, operation: Operation, arrival: Arrival, outcome: str, receipt: str
) -> None:
    db.execute(
        "insert into operations (id, digest, body, kind, made_at, made_by, device, seq, base,"
        " outcome, receipt, server_seq, received_at) values (:id, :digest, :body, :kind, :made_at,"
        " :made_by, :device, :seq, :base, :outcome, :receipt, :server_seq, :received_at)",
        {
            "id": operation.id,
            "digest": operation.digest,
            "body": operation.body,
            "kind": operation.kind,
            "made_at": operation.made_at,
            "made_by": operation.made_by,
            "device": operation.device,
            "seq": operation.seq,
            "base": operation.base,
            "outcome": outcome,
            "receipt": receipt,
            "server_seq": arrival.server_seq,
            "received_at": arrival.received_at,
        },
    )
    for photo in operation.photos:
        db.execute(
            "insert into operation_photos (operation_id, sha256, size, type, uploader)"
            " values (:id, :sha256, :size, :type, :uploader) on conflict do nothing",
            {
                "id": operation.id,
                "sha256": photo.sha256,
                "size": photo.size,
                "type": photo.type,
                "uploader": operation.made_by,
            },
        )
    db.execute(
        "delete from held_operations where id = :id and digest = :digest",
        {"id": operation.id, "digest": operation.digest},
    )


def _hold(db: Database, operation: Operation, now: str) -> None:
    db.execute(
        "insert into held_operations (id, digest, body, kind, made_by, received_at) values"
        " (:id, :digest, :body, :kind, :made_by, :now) on conflict do nothing",
        {
            "id": operation.id,
            "digest": operation.digest,
            "body": operation.body,
            "kind": operation.kind,
            "made_by": operation.made_by,
            "now": now,
        },
    )


def _receipts(db: Database, operation_id: str) -> dict[str, str]:
    """digest → frozen receipt of everything ever decided under this id."""
    rows = db.query("select digest, receipt from operations where id = :id", {"id": operation_id})
    return {row["digest"]: row["receipt"] for row in rows}


def _answer(db: Database, status: int, operation_id: str, receipt: str) -> Taken:
    missing = _compact(photos.missing(db, operation_id))
    # The receipt is pasted as the text that was frozen, never made again.
    text = f'{{"takan":"{SIGNATURE}","receipt":{receipt},"photos_missing":{missing}'
    # A restored server repeats receipts of another epoch: this says who is speaking now.
    text += f',"epoch":{_compact(epoch(db))}}}'
    return Taken(status, text.encode(), json.loads(receipt))


def highest_seq(db: Database) -> int:
    row = next(iter(db.query("select coalesce(max(server_seq), 0) as seq from operations")))
    return int(row["seq"])


def epoch(db: Database) -> str:
    """Random per database and rewritten by a restore, so that a phone can tell. Needs a writer
    the first time."""
    found = next(iter(db.query("select value from meta where key = 'epoch'")), None)
    if found:
        return str(found["value"])
    value = secrets.token_hex(8)
    db.execute("insert into meta (key, value) values ('epoch', :value)", {"value": value})
    return value


def knows(db: Database, operation_id: str) -> bool:
    """Whether this was ever decided here: a disk put back to an older copy has the same epoch, and
    others may have used up its numbers."""
    return any(db.query("select 1 from operations where id = :id", {"id": operation_id}))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
