"""服务确认单: the canonical text that is shown, hashed and signed (5.4.1 c, table C.1).

The phone makes the same text (static/js/slip.js); shared vectors hold the two together.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from webapp.standard.hazards import shanghai_day

TEMPLATE = "C.1/2"
# Each template's fields in the order that is hashed. A template never changes: a new one is added,
# and what was signed under an old one prints and verifies for ever.
C1_1: dict[str, type] = {
    "template": str,
    "visit_id": str,
    "number": int,
    "enterprise": str,
    "institution": str,
    "items": list,
    "lead": str,
    "service_date": str,
    "started_at": str,
    "ended_at": str,
    "content": str,
    "process": str,
    "result": str,
    "hazards": list,
}
FIELDS = {"C.1/1": C1_1, "C.1/2": {**C1_1, "recorders": list}}
CONSENT = "1"  # version of the sentence the signer agreed to
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 13  # 65 bits


def compact(value: Any) -> str:
    """As JSON.stringify writes it; there are no floats in what is signed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def slip_of(context: dict[str, Any]) -> dict[str, Any]:
    """The fields of table C.1 from a visit's context, keys in the order that is hashed."""
    visit, record = context["visit"], context["record"]
    started = visit["started_at"]
    hazards = [hazard for hazard in context["hazards"] if not hazard["withdrawn_at"]]
    return {
        "template": TEMPLATE,
        "visit_id": visit["id"],
        "number": visit["number"],
        "enterprise": context["enterprise"]["name"],
        "institution": context["institution"]["name"],
        "items": context["engagement"]["items"],
        "lead": context["engagement"]["lead"],
        "service_date": visit["service_date"] or (shanghai_day(started) if started else ""),
        "started_at": started,
        "ended_at": visit["ended_at"],
        "content": record["content"],
        "process": record["process"],
        "result": record["result"],
        "hazards": [hazard["label"] for hazard in hazards],
        "recorders": recorders(hazards),
    }


def recorders(hazards: list[dict[str, Any]]) -> list[str]:
    """Whose hazards these are: a name and the labels, in the order of their first."""
    found: dict[str, tuple[str, list[str]]] = {}
    for hazard in hazards:
        _, labels = found.setdefault(hazard["recorded_by"], (hazard["recorded_name"], []))
        labels.append(hazard["label"])
    return [f"{name} {'、'.join(labels)}" for name, labels in found.values()]


def is_slip(text: str, visit_id: str) -> bool:
    """The fields of table C.1, each of its kind: what is frozen must print for ever."""
    try:
        slip = json.loads(text)
        fields = FIELDS[slip["template"]]
    except (ValueError, TypeError, KeyError):
        return False
    if set(slip) != set(fields):
        return False
    if not all(isinstance(slip[name], kind) for name, kind in fields.items()):
        return False
    if not _dated(slip):
        return False
    lists = [one for name, kind in fields.items() if kind is list for one in slip[name]]
    return all(isinstance(one, str) for one in lists) and slip["visit_id"] == visit_id


def _dated(slip: dict[str, Any]) -> bool:
    """A day and two times, or empty: what cannot be read could not be printed."""
    try:
        for time in filter(None, (slip["started_at"], slip["ended_at"])):
            shanghai_day(time)
        day = slip["service_date"]
        return not day or date.fromisoformat(day).isoformat() == day
    except (ValueError, TypeError):
        return False


def slip_text(context: dict[str, Any]) -> str:
    """What was frozen by the consultant's signature, else what it would be now."""
    frozen = context["confirmation"]
    return str(frozen["slip"]) if frozen["id"] else compact(slip_of(context))


def code(slip_hash: str) -> str:
    """The first 65 bits of the hash in Crockford's base 32: what /verify/ takes."""
    bits = int(slip_hash, 16) >> (256 - 5 * CODE_LENGTH)
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in range(CODE_LENGTH - 1, -1, -1))
