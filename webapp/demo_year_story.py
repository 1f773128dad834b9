"""Clause 5 of one engagement in the demo's year, with what goes wrong in real ones."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from webapp import attachments as files
from webapp import demo_year_text as text
from webapp import demo_year_visits as visiting
from webapp.demo_engagements import DUTIES, QUALITY
from webapp.domain import (
    attachments,
    boards,
    contracts,
    engagements,
    first_steps,
    follow_ups,
    oversights,
    service_plan,
)
from webapp.queries import leads
from webapp.standard import visit_plan, workdays

if TYPE_CHECKING:
    from webapp.demo_year import Client, Year


class Story:
    """One engagement: its days count from today, its deeds are pushed into the year."""

    def __init__(self, year: Year, client: Client, starts: int, ends: int, kind: str) -> None:
        self.year, self.demo, self.client = year, year.demo, client
        self.starts, self.ends, self.kind, self.id = starts, ends, kind, ""
        self.number = f"TK-{year.demo.day(starts)[:4]}-{client.number + 1:03}"
        able = [team for team in text.TEAMS if team[0] != "徐静怡" or client.number % 2]
        self.lead, self.others = able[(client.number + starts) % len(able)]
        self.poor = client.number % 13 == 5  # a client that is hard to please
        self.early = ends > 0 and client.number % 11 == 10  # ended before its term

    @property
    def by(self) -> str:
        return self.demo.people[self.lead]

    @property
    def team(self) -> list[str]:
        return [self.lead, *self.others]

    def led_by_who_may(self, day: int) -> None:
        """Another team where the lead's credential has lapsed by then: no other could begin."""
        db, on = self.demo.db, self.demo.day(day)
        may = [team for team in text.TEAMS if leads.holds_on(db, self.demo.people[team[0]], on)]
        if (self.lead, self.others) not in may:
            self.lead, self.others = may[self.client.number % len(may)]

    def people(self) -> list[str]:
        return [self.demo.people[name] for name in self.team]


def tell(year: Year, client: Client, starts: int, ends: int, kind: str, place: int) -> None:
    of, chance = Story(year, client, starts, ends, kind), year.chance
    if place:
        of.number += "B"
    signed = starts - chance.randrange(1, 5)
    assessed = signed + 3 if client.number % 15 == 7 else signed - chance.randrange(3, 9)
    year.on(signed - 14, 9, lambda: begin(of, signed - 14))
    if client.number % 17 != 11:
        year.on(signed - 12, 14, lambda: visit_first(of, signed - 12))
    year.on(assessed, 10, lambda: assess(of, assessed))
    year.on(signed, 15, lambda: sign(of, signed))
    if client.number % 7 != 6:
        sent = signed + chance.choice((2, 4, 6, 9, 12, 26))
        year.on(sent, 11, lambda: upload(of, sent))
    if client.number % 10 != 9:
        year.on(starts, 9, lambda: boards.make(of.demo.db, of.id, of.demo.day(starts), of.by,
                                              of.demo.time(starts, 9, 30)))  # fmt: skip
    year.on(signed, 16, lambda: plan(of, signed))
    over = -chance.randrange(20, 60) if of.early else ends
    if over < 0 and over > starts:
        year.on(over, 18, lambda: end(of, over))
        asked = over + chance.randrange(6, 25)
        if client.number % 4 != 3:
            year.on(asked, 10, lambda: follow_up(of, asked))


def begin(of: Story, day: int) -> None:
    of.client.enter(day)
    of.led_by_who_may(day)
    form = {
        "lead_id": of.by, "starts_on": of.demo.day(of.starts), "ends_on": of.demo.day(of.ends),
        "frequency": {"weekly": "每周一次", "often": "每两周一次"}.get(of.kind, "每月一次"),
    }  # fmt: skip
    at = of.demo.time(day, 9, 10)
    of.id = engagements.begin(
        of.demo.db, of.client.id, form, of.people(), of.by, of.demo.day(day), at
    )


def visit_first(of: Story, day: int) -> None:
    form = {
        "visited_on": of.demo.day(day), "met": f"{of.client.form['principal']}（总经理）",
        "record": f"现场走访主要车间，了解{of.client.form['industry']}行业特点与既往检查。",
    }  # fmt: skip
    at = of.demo.time(day, 17, 0)
    first_steps.write_initial_visit(
        of.demo.db, of.id, form, of.people()[:2], of.by, of.demo.day(day), at
    )


def assess(of: Story, day: int) -> None:
    form = {
        "assessed_on": of.demo.day(day), "lead_id": of.by, "outcome": "accepted", "remarks": "",
        "content": f"{of.client.form['industry']}，主要风险为机械、消防与用电；无重大危险源。",
        "criteria": "人员能力覆盖全部服务项目；无利益冲突；频次可保证；方可承接。",
    }  # fmt: skip
    at = of.demo.time(day, 11, 0)
    first_steps.write_assessment(of.demo.db, of.id, form, of.people(), of.by, of.demo.day(day), at)


