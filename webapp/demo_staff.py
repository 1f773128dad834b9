"""What the demo has on record under 4.2 and 4.3 of its people: all invented. One contracted item
has nobody on its engagement judged competent; one person has not signed all of this year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp import demo_institution
from webapp import demo_staff_text as text
from webapp.standard.pledges import KINDS

if TYPE_CHECKING:
    from webapp.demo import Demo


def make_records(demo: Demo) -> None:
    for worked in text.EXPERIENCES:
        add_experience(demo, *worked)
    for name, basis, note, items in text.COMPETENCES:
        add_competences(demo, name, basis, note, items)
    take_back(demo, *text.TAKEN_BACK)
    paper = demo_institution.scan(demo, "承诺书", None)
    for name in text.PLEDGED:
        add_pledges(demo, name, text.UNSIGNED.get(name, ""), paper)


def make_year(demo: Demo) -> None:
    """Of the five who join for the year's demo."""
    for worked in text.YEAR_EXPERIENCES:
        add_experience(demo, *worked)
    for name, basis, note, items in text.YEAR_COMPETENCES:
        add_competences(demo, name, basis, note, items)
    for name in text.YEAR_PLEDGED:
        add_pledges(demo, name, "", None)


def add_experience(
    demo: Demo, name: str, starts: int, ends: int | None, unit: str, work: str
) -> None:
    """`starts`, `ends`: months before this one."""
    until = None if ends is None else month(demo, ends)
    demo.add(
        "experiences", person_id=demo.people[name], starts_in=month(demo, starts), ends_in=until,
        unit=unit, work=work,
    )  # fmt: skip


def month(demo: Demo, before: int) -> str:
    number = demo.today.year * 12 + demo.today.month - 1 - before
    return f"{number // 12}-{number % 12 + 1:02d}"


def add_competences(demo: Demo, name: str, basis: str, note: str, items: list[str]) -> None:
    judge = demo.people["陈静" if name == "王建国" else "王建国"]
    for item in items:
        demo.add(
            "competences", person_id=demo.people[name], item=item, basis=basis, note=note,
            judged_on=demo.day(-250), judged_by=judge, recorded_by=demo.people["陈静"],
            recorded_at=demo.time(-250, 10, 0),
        )  # fmt: skip


def take_back(demo: Demo, name: str, item: str, reason: str) -> None:
    demo.db.execute(
        "update competences set withdrawn_on = :day, withdrawn_by = :by, withdrawn_reason = :reason"
        " where person_id = :person and item = :item",
        {
            "person": demo.people[name], "item": item, "reason": reason,
            "day": demo.day(-40), "by": demo.people["陈静"],
        },
    )  # fmt: skip


def add_pledges(demo: Demo, name: str, unsigned: str, paper: str | None) -> None:
    """For this year and the one before, each signed in the December before it."""
    for year in (demo.today.year - 1, demo.today.year):
        for kind in KINDS:
            if kind != unsigned or year < demo.today.year:
                demo.add(
                    "pledges", person_id=demo.people[name], year=year, kind=kind,
                    signed_on=f"{year - 1}-12-22", evidence_id=paper,
                )  # fmt: skip
