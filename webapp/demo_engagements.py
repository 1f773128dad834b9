"""How the demo's engagements came about, what they promise, and one that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp import attachments as files
from webapp import demo_pictures, demo_signing
from webapp.domain import (
    acknowledgements,
    attachments,
    contracts,
    first_steps,
    follow_ups,
    planned_visits,
    visits,
)
from webapp.ids import new_id
from webapp.queries import service_steps

if TYPE_CHECKING:
    from webapp.demo import Demo

# Days from today on which each engagement's term begins; the contract is signed two days before.
TERMS = {"metal": -40, "store": -6, "chemical": -25}
QUALITY = "按合同频次到场，记录真实完整；隐患当场告知，三个工作日内提交书面整改建议。"
DUTIES = "机构：如实记录、保守秘密；企业：如实提供资料、派员陪同、按期整改。双方认可手写电子签名。"
STORIES: dict[str, dict[str, Any]] = {
    "metal": {
        "met": "钱大成（总经理）、赵敏（安全总监）",
        "record": "现场走访冲压、喷漆、打磨、机加工四个区域。企业拟创建三级标准化，现有风险辨识为2023年版。",
        "content": "机械（金属制品）行业，86人；涉喷漆（油性漆）、打磨粉尘、有限空间；无重大危险源。",
        "criteria": "人员能力覆盖全部服务项目；无利益冲突；每月一次可保证；方可承接。",
        "assessed": -50, "fee": "68,000 元/年", "uploaded": -38, "duties": DUTIES,
        "outcome": "accepted",
    },
    "store": {
        "met": "顾仓平（总经理）",
        "record": "两座丙类仓库，委外装卸较多，夜间作业。关注消防通道与叉车。",
        "content": "仓储行业，32人；丙类仓库两座；委外装卸队一支。",
        "criteria": "具备注册消防工程师；可保证隔月一次；方可承接。",
        "assessed": -15, "fee": "30,000 元/年", "uploaded": None, "duties": DUTIES,
        "outcome": "accepted",
    },
    "chemical": {
        "met": "陆化安（总经理）",
        "record": "储罐区与生产装置各一处，配合重大危险源辨识。企业要求尽快开始。",
        "content": "化工，54人；涉重点监管危险化学品，需辨识重大危险源。",
        "criteria": "补充一名化工专业人员后承接。",
        "assessed": -20, "fee": "96,000 元/年", "uploaded": None, "duties": "",
        "outcome": "accepted_after_supplement",
    },
}  # fmt: skip


def tell(demo: Demo, engagement: str, key: str) -> None:
    """Initial visit, assessment, contract with its lines' days, and what the plan went through."""
    story, begins, by = STORIES[key], TERMS[key], demo.people["王建国"]
    people = [by, demo.people["李晓峰"]]
    first = {"visited_on": demo.day(begins - 15), "met": story["met"], "record": story["record"]}
    at, day = demo.time(begins - 15, 16, 10), demo.day(0)
    first_steps.write_initial_visit(demo.db, engagement, first, people, by, day, at)
    judged = {name: story[name] for name in ("content", "criteria", "outcome")}
    judged |= {"assessed_on": demo.day(story["assessed"]), "lead_id": by}
    at = demo.time(story["assessed"], 10, 0)
    first_steps.write_assessment(demo.db, engagement, judged, people, by, day, at)
    sign_contract(demo, engagement, begins, 300, story["fee"], story["duties"])
    if story["uploaded"]:
        upload(demo, engagement, story["uploaded"])
    plan(demo, engagement, key)


def sign_contract(
    demo: Demo, engagement: str, begins: int, ends: int, fee: str, duties: str
) -> None:
    by, at = demo.people["陈静"], demo.time(begins - 2, 15, 0)
    form = {
        "number": f"TK-{demo.day(begins - 2)[:4]}-{-begins:03}", "signed_on": demo.day(begins - 2),
        "lead_id": demo.people["王建国"], "starts_on": demo.day(begins), "ends_on": demo.day(ends),
        "quality": QUALITY, "rights_and_duties": duties, "fee": fee,
    }  # fmt: skip
    lines = [
        {
            "id": line["id"], "item": line["item"], "times": str(line["times"]),
            "unit": line["unit"], "standardization": "yes" if line["standardization"] else "",
        }
        for line in service_steps.lines(demo.db, engagement)
    ]  # fmt: skip
    contracts.write(demo.db, engagement, form, lines, by, demo.day(0), at)


def upload(demo: Demo, engagement: str, day: int) -> None:
    by, at = demo.people["陈静"], demo.time(day, 9, 30)
    form = {"uploaded_on": demo.day(day), "receipt_no": f"演示-{demo.day(day).replace('-', '')}-01"}
    contracts.receive(demo.db, engagement, form, by, demo.day(0), at)
    for step, name in (("contract", "合同扫描件"), ("upload", "系统上报截图")):
        kept = files.store(demo.folder, demo_pictures.sketch(name, "#6b6258"))
        attachments.add(demo.db, engagement, step, f"{name}.jpg", kept, by, at)


