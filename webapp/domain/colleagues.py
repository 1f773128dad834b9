"""同行人员签字: a colleague signs on the recorder's phone, his own PIN proves it (5.4.1 c)."""

from __future__ import annotations

import hmac
from typing import Any

from sqlite_utils import Database

from sync.inbox import Refused
from sync.operation import SHA256, Operation
from webapp.domain import payload
from webapp.domain.people import pin_proof
from webapp.queries import people
from webapp.standard import slip as standard


def doubt(
    db: Database, operation: Operation, visit: dict[str, Any], confirmation: str, slip: str
) -> str:
    """What a person must ask about this signature, or "". It happened, so it is kept: the PIN may
    have been changed since, the engagement given to others. Only the forged is refused."""
    signer = payload.text(operation, "signer_id", needed=True)
    proof = payload.text(operation, "proof")
    person = people.by_id(db, signer)
    if person is None or not SHA256.fullmatch(proof):
        raise Refused("bad_value", field="proof" if person else "signer_id")
    if _signed_before(db, confirmation, signer):
        raise Refused("signed_already")
    hashed = person["pin_hash"]
    wanted = pin_proof(hashed, standard.sha256(slip)) if hashed else ""
    if not hmac.compare_digest(wanted, proof):
        return "pin_not_matching"
    tied = people.ever_tied(db, signer, visit["engagement_id"])
    return "" if tied else "signer_not_tied"


def _signed_before(db: Database, confirmation: str, signer: str) -> bool:
    return any(
        db.query(
            "select 1 from signatures where confirmation_id = :id and signer_id = :signer",
            {"id": confirmation, "signer": signer},
        )
    )
