"""Contexts of field pages as the server and the phone make them: full, with every list empty, blank."""

from __future__ import annotations

import copy
import json
from typing import Any

from webapp import views

Context = dict[str, Any]

DAY = "2026-11-23"
ODD = "3#冲床 <b>\"光幕\"</b> & 'A\\B' `x`，遮挡时滑块不停止。"
SHA = "ab" * 32
MORE = "cd" * 32
WAVES = [[[60 + 20 * n, 200 + (n * 37 % 120) - 60, 16 * n] for n in range(40)], [[700, 120, 900]]]


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def local(**more: Any) -> Context:
    return {
        "day": DAY,
        "now": "2026-11-23T01:10:00.000Z",
        "new_id": "019abc00-0000-7000-8000-00000000000f",
        "assets": {
            "app_css": "/app.css",
            "app_js": "/app.js",
            "rescue_js": "/rescue.js",
            "icon_192_png": "/icon.png",
        },
        "worker": True,
        "offline": False,
        "waiting": 2,
        "needs_you": 0,
        "sign_in_needed": False,
        "outbox": [],
        "ready": {"v1": True},
        "handover": "",
        "person_id": "p1",
        "language": "zh",
        **more,
    }


def common() -> Context:
    return {
        "takan": "sync/1",
        "server_seq": 12,
        "person": {"id": "p1", "name": "李晓峰", "letter": "L", "role": "consultant"},
        "pin": {"salt": "00ff", "hash": "a1b2"},
        "institution": {"name": "苏州踏勘安全技术服务有限公司（演示）"},
        "reason": "",
    }


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
    }  # fmt: skip


def person(person_id: str, name: str, letter: str, salt: str = "00ff") -> Context:
    pin = {"pin_salt": salt, "pin_check": "a1" if salt else ""}
    return {"id": person_id, "name": name, "letter": letter, **pin}


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


def away(*phones: list[str]) -> Context:
    """Photos that a colleague's phones still have, or no longer have."""
    names = ("王建国", "周海燕")
    on = [
        {"name": name, "last_heard": "2026-11-23T06:02:00.000Z", "lost": nth > 0, "photos": photos}
        for nth, (name, photos) in enumerate(zip(names, phones, strict=False))
    ]
    return {"photos_missing": [sha for photos in phones for sha in photos], "missing_on": on}


def signature(party: str, name: str, post: str, **more: Any) -> Context:
    return {
        "id": f"s-{party}", "party": party, "signer_id": "" if party == "enterprise" else "p1",
        "doubt": "", "signer_name": name, "signer_post": post,
        "strokes": WAVES, "signed": "{}", "hash": "c3" * 32, "previous": "",
        "made_at": "2026-11-23T03:52:00.000Z", "delivery": "waiting", **more,
    }  # fmt: skip


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
            "inked_at": "", "ink_signer": "", "ink_post": "", "ink_photos": [], "delivery": "",
            "photos_missing": [], "missing_on": [],
        },
        "bases": [
            {"document": "《安全生产法》", "clause": "第三十六条", "words": "安全设备不得关闭、破坏"},
            {"document": "GB 5083-2023", "clause": "6.2.1", "words": "运动部件的防护"},
            {"document": "GB 9448-2025", "clause": "", "words": "焊接与切割：气瓶"},
        ],
        "categories": ["机械", "电气", "消防", "危化品", "粉尘", "有限空间", "特种设备", "作业行为", "其他"],
    }  # fmt: skip


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
            "url": "/visits/v1", "reason": {"code": code, "params": {}}, **more,
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
        item(6, "hazard.withdraw", "needs_you", "unknown_hazard", label="L9"),
        item(7, "visit.end", "held_other", "other_person"),
        item(8, "visit.start", "delivered"),
        item(9, "visit.join", "waiting"),
        item(10, "confirmation.sign", "waiting", party="colleague"),
        item(11, "visit.end", "set_aside"),
    ]


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


