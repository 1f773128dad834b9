"""服务确认单: frozen by the consultant's signature, completed by the enterprise's (5.4.1 c)."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation
from webapp.domain import colleagues, payload
from webapp.queries import people, visits
from webapp.standard import ink
from webapp.standard import slip as standard

PARTIES = ("consultant", "colleague", "enterprise")
SAID = ("party", "signer_name", "signer_post", "satisfaction", "comments")
SATISFACTIONS = ("satisfied", "average", "poor")
REASONS = ("", "deputy", "list_changed", "not_there")


def sign(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """One signature. The consultant's makes the slip, a colleague's stands beside it, the
    enterprise's judges the service."""
    visit = payload.need_visit(db, operation)
    party = payload.one_of(operation, "party", PARTIES)
    slip = payload.text(operation, "slip", needed=True, longest=200_000)
    signed = _checked(operation, slip)
    doubt, reason = "", ""
    if party == "consultant":
        confirmation = freeze(db, operation, arrival, visit, slip)
    elif party == "enterprise":
        confirmation = _judge(db, operation, visit, slip, signed)
        reason = why_not_listed(db, operation, visit)
    else:
        confirmation = _open(db, operation, visit, slip, signed)["id"]
        doubt = colleagues.doubt(db, operation, visit, confirmation, slip)
    _keep(db, operation, arrival, confirmation, signed, doubt, reason)
    return Outcome(
        f"confirmation {confirmation}",
        flags=tuple(filter(None, (doubt, "signer_not_listed" if reason == "unsaid" else ""))),
        after={"party": party, "signer": signed["signer_name"], "hash": standard.sha256(slip)},
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
        **{name: operation.payload.get(name, "") for name in SAID},
    }
    if operation.payload.get("party") == "colleague":
        expected |= {name: operation.payload.get(name, "") for name in ("signer_id", "proof")}
    if not isinstance(signed, dict) or any(signed.get(k) != v for k, v in expected.items()):
        raise Refused("wrong_hash")
    return signed


def freeze(
    db: Database, operation: Operation, arrival: Arrival, visit: dict[str, Any], slip: str
) -> str:
    """A second slip after a change keeps the first; the newest counts."""
    if not standard.is_slip(slip, visit["id"]):
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


def _open(
    db: Database, operation: Operation, visit: dict[str, Any], slip: str, signed: dict[str, Any]
) -> dict[str, Any]:
    """The slip that a consultant signed first. This signature binds one of those already on it: the
    last that its device knew."""
    ids = {"id": payload.identity(operation, "confirmation_id"), "visit": visit["id"]}
    sql = "select * from confirmations where id = :id and visit_id = :visit"
    confirmation = next(iter(db.query(sql, ids)), None)
    sql = "select hash from signatures where confirmation_id = :id"
    before = {row["hash"] for row in db.query(sql, ids)}
    if confirmation is None or not before:
        raise Refused("unknown_confirmation")
    if confirmation["slip"] != slip or signed.get("previous") not in before:
        raise Refused("wrong_hash")
    return confirmation


def _judge(
    db: Database, operation: Operation, visit: dict[str, Any], slip: str, signed: dict[str, Any]
) -> str:
    confirmation = _open(db, operation, visit, slip, signed)
    if confirmation["satisfaction"]:
        raise Refused("signed_already")
    db.execute(
        "update confirmations set satisfaction = :satisfaction, comments = :comments"
        " where id = :id",
        {
            "satisfaction": payload.one_of(operation, "satisfaction", SATISFACTIONS),
            "comments": payload.text(operation, "comments", longest=2000),
            "id": confirmation["id"],
        },
    )
    return str(confirmation["id"])


def why_not_listed(db: Database, operation: Operation, visit: dict[str, Any]) -> str:
    """Kept, since it was signed; `unsaid` makes somebody ask. Nobody authorised: nobody is odd."""
    reason = payload.one_of(operation, "reason", REASONS)
    name = payload.text(operation, "signer_name", needed=True, longest=60)
    enterprise = people.enterprise_of_visit(db, visit["id"]) or ""
    listed = {row["name"] for row in visits.signers(db, enterprise)}
    return "" if not listed or name in listed else reason or "unsaid"


def _keep(
    db: Database,
    operation: Operation,
    arrival: Arrival,
    confirmation_id: str,
    signed: dict[str, Any],
    doubt: str,
    reason: str,
) -> None:
    signers = {"consultant": operation.made_by, "colleague": payload.text(operation, "signer_id")}
    text = operation.payload["signed"].strip()
    db.execute(
        "insert into signatures (id, confirmation_id, party, signer_id, signer_name, signer_post,"
        " strokes, signed, hash, previous, doubt, reason, made_by, made_at, received_at) values"
        " (:id, :confirmation, :party, :signer, :name, :post, :strokes, :signed, :hash, :previous,"
        " :doubt, :reason, :person, :at, :received)",
        {
            "id": operation.id,
            "confirmation": confirmation_id,
            "party": operation.payload["party"],
            "signer": signers.get(operation.payload["party"], ""),
            "doubt": doubt,
            "reason": reason,
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
