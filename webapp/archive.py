"""What goes into the file of an enterprise: its folders, papers, pictures, records and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import render_template

from webapp import archive_papers as papers
from webapp import attachments, photos
from webapp.documents import archive_sheets
from webapp.documents.archive import Archive, Entry, Listed, safe
from webapp.documents.step_paper import Facts, step_pdf
from webapp.languages import chinese
from webapp.queries.archives import Table
from webapp.queries.leads import served_on
from webapp.standard import service_steps

Row = dict[str, Any]
FOLDERS = {
    "initial_visit": "01 初访",
    "assessment": "02 项目评估",
    "contract": "03 合同",
    "upload": "03 合同",
    "visits": "04 现场服务",
    "board": "05 服务公示",
    "follow_up": "06 回访",
    "plans": "07 平面图",
}


class Contents:
    """Walks through one enterprise's records. `slip`, `board`: a confirmation, a board → its PDF;
    `mark`: who takes it out and when, which every paper made for it says."""

    def __init__(
        self, file: Row, folder: Path, day: str, mark: str, slip: Callable[[Row], bytes],
        board: Callable[[Row], bytes], oversight: archive_sheets.Sheet,
    ) -> None:  # fmt: skip
        self.file, self.folder, self.day, self.mark = file, folder, day, mark
        self.slip, self.board, self.oversight = slip, board, oversight
        self.folders = folders_of(file["engagements"])
        self.name: str = file["enterprise"]["name"]

    def entries(self) -> Iterator[Entry]:
        for engagement in self.file["engagements"]:
            yield from self.steps(engagement)
            yield from self.attached(engagement)
            yield from self.boards(engagement)
            for visit in engagement["visits"]:
                if visit["started_at"]:
                    yield from self.visit(engagement, visit)
        yield from self.plans()

    def place(self, step: str, engagement: Row, *names: str) -> str:
        of = self.folders[engagement["head"]["id"]]
        return "/".join([FOLDERS[step], of, *map(safe, names)])

    def paper(self, title: str, facts: Facts, parts: Facts) -> bytes:
        return step_pdf(title, self.name, self.mark, self.day, facts, parts)

    def steps(self, engagement: Row) -> Iterator[Entry]:
        contract = papers.contract_of(engagement["lines"])
        made: list[tuple[str, str, Row | None, papers.Read]] = [
            ("initial_visit", "初访记录", engagement["initial_visit"], papers.initial_visit),
            ("assessment", "项目评估", engagement["assessment"], papers.assessment),
            ("contract", "合同要点", engagement["contract"], contract),
        ]
        for number, one in enumerate(engagement["follow_ups"], 1):
            title = f"回访记录{number}{'（已作废）' if one['withdrawn_at'] else ''}"
            made.append(("follow_up", title, one, papers.follow_up))
        for step, title, row, read in made:
            if row:
                place = self.place(step, engagement, f"{title}.pdf")
                yield Entry(place, title, self.paper(title, *read(row)))

    def attached(self, engagement: Row) -> Iterator[Entry]:
        for step, rows in engagement["attachments"].items():
            for row in rows:
                if row["withdrawn_at"]:
                    continue  # perhaps another client's, and this leaves the house (4.3 d)
                name = Path(row["name"]).stem + attachments.SUFFIX[row["type"]]
                kept = attachments.path(self.folder, row["sha256"])
                yield entry(self.place(step, engagement, name), "附件", kept)

    def boards(self, engagement: Row) -> Iterator[Entry]:
        """Each board as it would be printed today, and its photo as it hangs (5.4.1 d), or a line
        that there is none."""
        for board in engagement["boards"]:
            if not board["revoked_on"] and not board["until"]:
                yield self.board_paper(engagement, board)
            for one in board["photos"]:
                name = f"{board['code']} 悬挂照片 {one['taken_on']}-{one['id'][-6:]}"
                place = self.place("board", engagement, name)
                yield self.photo(place, "公示牌悬挂照片", one["sha256"])
            if not board["photos"] and not board["revoked_on"]:
                name = f"{board['code']} 悬挂照片.缺失.txt"
                words = "还没有添加这块公示牌的悬挂照片。\n".encode()
                place = self.place("board", engagement, name)
                yield Entry(place, "公示牌悬挂照片（缺失）", words)

    def board_paper(self, engagement: Row, board: Row) -> Entry:
        place = self.place("board", engagement, f"公示牌 {board['code']}.pdf")
        if made := self.board(board):
            return Entry(place, "服务公示牌", made)
        words = "公示牌里有字库没有的字，打印不出来。\n".encode()
        return Entry(f"{place}.缺失.txt", "服务公示牌（缺失）", words)

    def visit(self, engagement: Row, visit: Row) -> Iterator[Entry]:
        name, title = f"第{visit['number']}次 {served_on(visit)}", "服务记录"
        found, signed = visit["found"], visit["confirmation"]
        if visit["record_text"]["latest_operation"] or found:  # else a sheet of dashes
            place = self.place("visits", engagement, name, f"{title}.pdf")
            yield Entry(place, title, self.paper(title, *papers.visit(visit)))
        if signed["id"]:
            place = self.place("visits", engagement, name, "服务确认单.pdf")
            yield Entry(place, "服务确认单", self.slip(signed | {"visit": visit["id"]}))
        for one in visit["other_slips"]:
            said = "服务确认单" if one["satisfaction"] else "服务确认单（企业未签字）"
            place = self.place("visits", engagement, name, f"{said} {one['code']}.pdf")
            yield Entry(place, said, self.slip(one | {"visit": visit["id"]}))
        pictures = [(one["label"], sha256) for one in found for sha256 in one["photos"]]
        for one in (signed, *visit["other_slips"]):
            pictures += [("纸质原件", sha256) for sha256 in one["ink_photos"]]
        for number, (label, sha256) in enumerate(pictures, 1):
            place = self.place("visits", engagement, name, "照片", f"{label}-{number}")
            yield self.photo(place, f"照片 {label}", sha256)

    def photo(self, place: str, about: str, sha256: str) -> Entry:
        """Called what it is: a phone that could not shrink a picture sent it as it was."""
        kept = photos.path(self.folder, sha256)
        suffix = photos.suffix_of(self.folder, sha256) if kept.exists() else ""
        return entry(f"{place}{suffix}", about, kept)

    def plans(self) -> Iterator[Entry]:
        for plan in self.file["plans"]:
            name = safe(f"{plan['name']} 第{plan['version']}版")
            yield self.photo(f"{FOLDERS['plans']}/{name}", "平面图", plan["image"])

    def lists(self, listed: list[Listed], tables: dict[str, Table]) -> Iterator[Entry]:
        """The index in both forms and the records themselves."""
        steps = [
            (self.folders[engagement["head"]["id"]], step_name(step), step.clause, step_state(step.state),
             "；".join(lack(one) for one in step.lacks if step.state == "missing"))
            for engagement in self.file["engagements"]
            for step in service_steps.steps(engagement["facts"], self.day)
        ]  # fmt: skip
        page = said(
            "office/file/index.html", enterprise=self.file["enterprise"], day=self.day,
            mark=self.mark, steps=steps, listed=listed,
        )  # fmt: skip
        yield Entry("index.html", "目录", page.encode())
        sheets: list[archive_sheets.Sheet] = [
            ("目录", ("文件", "内容", "字节", "SHA-256"),
             [(one.name, one.about, one.size, one.sha256) for one in listed]),
            ("完整性", ("服务项目", "步骤", "条款", "状态", "缺少"), steps),
            self.oversight,
        ]  # fmt: skip
        yield Entry("index.xlsx", "目录", archive_sheets.workbook(sheets, self.mark))
        yield Entry("records.db", "SQLite", archive_sheets.database(tables))


def folders_of(engagements: list[Row]) -> dict[str, str]:
    """By the first day of each; a second one of the same day has a folder of its own."""
    found: dict[str, str] = {}
    for head in sorted((one["head"] for one in engagements), key=lambda head: str(head["id"])):
        name = f"{head['starts_on']} 起"
        taken = sum(one.startswith(name) for one in found.values())
        found[head["id"]] = f"{name} ({taken + 1})" if taken else name
    return found


def stream(contents: Contents, tables: dict[str, Table]) -> Iterator[bytes]:
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