def countersigned() -> Context:
    """Both consultants signed on one phone, then the enterprise; a PIN is in doubt."""
    context = visit("confirmed")
    colleague = signature(
        "colleague", "王建国", "技术服务人员", signer_id="p2", doubt="pin_not_matching"
    )
    gone = signature(
        "colleague", "吴志强", "", signer_id="p3", doubt="signer_not_tied", delivery=""
    )
    first, last = context["confirmation"]["signatures"]
    context["confirmation"]["signatures"] = [first, colleague, gone, last]
    return context


def hazard_form(context: Context, number: int) -> Context:
    found = context["hazards"][number]
    return {**context, "hazard": found, "form": found}


def laid(found: Context, owner: Context) -> Context:
    """As the page's view gives it."""
    return views.compared(owner, found) if found["id"] else found


def beside(number: int, found: Context, **more: Any) -> Context:
    """A hazard's page of 两处修改: `found` stands beside the hazard of this number."""
    given = hazard_form(visit("started"), number)
    given["hazard"] = given["form"] = {**given["hazard"], **more}
    shown = laid(found, given["hazard"])
    return {**given, "version": shown, "params": {"operation": found["id"]}}


def beside_record() -> Context:
    given = visit("recorded")
    other = {
        "result": "共登记隐患4项，均已当场告知。",
        "process": RECORD["process"] + "\n补查成品仓库。",
    }
    found = version("record.write", {**RECORD, **other})
    given["record"] |= {"versions": [found]}
    return {**given, "version": laid(found, given["record"]), "params": {"operation": found["id"]}}


NO_VERSION = {"id": "", "kind": ""}
WITHDRAWN = {"withdrawn_at": "2026-11-23T06:00:00.000Z", "withdrawn_reason": "与L1重复"}
EMPTY_FORM = {
    **dict.fromkeys(hazard(1), ""), "severity": "general", "deadline": "7", "photos": [],
    "label": "L5", "pin_x": None, "pin_y": None,
}  # fmt: skip


