"""服务确认单: frozen by the consultant's signature, completed by the enterprise's (5.4.1 c)."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation
from webapp.domain import payload
from webapp.standard import ink
from webapp.standard import slip as standard

PARTIES = ("consultant", "enterprise")
SATISFACTIONS = ("satisfied", "average", "poor")


def sign(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """One signature. The consultant's makes the slip; the enterprise's judges the service."""
    visit = payload.need_visit(db, operation)
    party = payload.one_of(operation, "party", PARTIES)
    slip = payload.text(operation, "slip", needed=True, longest=60_000)
    signed = _checked(operation, slip)
    if party == "consultant":
        confirmation = freeze(db, operation, arrival, visit, slip)
    else:
        confirmation = _judge(db, operation, visit, slip, signed)
    _keep(db, operation, arrival, confirmation, signed)
    return Outcome(
        f"confirmation {confirmation}", after={"party": party, "hash": standard.sha256(slip)}
    )


def _checked(operation: Operation, slip: str) -> dict[str, Any]:
    """The signed object, after every hash in it was computed again here."""
    strokes = operation.payload.get("strokes")
    if not ink.well_formed(strokes):
        raise Refused("bad_value", field="strokes")
    if not ink.enough(strokes):  # type: ignore[arg-type]
        raise Refused("too_little_ink")
    try:
        signed = json.loads(payload.text(operation, "signed", needed=True, longest=20_000))
    except ValueError as error:
        raise Refused("bad_value", field="signed") from error
    expected = {
        "slip_hash": standard.sha256(slip),
        "strokes_hash": standard.sha256(standard.compact(strokes)),
        "made_at": operation.made_at,
        "device": operation.device,
        **{
            name: operation.payload.get(name, "")
            for name in ("party", "signer_name", "signer_post", "satisfaction", "comments")
        },
    }
    if not isinstance(signed, dict) or any(signed.get(k) != v for k, v in expected.items()):
        raise Refused("wrong_hash")
    return signed


def freeze(
    db: Database, operation: Operation, arrival: Arrival, visit: dict[str, Any], slip: str
) -> str:
    """A second slip after a change keeps the first; the newest counts."""
    if not _is_slip(slip, visit["id"]):
        raise Refused("bad_value", field="slip")
    found = standard.sha256(slip)
    db.execute(
        "insert into confirmations (id, visit_id, slip, hash, code, made_at, received_at)"
        " values (:id, :visit, :slip, :hash, :code, :at, :received)",
        {
            "id": operation.id,
            "visit": visit["id"],
            "slip": slip,
            "hash": found,
            "code": standard.code(found),
            "at": operation.made_at,
            "received": arrival.received_at,
        },
    )
    return operation.id


def _is_slip(text: str, visit_id: str) -> bool:
    """The fields of table C.1, each of its kind: what is frozen must print for ever."""
    try:
        slip = json.loads(text)
    except ValueError:
        return False
    if not isinstance(slip, dict) or set(slip) != set(standard.FIELDS):
        return False
    kinds_fit = all(isinstance(slip[name], kind) for name, kind in standard.FIELDS.items())
    lists = [*slip["items"], *slip["hazards"]] if kinds_fit else [None]
    words = all(isinstance(one, str) for one in lists)
    return kinds_fit and words and slip["visit_id"] == visit_id


def _judge(
    db: Database, operation: Operation, visit: dict[str, Any], slip: str, signed: dict[str, Any]
) -> str:
    confirmation_id = payload.identity(operation, "confirmation_id")
    rows = db.query(
        "select c.*, s.hash as first_hash from confirmations as c join signatures as s"
        " on s.confirmation_id = c.id and s.party = 'consultant'"
        " where c.id = :id and c.visit_id = :visit",
        {"id": confirmation_id, "visit": visit["id"]},
    )
    confirmation = next(iter(rows), None)
    if confirmation is None:
        raise Refused("unknown_confirmation")
    if confirmation["satisfaction"]:
        raise Refused("signed_already")
    if confirmation["slip"] != slip or signed.get("previous") != confirmation["first_hash"]:
        raise Refused("wrong_hash")
    db.execute(
        "update confirmations set satisfaction = :satisfaction, comments = :comments"
        " where id = :id",
        {
            "satisfaction": payload.one_of(operation, "satisfaction", SATISFACTIONS),
            "comments": payload.text(operation, "comments", longest=2000),
            "id": confirmation_id,
        },
    )
    return confirmation_id


def _keep(
    db: Database,
    operation: Operation,
    arrival: Arrival,
    confirmation_id: str,
    signed: dict[str, Any],
) -> None:
    text = operation.payload["signed"].strip()
    db.execute(
        "insert into signatures (id, confirmation_id, party, signer_name, signer_post, strokes,"
        " signed, hash, previous, made_by, made_at, received_at) values (:id, :confirmation,"
        " :party, :name, :post, :strokes, :signed, :hash, :previous, :person, :at, :received)",
        {
            "id": operation.id,
            "confirmation": confirmation_id,
            "party": operation.payload["party"],
            "name": payload.text(operation, "signer_name", needed=True, longest=60),
            "post": payload.text(operation, "signer_post", longest=60),
            "strokes": standard.compact(operation.payload["strokes"]),
            "signed": text,
            "hash": standard.sha256(text),
            "previous": signed.get("previous") or None,
            "person": operation.made_by,
            "at": operation.made_at,
            "received": arrival.received_at,
        },
    )
