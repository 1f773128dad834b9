"""Visits: listed, joined, at each step of the day."""

from __future__ import annotations

import copy
from typing import Any

from tests.samples.common import DAY, Context, box, common, person, signature
from tests.samples.hazards import hazards


def listed(name: str, number: int, planned: str, **more: Any) -> Context:
    return {
        "id": f"v{number}",
        "url": f"/visits/v{number}",
        "engagement_id": "e1",
        "number": number,
        "planned_on": planned,
        "enterprise": f"苏州{name}有限公司（演示）",
        "short_name": name,
        "address": "张家港市杨舍镇示范工业园 8 号",
        "lead": "王建国",
        "items": ["隐患排查与治理指导", "安全生产标准化创建指导"],
        "started_at": "",
        "ended_at": "",
        "consultant_signed_at": "",
        "enterprise_signed_at": "",
        "joined_at": "",
        "hazard_count": 0,
        "images": [],
        "delivery": "",
        **more,
    }


def today() -> Context:
    began, ended = "2026-11-23T01:10:00.000Z", "2026-11-23T03:40:00.000Z"
    return {
        **common(),
        "visits": [
            listed("示范化工", 3, "2026-11-20"),
            listed("示范金属", 1, DAY, started_at=began, hazard_count=3, delivery="waiting"),
            listed("示范仓储", 2, DAY),
            listed("示范纺织", 4, DAY, started_at=began, ended_at=ended, delivery="needs_you"),
            listed(
                "示范电子", 5, DAY, started_at=began, ended_at=ended, hazard_count=1,
                consultant_signed_at=ended, enterprise_signed_at=ended,
            ),
            listed("示范食品", 6, "2026-11-28"),
        ],
        "engagements": [
            {
                "id": f"e{n}", "url": f"/engagements/e{n}/visit", "enterprise": f"苏州{name}有限公司",
                "short_name": name, "next_number": n + 1, "open_visits": [],
            }
            for n, name in enumerate(["示范金属", "示范仓储", "示范化工"], 1)
        ],
        "dues": dues(),
    }  # fmt: skip


def dues() -> list[Context]:
    counted = {
        "major": ["示范金属 L3"], "visit_late": ["示范化工"], "visit_today": ["示范仓储"],
        "record": ["示范纺织"], "unsigned": ["示范纺织"],
        "behind": ["示范金属", "示范仓储", "示范化工"], "review": ["示范电子"],
    }  # fmt: skip
    kinds = ["safety_engineer", "safety_assessor", "fire_engineer", "engineer_title"]
    kinds += ["safety_officer", "special_operation", "special_equipment"]
    kinds += ["junior_safety_engineer", "special_operation"]
    states = ["due_90", "due_30", "due_7", "expired", "suspended", "unknown", "due_90"]
    states += ["review_missed", "not_begun"]
    common = {"link": "/office/reviews", "due": "", "kind": ""}
    return [
        {**common, "what": what, "state": "late", "n": len(names), "names": names, "more": more}
        for what, names in counted.items()
        for more in [len(names) > 2]
    ] + [
        {**common, "what": "credential", "kind": kind, "state": state, "due": DAY, "n": 1,
         "names": [], "more": False}
        for kind, state in zip(kinds, states, strict=True)
    ]  # fmt: skip


def plans() -> list[Context]:
    zones = [
        {"id": "z1", "name": "喷漆房", "level": "major", "points": box(0.52, 0.16, 0.69, 0.48)},
        {
            "id": "z2",
            "name": "冲压车间",
            "level": "considerable",
            "points": box(0.09, 0.16, 0.43, 0.48),
        },
        {"id": "z3", "name": "成品仓库", "level": "general", "points": box(0.33, 0.61, 0.43, 0.89)},
        {"id": "z4", "name": "办公楼", "level": "low", "points": box(0.52, 0.61, 0.68, 0.89)},
    ]
    return [
        {
            "id": "plan1", "name": "厂区", "kind": "plant", "url": "/plans/plan1/image",
            "width": 1600, "height": 1100, "zones": zones,
        },
        {
            "id": "plan2", "name": "冲压·机加工车间", "kind": "workshop", "url": "/plans/plan2/image",
            "width": 1600, "height": 1100, "zones": zones[1:2],
        },
    ]  # fmt: skip


RECORD = {
    "content": "隐患排查与治理指导：对冲压车间、喷漆房、机加工车间和成品仓库进行现场检查。",
    "process": "由企业安全总监陪同，按检查表逐区检查，\n现场告知疑似重大隐患1项，与车间负责人核对事实。",
    "result": "共登记隐患3项，其中疑似重大隐患1项，已当场告知并提出整改建议。",
    "written_at": "2026-11-23T03:48:00.000Z",
    "written_name": "李晓峰",
    "latest_operation": "r1",
    "versions": [],
    "delivery": "waiting",
}


