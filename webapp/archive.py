"""What goes into the file of an enterprise: its folders, papers, pictures, records and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import render_template

from webapp import attachments, photos
from webapp.documents import archive_sheets
from webapp.documents.archive import Archive, Entry, Listed, safe
from webapp.documents.step_paper import Facts, step_pdf
from webapp.filters import clock, full_day
from webapp.languages import chinese
from webapp.standard import service_steps
from webapp.standard.hazards import shanghai_day

Row = dict[str, Any]
FOLDERS = {
    "initial_visit": "01 初访",
    "assessment": "02 项目评估",
    "contract": "03 合同",
    "upload": "03 合同",
    "visits": "04 现场服务",
    "board": "05 服务公示",
    "follow_up": "06 回访",
}


class Contents:
    """Walks through one enterprise's records. `slip`: a confirmation → its PDF; `by`: who takes
    it out, which every paper made for it says."""

    def __init__(
        self, file: Row, institution: str, folder: Path, day: str, by: str,
        slip: Callable[[Row], bytes], oversight: archive_sheets.Sheet,
    ) -> None:  # fmt: skip
        self.file, self.institution, self.folder = file, institution, folder
        self.day, self.by, self.slip, self.oversight = day, by, slip, oversight
        self.name: str = file["enterprise"]["name"]

    def entries(self) -> Iterator[Entry]:
        for engagement in self.file["engagements"]:
            yield from self.steps(engagement)
            yield from self.attached(engagement)
            yield from self.boards(engagement)
            for visit in engagement["visits"]:
                if visit["started_at"]:
                    yield from self.visit(engagement, visit)

    def place(self, step: str, engagement: Row, *names: str) -> str:
        return "/".join([FOLDERS[step], f"{engagement['head']['starts_on']} 起", *map(safe, names)])

    def paper(self, title: str, facts: Facts, parts: Facts) -> bytes:
        mark = f"{self.institution} · {self.by} {self.day} 导出"
        return step_pdf(title, self.name, mark, self.day, facts, parts)

    def steps(self, engagement: Row) -> Iterator[Entry]:
        papers: list[tuple[str, str, Row | None, Callable[[Row], tuple[Facts, Facts]]]] = [
            ("initial_visit", "初访记录", engagement["initial_visit"], initial_visit),
            ("assessment", "项目评估", engagement["assessment"], assessment),
            ("contract", "合同要点", engagement["contract"], contract_of(engagement["lines"])),
        ]
        for number, one in enumerate(engagement["follow_ups"], 1):
            papers.append(("follow_up", f"回访记录{number}", one, follow_up))
        for step, title, row, read in papers:
            if row:
                place = self.place(step, engagement, f"{title}.pdf")
                yield Entry(place, title, self.paper(title, *read(row)))

    def attached(self, engagement: Row) -> Iterator[Entry]:
        for step, rows in engagement["attachments"].items():
            for row in rows:
                name = Path(row["name"]).stem + attachments.SUFFIX[row["type"]]
                about = "附件（已作废）" if row["withdrawn_at"] else "附件"
                kept = attachments.path(self.folder, row["sha256"])
                yield entry(self.place(step, engagement, name), about, kept)

    def boards(self, engagement: Row) -> Iterator[Entry]:
        """Each board's photo as it hangs (5.4.1 d), or a line that there is none."""
        for board in engagement["boards"]:
            for one in board["photos"]:
                name = f"{board['code']} 悬挂照片 {one['taken_on']}-{one['id'][-6:]}.jpg"
                kept = photos.path(self.folder, one["sha256"])
                yield entry(self.place("board", engagement, name), "公示牌悬挂照片", kept)
            if not board["photos"] and not board["revoked_on"]:
                name = f"{board['code']} 悬挂照片.缺失.txt"
                words = "还没有添加这块公示牌的悬挂照片。\n".encode()
                place = self.place("board", engagement, name)
                yield Entry(place, "公示牌悬挂照片（缺失）", words)

    def visit(self, engagement: Row, visit: Row) -> Iterator[Entry]:
        name = f"第{visit['number']}次 {shanghai_day(visit['started_at'])}"
        found, record = visit["found"], visit["record_text"]
        title = "服务记录"
        facts = [("次", str(visit["number"])), ("人员", visit["people"] or ""),
                 ("陪同人员", visit["accompanied_by"]), ("服务项目", visit["serves"] or ""),
                 ("记录人", record["written_name"]), ("负责人审阅", visit["acknowledged_name"] or "")]  # fmt: skip
        parts = [
            ("内容", record["content"]),
            ("过程", record["process"]),
            ("结果", record["result"]),
        ]
        parts += [("隐患清单", "\n".join(hazard_line(one) for one in found))]
        place = self.place("visits", engagement, name, f"{title}.pdf")
        yield Entry(place, title, self.paper(title, facts, parts))
        if visit["confirmation"]["id"]:
            place = self.place("visits", engagement, name, "服务确认单.pdf")
            yield Entry(
                place, "服务确认单", self.slip(visit["confirmation"] | {"visit": visit["id"]})
            )
        for one in visit["other_slips"]:
            said = "服务确认单" if one["satisfaction"] else "服务确认单（企业未签字）"
            place = self.place("visits", engagement, name, f"{said} {one['code']}.pdf")
            yield Entry(place, said, self.slip(one | {"visit": visit["id"]}))
        pictures = [(one["label"], sha256) for one in found for sha256 in one["photos"]]
        pictures += [("纸质原件", sha256) for sha256 in visit["confirmation"]["ink_photos"]]
        for number, (label, sha256) in enumerate(pictures, 1):
            kept = photos.path(self.folder, sha256)
            place = self.place("visits", engagement, name, "照片", f"{label}-{number}.jpg")
            yield entry(place, f"照片 {label}", kept)

    def lists(self, listed: list[Listed], tables: dict[str, list[Row]]) -> Iterator[Entry]:
        """The index in both forms and the records themselves."""
        steps = [
            (engagement["head"]["starts_on"], step_name(step), step.clause, step_state(step.state),
             "；".join(lack(one) for one in step.lacks if step.state == "missing"))
            for engagement in self.file["engagements"]
            for step in service_steps.steps(engagement["facts"], self.day)
        ]  # fmt: skip
        page = said(
            "office/file/index.html", enterprise=self.file["enterprise"], day=self.day,
            institution=self.institution, by=self.by, steps=steps, listed=listed,
        )  # fmt: skip
        yield Entry("index.html", "目录", page.encode())
        sheets: list[archive_sheets.Sheet] = [
            ("目录", ("文件", "内容", "字节", "SHA-256"),
             [(one.name, one.about, one.size, one.sha256) for one in listed]),
            ("完整性", ("服务项目起始", "步骤", "条款", "状态", "缺少"), steps),
            self.oversight,
        ]  # fmt: skip
        yield Entry("index.xlsx", "目录", archive_sheets.workbook(sheets))
        yield Entry("records.db", "SQLite", archive_sheets.database(tables))