def pages() -> list[tuple[str, str, Context]]:
    """(name, template, context) of every page in every state worth a look."""
    started, signed, confirmed = visit("started"), visit("signed"), visit("confirmed")
    walk_in = visit("planned")
    walk_in["visit"] |= {"id": "", "url": "", "planned_on": "", "number": 3}
    inked = visit("recorded")
    paper = {
        "ink_signer": "赵敏",
        "ink_post": "安全总监",
        "ink_photos": [SHA, MORE],
        "delivery": "waiting",
        **away([MORE]),
    }
    on_paper = {"id": "c1", "satisfaction": "poor", "inked_at": "2026-11-23T03:52:00.000Z", **paper}
    inked["confirmation"] |= on_paper
    walk_in |= {"new_visit": "v9", "new_code": "K7Q2M9X"}
    unheard = version("unheard", {})
    withdraws = version("hazard.withdraw", {"withdrawn_reason": "与L1重复"})
    new = {**started, "next_label": "L5", "form": EMPTY_FORM}
    refused = {**hazard_form(started, 0), "next_label": "L5", "reason": "photo_or_reason"}
    typed = {"content": ODD, "process": "", "result": "改过"}
    given: list[tuple[str, str, Context, Context]] = [
        ("today", "today", today(), {}),
        ("today-quiet", "today", {**today(), "visits": []}, {"waiting": 0, "worker": False}),
        ("another", "another", today(), {}),
        ("walk-in", "walk_in", walk_in, {"waiting": 0}),
        *((f"join-{name}", "join", joining(**more), {}) for name, more in JOINS.items()),
        *((f"visit-{name}", "visit", context, {}) for name, context in fellows().items()),
        ("record-joined", "record", fellows()["joined"], {}),
        ("slip-joined", "slip", fellows()["joined"], {}),
        *((f"visit-{step}", "visit", visit(step), {}) for step in
          ("planned", "started", "ended", "recorded", "signed", "confirmed")),
        ("hazard-new", "hazards/new", new, {"offline": True}),
        ("hazard-refused", "hazards/new", refused, {"worker": False}),
        ("hazard-edit", "hazards/edit", hazard_form(started, 1), {}),
        *((f"hazard-{n}", "hazards/show", hazard_form(started, n - 1), {}) for n in range(1, 6)),
        ("hazard-edit-away", "hazards/edit", hazard_form(started, 4), {}),
        ("version", "versions/hazard", beside(1, edited()), {}),
        ("version-withdrawn", "versions/hazard", beside(1, edited(), **WITHDRAWN), {}),
        ("version-withdraws", "versions/hazard", beside(1, withdraws), {}),
        ("version-unheard", "versions/hazard", beside(1, unheard), {"offline": True}),
        ("version-record-unheard", "versions/record", {**beside_record(), "version": unheard}, {}),
        ("version-done", "versions/hazard", beside(1, NO_VERSION), {}),
        ("version-record", "versions/record", beside_record(), {}),
        ("version-record-done", "versions/record", {**beside_record(), "version": NO_VERSION}, {}),
        ("merge", "hazards/edit", beside(1, edited()), {}),
        ("merge-withdrawn", "hazards/edit", beside(1, edited(), **WITHDRAWN), {}),
        ("merge-done", "hazards/edit", beside(1, NO_VERSION), {}),
        ("merge-record", "record", beside_record(), {}),
        ("record-beside", "record", {**beside_record(), "version": "", "params": {}}, {}),
        ("visit-beside", "visit", {**beside_record(), "version": ""}, {}),
        ("slip-beside", "slip", {**beside_record(), "version": ""}, {}),
        ("map", "map", started, {}),
        ("record", "record", started, {}),
        ("record-typed", "record", {**visit("signed"), "typed": typed, "reason": "empty_field"}, {}),
        *((f"slip-{step}", "slip", visit(step), {}) for step in
          ("ended", "recorded", "signed", "confirmed")),
        ("slip-handed", "slip", confirmed, {"handover": "/visits/v1/slip/sign/enterprise"}),
        ("slip-inked", "slip", inked, {}),
        ("visit-inked", "visit", inked, {}),
        ("ink-early", "ink", visit("ended"), {}),
        ("ink", "ink", {**visit("recorded"), "reason": "ink_photo_needed"}, {}),
        ("ink-done", "ink", inked, {}),
        ("sign-consultant", "sign", visit("recorded"), {}),
        ("sign-enterprise", "sign", signed, {"handover": "/visits/v1/slip/sign/enterprise"}),
        ("sign-done", "sign", confirmed, {}),
        ("sign-colleague", "sign", signed, {}),
        ("sign-colleague-early", "sign", visit("recorded"), {}),
        ("sign-colleague-done", "sign", confirmed, {}),
        ("slip-two", "slip", countersigned(), {}),
        ("slip-old", "slip", {**confirmed, "old": True}, {}),
        ("visit-two", "visit", countersigned(), {}),
        ("outbox", "outbox", today(), {"outbox": outbox(), "needs_you": 4, "sign_in_needed": True}),
        ("outbox-quiet", "outbox", today(), {"waiting": 0, "offline": True}),
        ("ready", "ready", today(), {"language": "en"}),
        ("missing", "missing", {"reason": ""}, {"offline": True}),
    ]  # fmt: skip
    return [
        (name, f"field/{page}.html", whole(name, page, context, more))
        for name, page, context, more in given
    ]


def whole(name: str, page: str, context: Context, more: Context) -> Context:
    extras = slip_extras(context) if page in ("slip", "sign", "ink") else {}
    if context.pop("old", False):
        extras["slip"] = {**extras["slip"], "template": "C.1/1"}
        del extras["slip"]["recorders"]
    parties = [one for one in ("consultant", "colleague") if f"sign-{one}" in name]
    party = parties[0] if parties else "enterprise"
    params = {"party": party, **context.get("params", {})}
    found = {**context, **extras, "page": f"field/{page}.html", "params": params}
    return copy.deepcopy({**found, "local": local(**more)})


def emptied(value: Any) -> Any:
    """Every list empty."""
    if isinstance(value, dict):
        return {name: emptied(inner) for name, inner in value.items()}
    return [] if isinstance(value, list) else value


def blank(value: Any, keep: tuple[str, ...] = ("page", "params", "local")) -> Any:
    """Every text empty."""
    if isinstance(value, dict):
        return {name: inner if name in keep else blank(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [blank(inner) for inner in value]
    return "" if isinstance(value, str) else value