def visit(step: str) -> Context:
    """`planned`, `started`, `ended`, `recorded`, `signed` (by us) or `confirmed` (by both)."""
    steps = ["planned", "started", "ended", "recorded", "signed", "confirmed"]
    done = steps.index(step)
    signatures = [
        signature("consultant", "李晓峰", "技术服务人员"),
        signature("enterprise", "赵敏", "安全总监"),
    ]
    blank = {**dict.fromkeys(RECORD, ""), "versions": []}
    return {
        **common(),
        "visit": {
            "id": "v1", "url": "/visits/v1", "engagement_id": "e1", "number": 2, "planned_on": DAY,
            "started_at": "2026-11-23T01:10:00.000Z" if done > 0 else "",
            "started_by": "p1" if done > 0 else "",
            "also_present": "王建国" if done > 0 else "",
            "accompanied_by": "赵敏（安全总监）" if done > 0 else "",
            "ended_at": "2026-11-23T03:40:00.000Z" if done > 1 else "",
            "service_date": "", "delivery": "waiting" if done > 0 else "",
            "code": "K7Q2M9X", "joined_at": "2026-11-23T01:10:00.000Z" if done > 0 else "",
            "joined_device": "d1" if done > 0 else "", "colleagues": [],
        },
        "enterprise": {
            "id": "n1", "name": "张家港示范金属制品有限公司（演示）", "short_name": "示范金属",
            "address": "张家港市杨舍镇示范工业园 8 号", "principal": "钱大成", "phone": "0512-00000008",
        },
        "engagement": {
            "id": "e1", "lead": "王建国",
            "items": ["安全生产标准化创建指导", "隐患排查与治理指导", "风险分级管控指导"],
            "people": [
                person("p1", "李晓峰", "L"), person("p2", "王建国", "W"), person("p3", "吴志强", "U", ""),
            ],
        },
        "signers": [{"name": "赵敏", "post": "安全总监"}],
        "plans": plans(),
        "hazards": hazards() if done > 0 else [],
        "earlier": [
            {
                "id": "o1", "label": "L5", "number": "", "location": "成品仓库 东门",
                "description": "安全出口外侧挂锁，门内1.2米处堆放托盘6个。", "severity": "general",
                "due_on": "2026-10-24", "visit_number": 1,
            },
            {
                "id": "o2", "label": "L6", "number": "", "location": "污水处理站 收集池",
                "description": "收集池未辨识为有限空间，无管理台账，现场无警示标志。",
                "severity": "suspected_major", "due_on": "2026-11-30", "visit_number": 1,
            },
        ],
        "record": dict(RECORD) if done > 2 else blank,
        "confirmation": {
            "id": "c1" if done > 3 else "", "slip": "", "hash": "", "code": "", "made_at": "",
            "satisfaction": "satisfied" if done > 4 else "",
            "comments": "检查细致，建议明确。" if done > 4 else "",
            "signatures": signatures[: max(0, done - 3)],
            "inked_at": "", "ink_signer": "", "ink_post": "", "ink_reason": "", "ink_photos": [], "delivery": "",
            "photos_missing": [], "missing_on": [],
        },
        "bases": [
            {"document": "《安全生产法》", "clause": "第三十六条", "words": "安全设备不得关闭、破坏"},
            {"document": "GB 5083-2023", "clause": "6.2.1", "words": "运动部件的防护"},
            {"document": "GB 9448-2025", "clause": "", "words": "焊接与切割：气瓶"},
        ],
        "categories": ["机械", "电气", "消防", "危化品", "粉尘", "有限空间", "特种设备", "作业行为", "其他"],
    }  # fmt: skip


def joining(**more: Any) -> Context:
    """The page of the code: nothing typed yet, unless `more` says so."""
    found = {"id": "", "code": "", "number": "", "planned_on": "", "started_name": ""}
    blank = {"chosen": "", "place": "", "typed": "", "found": found, "wrong": "", "going": []}
    return {**today(), **blank, **more}


GOING = {
    "id": "v1", "engagement_id": "e1", "code": "K7Q2M9X", "number": 2, "planned_on": DAY,
    "started_at": "2026-11-23T01:10:00.000Z", "started_name": "李晓峰", "short_name": "示范金属",
    "joined": 0,
}  # fmt: skip


JOINS: dict[str, Context] = {
    "blank": {"going": [GOING]},
    "wrong": {"chosen": "e1", "typed": "K7Q 2M9Y", "wrong": "bad_code"},
    "unknown": {"chosen": "e2", "typed": "K7Q2M9X", "wrong": "unknown_code"},
    "nowhere": {"engagements": []},
    "planned": {"chosen": "e1", "place": "苏州示范金属有限公司", "found": GOING},
    "begun": {
        "chosen": "e1",
        "place": "苏州示范金属有限公司",
        "found": {**GOING, "planned_on": "", "started_name": ""},
    },
}


def fellows() -> dict[str, Context]:
    """The visit as its starter sees it before and after a colleague came, and as he sees it."""
    waits, accompanied, seen, joined = (visit("started") for _ in range(4))
    accompanied["visit"]["colleagues"] = [{"id": "p2", "name": "王建国"}]
    waits["visit"]["delivery"] = ""
    seen["visit"] |= {"started_by": "p2", "joined_at": "", "joined_device": ""}
    joined["visit"] |= {"started_by": "", "started_at": "", "accompanied_by": ""}
    known = copy.deepcopy(joined)
    known["visit"] |= {"started_by": "p2", "started_at": "2026-11-23T01:05:00.000Z"}
    return {
        "waits": waits,
        "accompanied": accompanied,
        "seen": seen,
        "joined": joined,
        "known": known,
    }