def stream(contents: Contents, tables: dict[str, list[Row]]) -> Iterator[bytes]:
    archive = Archive()
    for entry in contents.entries():
        yield from archive.add(entry)
    for entry in contents.lists(list(archive.listed), tables):
        yield from archive.add(entry)
    yield from archive.add(Entry("SHA256SUMS.txt", "", archive.sums()))
    yield archive.end()


def entry(place: str, about: str, kept: Path) -> Entry:
    """A picture still on a phone, or a file that was lost: its place says so."""
    if kept.exists():
        return Entry(place, about, kept)
    return Entry(f"{place}.缺失.txt", f"{about}（缺失）", "这个文件不在服务器上。\n".encode())


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
    facts = [("日期", row["assessed_on"]), ("参与人员", names(row["people"]))]
    parts = [("评估内容", row["content"]), ("判断准则", row["criteria"]), ("说明", row["remarks"])]
    return [*facts, ("结论", OUTCOMES[row["outcome"]]), written(row)], parts


def contract_of(lines: list[Row]) -> Callable[[Row], tuple[Facts, Facts]]:
    def contract(row: Row) -> tuple[Facts, Facts]:
        items = "\n".join(f"{one['item']}：{one['times']} {one['unit']}" for one in lines)
        term = f"{row['starts_on']} – {row['ends_on']}"
        facts = [("合同编号", row["number"]), ("签订日期", row["signed_on"]), ("服务期限", term),
                 ("服务费用", row["fee"]), ("系统上报", f"{row['uploaded_on']} {row['receipt_no']}".strip()),
                 written(row)]  # fmt: skip
        duties = ("双方责、权、利", row["rights_and_duties"])
        return facts, [("服务内容与频次", items), ("服务质量", row["quality"]), duties]

    return contract


def follow_up(row: Row) -> tuple[Facts, Facts]:
    facts = [("日期", row["followed_up_on"]), ("方式", WAYS[row["way"]]), ("回访人", row["person_name"]),
             ("受访人", f"{row['answered_by']} {row['answered_post']}"),
             ("评价", SATISFACTION[row["satisfaction"]])]  # fmt: skip
    return facts, [("了解到的情况", row["findings"]), ("意见和建议", row["comments"])]


def hazard_line(one: Row) -> str:
    gone = "（已作废）" if one["withdrawn_at"] else ""
    return f"{one['label']}{gone} {one['location']}：{one['description']} 建议：{one['suggestion']}"


def said(template: str, **given: Any) -> str:
    """In Chinese, whoever downloads it: the file is for both parties and the authorities."""
    with chinese():
        return render_template(template, **given)


def lack(code: str) -> str:
    return said("office/engagements/_lack.html", lack=code).strip()


def step_name(step: service_steps.Step) -> str:
    return said("office/engagements/_step_name.html", step=step).strip()


def step_state(state: str) -> str:
    return {"done": "已完成", "running": "进行中", "missing": "缺失", "later": "未到"}[state]