def sign(of: Story, day: int) -> None:
    by, at = of.demo.people["陈静"], of.demo.time(day, 15, 0)
    gap = of.client.number % 12
    form = {
        "number": of.number, "signed_on": of.demo.day(day), "lead_id": of.by,
        "starts_on": of.demo.day(of.starts), "ends_on": of.demo.day(of.ends), "quality": QUALITY,
        "rights_and_duties": "" if gap == 3 else DUTIES,
        "fee": "" if gap == 8 else f"{of.year.chance.randrange(8, 60) * 2000:,} 元",
    }  # fmt: skip
    lines = [
        {"id": "", "item": item, "times": str(scaled(of, times)), "unit": "次",
         "standardization": "yes" if "标准化创建" in item else ""}
        for item, times in text.ITEMS[of.kind]
    ]  # fmt: skip
    contracts.write(of.demo.db, of.id, form, lines, by, of.demo.day(day), at)
    if gap != 5:
        kept = files.store(of.demo.folder, of.year.photos[0])
        attachments.add(of.demo.db, of.id, "contract", "合同扫描件.jpg", kept, by, at)


def scaled(of: Story, times: int) -> int:
    """A half term promises half as often; standardization never less than five times."""
    half = times if of.ends - of.starts > 200 else max(1, times // 2)
    return max(5, half) if times in {6, 8} else half


def upload(of: Story, day: int) -> None:
    by, on = of.demo.people["陈静"], of.demo.day(day)
    form = {"uploaded_on": on, "receipt_no": f"演示-{on.replace('-', '')}-{of.client.number:02}"}
    contracts.receive(of.demo.db, of.id, form, by, on, of.demo.time(day, 11, 20))


def plan(of: Story, day: int) -> None:
    """The proposal of the product, taken as it is; each visit then has its own fate."""
    db, demo = of.demo.db, of.demo
    sql = "select id, times from service_lines where engagement_id = :id order by position"
    lines = list(db.query(sql, {"id": of.id}))
    first, last = date.fromisoformat(demo.day(of.starts)), date.fromisoformat(demo.day(of.ends))
    tenth = workdays.after(date.fromisoformat(demo.day(day))).day
    spread = visit_plan.proposed(first, last, [row["times"] for row in lines], tenth)
    due = {
        row["id"]: [one.isoformat() for one in days]
        for row, days in zip(lines, spread, strict=True)
    }
    service_plan.confirm_plan(db, of.id, due, of.by, demo.time(day, 16, 30))
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    sql = "select id, number, planned_on from visits where engagement_id = :id"
    for row in list(db.query(sql, {"id": of.id})):
        rows[(date.fromisoformat(row["planned_on"]) - demo.today) // timedelta(days=1)].append(row)
    for on, found in sorted(rows.items()):
        for row in found:
            visiting.decide(of, row["id"], row["number"], on)


def end(of: Story, day: int) -> None:
    form = {"ended_on": of.demo.day(day)}
    at = of.demo.time(day, 18, 0)
    engagements.end(of.demo.db, of.id, form, of.demo.people["陈静"], of.demo.day(day), at)


def follow_up(of: Story, day: int) -> None:
    """By telephone; every third enterprise answers by the link instead."""
    db, demo, chance = of.demo.db, of.demo, of.year.chance
    judged = "poor" if of.poor else chance.choice(("satisfied", "satisfied", "average"))
    words = {"poor": text.POOR, "average": text.AVERAGE, "satisfied": text.PRAISE}[judged]
    told = {
        "answered_by": of.client.form["principal"], "answered_post": "总经理",
        "satisfaction": judged, "findings": "约定的服务已完成；遗留问题已列入清单。",
        "comments": chance.choice(words), "followed_up_on": demo.day(day), "way": "telephone",
    }  # fmt: skip
    at, on = demo.time(day, 14, 0), demo.day(day)
    if of.client.number % 3:
        follow_ups.write(db, of.id, told, of.by, on, at)
    else:
        token = follow_ups.new_link(db, of.id, of.by, on, at)
        follow_ups.answer(db, token, told, on, demo.time(day, 20, 5))


def oversee(
    year: Year, kind: str, day: int, source: str, found: str, later: int | None, about: bool
) -> None:
    """A check by the county or a complaint, and its answer where there was one."""
    demo, told = year.demo, {"kind": kind, "source": source, "found": found}

    def record() -> None:
        sql = "select id from enterprises order by :source like county || '%' desc, name limit 1"
        rows = demo.db.query(sql, {"source": source})
        enterprise = next(iter(rows))["id"] if about else ""
        form = {**told, "happened_on": demo.day(day), "enterprise_id": enterprise}
        by, at = demo.people["陈静"], demo.time(day, 16, 0)
        made = oversights.record(demo.db, form, by, demo.day(day), at)
        if later is not None:
            on, at = demo.day(day + later), demo.time(day + later, 9, 0)
            answer = {"answered_on": on, "answer": "已核实并整改，书面答复附后（演示）。"}
            year.on(day + later, 9, lambda: oversights.answer(demo.db, made, answer, by, on, at))

    year.on(day, 16, record)
