"""What each paper of an enterprise's file says. Papers are Chinese, whoever downloads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webapp.documents.step_paper import Facts
from webapp.filters import clock, full_day
from webapp.queries.leads import served_on

Row = dict[str, Any]
Read = Callable[[Row], tuple[Facts, Facts]]


def names(people: list[Row]) -> str:
    return "、".join(one["name"] for one in people)


def written(row: Row) -> tuple[str, str]:
    at = row["written_at"]
    return "记录人", f"{row['written_name']} {full_day(at)} {clock(at)}"


def initial_visit(row: Row) -> tuple[Facts, Facts]:
    facts = [("日期", row["visited_on"]), ("本机构人员", names(row["people"]))]
    return [*facts, ("企业方人员", row["met"]), written(row)], [("初访记录", row["record"])]


OUTCOMES = {
    "accepted": "承接",
    "accepted_after_supplement": "补充后承接",
    "declined": "不承接",
}
SATISFACTION = {"satisfied": "满意", "average": "一般", "poor": "差"}
WAYS = {"on_site": "上门", "telephone": "电话", "link": "企业在线填写"}


def assessment(row: Row) -> tuple[Facts, Facts]:
    facts = [("日期", row["assessed_on"]), ("项目负责人", row["lead_name"])]
    facts += [("参与人员", names(row["people"]))]
    parts = [("评估内容", row["content"]), ("判断准则", row["criteria"]), ("说明", row["remarks"])]
    return [*facts, ("结论", OUTCOMES[row["outcome"]]), written(row)], parts


def contract_of(lines: list[Row]) -> Read:
    def contract(row: Row) -> tuple[Facts, Facts]:
        items = "\n".join(f"{one['item']}：{one['times']} {one['unit']}" for one in lines)
        term = f"{row['starts_on']} – {row['ends_on']}"
        facts = [("合同编号", row["number"]), ("签订日期", row["signed_on"]), ("服务期限", term),
                 ("项目负责人", row["lead_name"]), ("服务费用", row["fee"]), ("系统上报", f"{row['uploaded_on']} {row['receipt_no']}".strip()),
                 written(row)]  # fmt: skip
        duties = ("双方责、权、利", row["rights_and_duties"])
        return facts, [("服务内容与频次", items), ("服务质量", row["quality"]), duties]

    return contract


def follow_up(row: Row) -> tuple[Facts, Facts]:
    gone = [("已作废", row["withdrawn_reason"])] if row["withdrawn_at"] else []
    facts = [*gone, ("日期", row["followed_up_on"]), ("方式", WAYS[row["way"]]), ("回访人", row["person_name"]),
             ("受访人", f"{row['answered_by']} {row['answered_post']}"),
             ("评价", SATISFACTION[row["satisfaction"]])]  # fmt: skip
    return facts, [("了解到的情况", row["findings"]), ("意见和建议", row["comments"])]


def visit(row: Row) -> tuple[Facts, Facts]:
    """One that took place; `people` are those who came."""
    record = row["record_text"]
    facts = [("次", str(row["number"])), ("服务日期", full_day(served_on(row))),
             ("起止时间", f"{clock(row['started_at'])} – {clock(row['ended_at'] or '')}"),
             ("服务人员", row["people"] or ""), ("同行人员", row["also_present"]),
             ("陪同人员", row["accompanied_by"]), ("服务项目", row["serves"] or ""),
             ("记录人", record["written_name"]), ("负责人审阅", row["acknowledged_name"] or "")]  # fmt: skip
    parts = [("内容", record["content"]), ("过程", record["process"]), ("结果", record["result"])]
    return facts, [*parts, ("隐患清单", "\n".join(hazard(one) for one in row["found"]))]


SEVERITIES = {"general": "一般隐患", "suspected_major": "疑似重大隐患"}


def hazard(one: Row) -> str:
    gone = "（已作废）" if one["withdrawn_at"] else ""
    basis = " ".join(filter(None, (one["basis_document"], one["basis_clause"])))
    said = [
        f"{one['label']}{gone} {one['number']} {SEVERITIES[one['severity']]}",
        f"{one['location']}：{one['description']}",
        f"依据：{basis}" if basis else "",
        f"建议：{one['suggestion']}" if one["suggestion"] else "",
        "立即整改" if one["deadline"] == "now" else f"整改期限：{full_day(one['due_on'])}",
    ]
    return "；".join(filter(None, said))
