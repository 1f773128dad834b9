"""The slip, and what waits."""

from __future__ import annotations

import json
from typing import Any

from tests.samples.common import DAY, SHA, Context, signature
from tests.samples.visits import visit


def slip_extras(context: Context) -> Context:
    found = context["visit"]
    slip = {
        "template": "C.1/2", "visit_id": "v1", "number": found["number"],
        "enterprise": context["enterprise"]["name"], "institution": context["institution"]["name"],
        "items": context["engagement"]["items"], "lead": context["engagement"]["lead"],
        "service_date": DAY, "started_at": found["started_at"], "ended_at": found["ended_at"],
        **{name: context["record"][name] for name in ("content", "process", "result")},
        "hazards": ["L1", "L2", "L3", "W1"], "recorders": ["李晓峰 L1、L2、L3", "王建国 W1"],
    }  # fmt: skip
    signed = {one["signer_id"] for one in context["confirmation"]["signatures"]}
    return {
        "slip": slip,
        "slip_text": json.dumps(slip, ensure_ascii=False),
        "slip_hash": "d4" * 32,
        "slip_code": "7KQ2M9XWTB4RZ",
        "unsigned": [one for one in context["engagement"]["people"] if one["id"] not in signed],
        "record_ready": bool(context["record"]["content"]),
        "previous": "c3" * 32,
        "form": {
            "signer_name": "",
            "signer_post": "",
            "satisfaction": "average",
            "comments": "好",
            "photos": [SHA],
        },
    }


def outbox() -> list[Context]:
    def item(number: int, kind: str, state: str, code: str = "", **more: Any) -> Context:
        return {
            "id": f"o{number}", "kind": kind, "label": "", "place": "", "party": "", "state": state,
            "photos_total": 0, "photos_sent": 0, "made_at": "2026-11-23T01:32:00.000Z",
            "url": "/visits/v1", "reason": {"code": code, "params": {}}, "only_lost": False, **more,
        }  # fmt: skip

    return [
        item(1, "confirmation.sign", "waiting", party="enterprise"),
        item(2, "confirmation.sign", "waiting", party="consultant"),
        item(3, "record.write", "held_update", "unknown_kind"),
        item(
            4,
            "hazard.record",
            "sending",
            label="L2",
            place="冲压区 3#冲床",
            photos_total=5,
            photos_sent=3,
        ),
        item(5, "hazard.edit", "needs_you", "edited_meanwhile", label="L1", place="机加工区 台钻"),
        item(9, "hazard.edit", "settled", "edited_meanwhile", label="L3", place="喷漆房 调漆间"),
        item(10, "hazard.record", "needs_you", "same_id", label="L4", place="成品仓库"),
        item(12, "hazard.record", "needs_you", "photo_lost", label="L5", only_lost=True),
        item(6, "hazard.withdraw", "needs_you", "unknown_hazard", label="L9"),
        item(7, "visit.end", "held_other", "other_person"),
        item(8, "visit.start", "delivered"),
        item(9, "visit.join", "waiting"),
        item(10, "confirmation.sign", "waiting", party="colleague"),
        item(11, "visit.end", "set_aside"),
    ]


def countersigned() -> Context:
    """Both consultants signed on one phone, then a deputy of the enterprise; a PIN is in doubt."""
    context = visit("confirmed")
    colleague = signature(
        "colleague", "王建国", "技术服务人员", signer_id="p2", doubt="pin_not_matching"
    )
    gone = signature(
        "colleague", "吴志强", "", signer_id="p3", doubt="signer_not_tied", delivery=""
    )
    first, last = context["confirmation"]["signatures"]
    context["confirmation"]["signatures"] = [
        first, colleague, gone, {**last, "reason": "deputy"},
    ]  # fmt: skip
    return context