def plan(demo: Demo, engagement: str, key: str) -> None:
    """Each line's days; the visits of the demo serve the lines that are due on their day."""
    spread = {
        "metal": [[-30, 0, 30, 120, 240], [*range(-30, 300, 30), 299], [0, 180]],
        "store": [[5, 40, 100, 160, 220, 280], [40, 220]],
        "chemical": [[*range(-3, 290, 25)], [20]],
    }[key]
    for line, days in zip(service_steps.lines(demo.db, engagement), spread, strict=True):
        for day in days:
            values = {"line": line["id"], "day": demo.day(day)}
            demo.db.execute("insert into due_days (line_id, due_on) values (:line, :day)", values)
    demo.db.execute(
        "insert into visit_lines (visit_id, line_id) select v.id, l.id from visits as v"
        " join service_lines as l on l.engagement_id = v.engagement_id"
        " join due_days as d on d.line_id = l.id and d.due_on = v.planned_on"
        " where v.engagement_id = :id",
        {"id": engagement},
    )
    if key == "store":
        changed(demo, engagement)
    if key == "chemical":
        called_off(demo, engagement)


def changed(demo: Demo, engagement: str) -> None:
    sql = "select id from visits where engagement_id = :id and number = 2"
    visit = next(iter(demo.db.query(sql, {"id": engagement})))["id"]
    form = {"planned_on": demo.day(42), "reason": "企业当天盘点，改到两天后"}
    planned_visits.move(demo.db, visit, form, demo.people["王建国"], demo.time(-1, 17, 0))


def called_off(demo: Demo, engagement: str) -> None:
    by, at = demo.people["王建国"], demo.time(-2, 11, 0)
    people = [by, demo.people["徐静怡"]]
    form = {"planned_on": demo.day(6), "reason": "装置停车检修，企业书面申请顺延"}
    visit = planned_visits.add(demo.db, engagement, form, people, [], by, at)
    planned_visits.cancel(demo.db, visit, form, by, at)


def make_ended(demo: Demo, enterprise: str) -> None:
    """Last year's engagement: one visit, a follow-up by telephone and one by the link."""
    by = demo.people["王建国"]
    engagement = demo.add(
        "engagements", enterprise_id=enterprise, lead_id=by, starts_on=demo.day(-400),
        ends_on=demo.day(-300), ended_on=demo.day(-300), frequency="一次",
    )  # fmt: skip
    for name in ("王建国", "李晓峰"):
        row = {"e": engagement, "p": demo.people[name]}
        sql = "insert into engagement_people (engagement_id, person_id) values (:e, :p)"
        demo.db.execute(sql, row)
    line = demo.add(
        "service_lines", engagement_id=engagement, position=0, item="消防安全专项检查", times=1
    )
    sign_contract(demo, engagement, -400, -300, "8,000 元", DUTIES)
    visit = new_id()
    day = -392
    visits.plan(demo.db, visit, engagement, 1, demo.day(day), [by, demo.people["李晓峰"]])
    for table, column, value in (
        ("due_days", "due_on", demo.day(day)),
        ("visit_lines", "visit_id", visit),
    ):
        sql = f"insert into {table} (line_id, {column}) values (:line, :value)"
        demo.db.execute(sql, {"line": line, "value": value})
    serve(demo, visit, engagement, day)
    follow_up(demo, engagement, by)


def serve(demo: Demo, visit: str, engagement: str, day: int) -> None:
    present = {"also_present": "王建国", "accompanied_by": "顾仓平（总经理）"}
    start = {"visit_id": visit, "engagement_id": engagement, "number": 1, "place": None, **present}
    demo.operation("visit.start", "李晓峰", demo.time(day, 9, 0), {**start, "service_date": ""})
    demo.operation("visit.end", "李晓峰", demo.time(day, 11, 0), {"visit_id": visit, **present})
    texts = {
        "content": "消防安全专项检查：两座丙类仓库的疏散通道、消火栓、灭火器、电气线路。",
        "process": "由总经理陪同逐库检查，现场测试消火栓压力两处、应急照明六处。",
        "result": "未发现疑似重大隐患；通道与照明符合要求，口头建议补划库内通道线。",
    }
    demo.operation("record.write", "李晓峰", demo.time(day, 11, 20), {"visit_id": visit, **texts})
    signer = ("顾仓平", "总经理")
    demo_signing.sign_both(demo, visit, day, signer, "希望增加夜间检查。", "average")
    seen = {row["visit_id"]: row["latest_operation"] for row in demo.db.query(
        "select visit_id, latest_operation from service_records where visit_id = :id", {"id": visit}
    )}  # fmt: skip
    at = demo.time(day + 1, 9, 0)
    acknowledgements.acknowledge(demo.db, seen, {}, demo.people["王建国"], at)


def follow_up(demo: Demo, engagement: str, by: str) -> None:
    told = {
        "answered_by": "顾仓平", "answered_post": "总经理", "satisfaction": "average",
        "findings": "通道线已补划；希望检查能安排在夜班装卸时段。", "comments": "",
        "followed_up_on": demo.day(-290), "way": "telephone",
    }  # fmt: skip
    at, day = demo.time(-290, 14, 0), demo.day(-290)
    follow_ups.write(demo.db, engagement, told, by, day, at)
    token = follow_ups.new_link(demo.db, engagement, by, day, at)
    told |= {"satisfaction": "satisfied", "findings": "顾问按约定到场，问题讲得清楚。"}
    follow_ups.answer(demo.db, token, told, demo.day(-285), demo.time(-285, 9, 0))
