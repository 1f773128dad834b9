"""Hazards, and what another wrote of one."""

from __future__ import annotations

from typing import Any

from tests.samples.common import DAY, MORE, ODD, SHA, Context, away


def hazard(nth: int, **more: Any) -> Context:
    return {
        "id": f"h{nth}",
        "url": f"/visits/v1/hazards/h{nth}",
        "label": f"L{nth}",
        "number": "",
        "location": "机加工区 台钻",
        "plan_id": "plan1",
        "pin_x": 0.16,
        "pin_y": 0.375,
        "description": "台钻皮带传动部位未设防护罩，操作时可触及。",
        "category": "机械",
        "severity": "general",
        "basis_document": "GB 5083-2023",
        "basis_clause": "6.2.1",
        "suggestion": "停用台钻，加装固定式防护罩，纳入设备点检。",
        "deadline": "7",
        "due_on": "2026-11-30",
        "no_photo_reason": "",
        "recorded_by": "p1",
        "recorded_name": "李晓峰",
        "recorded_at": "2026-11-23T01:32:00.000Z",
        "withdrawn_at": "",
        "withdrawn_reason": "",
        "photos": [SHA, SHA[::-1]],
        "photos_missing": [],
        "missing_on": [],
        "latest_operation": f"h{nth}",
        "latest_name": "李晓峰",
        "latest_at": "2026-11-23T06:02:00.000Z",
        "versions": [],
        "delivery": "waiting",
        **more,
    }


def version(kind: str, said: Context, **more: Any) -> Context:
    """What Wang wrote of the same thing, before Li's reached the server."""
    owner = "record" if kind == "record.write" else "hazards/h2"
    return {
        **{name: said[name] for name in said if not name.startswith(("latest", "written"))},
        "id": f"v-{kind}", "kind": kind, "url": f"/visits/v1/{owner}/versions/v-{kind}",
        "made_by": "p2", "made_name": "王建国", "made_at": "2026-11-23T05:50:00.000Z",
        "photos": [], **more,
    }  # fmt: skip


def edited() -> Context:
    found = hazard(2, description=ODD, location="冲压区 3#冲床")
    other = "光电保护装置的接线被短接，\n遮挡光幕时滑块照样下行。"
    more = {
        "severity": "suspected_major",
        "deadline": "now",
        "category": "",
        "pin_x": 0.2,
        "basis_clause": "6.2.2",
    }
    away = {
        "name": "王建国",
        "last_heard": "2026-11-23T05:55:00.000Z",
        "lost": False,
        "photos": ["ef" * 32],
    }
    photos = {
        "photos": [SHA, "cd" * 32, "ef" * 32], "photos_missing": ["ef" * 32], "missing_on": [away],
    }  # fmt: skip
    return version("hazard.edit", {**found, **more}, description=other, **photos)


def hazards() -> list[Context]:
    major = {
        "severity": "suspected_major",
        "deadline": "now",
        "due_on": DAY,
        "location": "喷漆房 调漆间",
    }
    return [
        hazard(1),
        hazard(2, description=ODD, location="冲压区 3#冲床", delivery="", number="2026-0012", versions=[edited()]),
        hazard(
            3, **major, no_photo_reason="explosive", photos=[], delivery="needs_you", pin_x=0.6, pin_y=0.3,
            description="使用油性漆的调漆间未设置固定式可燃气体浓度监测报警装置，排风机停用。", category="危化品",
        ),
        hazard(
            4, withdrawn_at="2026-11-23T02:00:00.000Z", withdrawn_reason="与L1重复", delivery="",
            plan_id="", pin_x=None, pin_y=None,
        ),
        hazard(
            5, label="W1", recorded_by="p2", recorded_name="王建国", delivery="", number="2026-0013",
            photos=[SHA[::-1], SHA, MORE], **away([SHA[::-1]], [MORE]),
        ),
    ]  # fmt: skip


EMPTY_FORM = {
    **dict.fromkeys(hazard(1), ""), "severity": "general", "deadline": "7", "photos": [],
    "label": "L5", "pin_x": None, "pin_y": None,
}  # fmt: skip
