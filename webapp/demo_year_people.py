"""The year's twelve people, what is on record of them, and the phones they carry."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sync import contact, devices
from webapp import demo_staff, demo_text
from webapp import demo_year_text as text
from webapp.domain import credentials, engagements, institution
from webapp.queries import engagements as listed
from webapp.standard.credentials import month_before

if TYPE_CHECKING:
    from webapp.demo_year import Year


def make_people(year: Year) -> None:
    demo = year.demo
    for name, role, post, letter in text.PEOPLE:
        demo.people[name] = demo.add(
            "people", name=name, role=role, post=post, letter=letter, demo=1, full_time=1,
            session_stamp=secrets.token_hex(8), phone="13800000000",
        )  # fmt: skip
        if role == "consultant" and name != "朱思远":  # his consent is still to be asked
            demo.add(
                "consents", person_id=demo.people[name], name=1, photo=0, credential=1,
                given_on=demo.day(-300), proof="书面同意书（演示）", recorded_by=demo.people[name],
            )  # fmt: skip
    for name, kind, number, first, last in text.CREDENTIALS:
        held = demo.add(
            "credentials", person_id=demo.people[name], kind=kind, number=number,
            registered_unit=demo_text.INSTITUTION["name"], valid_from=demo.day(first),
            valid_to=None if last is None else demo.day(last),
        )  # fmt: skip
        seen = {"checked_on": demo.day(-200), "note": "发证机构网站查询，一致（演示）"}
        at, day = demo.time(-200, 10, 0), demo.day(-200)
        credentials.check(demo.db, held, seen, demo.people["陈静"], day, at)
    for name, starts, ends, months in text.WORK:
        employ(year, name, starts, ends, months)
    demo_staff.make_year(demo)
    for item, price, unit, since in text.FEES:
        form = {"item": item, "price": price, "unit": unit, "since": demo.day(since)}
        institution.add_fee(demo.db, form, demo.people["陈静"], demo.time(since, 9, 0))
    for county, _road, notified, *_place in text.COUNTIES:
        notify(year, county, notified)


def employ(year: Year, name: str, starts: int, ends: int | None, months: int) -> None:
    demo = year.demo
    person, until = demo.people[name], None if ends is None else demo.day(ends)
    demo.add("labour_contracts", person_id=person, starts_on=demo.day(starts), ends_on=until)
    month = demo.day(0)[:7]
    for _ in range(months):
        month = month_before(month)
        demo.db.execute(
            "insert into insurance_months (person_id, month) values (:person, :month)",
            {"person": person, "month": month},
        )


def notify(year: Year, county: str, notified: int | None) -> None:
    """One county nobody told yet; the small demo told three of them."""
    demo = year.demo
    known = {row["county"] for row in demo.db.query("select county from notifications")}
    if notified is not None and county not in known:
        number = f"演示-{len(known) + 1:04d}"
        demo.add("notifications", county=county, notified_on=demo.day(notified), number=number)


def join_projects(year: Year) -> None:
    """The newest colleague joins three projects more: their boards are to be printed again."""
    demo, day, at = year.demo, year.demo.day(-6), year.demo.time(-6, 11, 0)
    running = (
        "select * from engagements where lead_id = :lead and ended_on is null and ends_on > :day"
        " order by starts_on, frequency limit 3"
    )
    for row in list(demo.db.query(running, {"lead": demo.people["郑雅琴"], "day": day})):
        team = [one["id"] for one in listed.people(demo.db, row["id"])]
        team.append(demo.people["朱思远"])
        engagements.change(demo.db, row["id"], row, team, demo.people["陈静"], day, at)


def make_phones(year: Year) -> None:
    """What each last said: most are empty, one has been silent for three days with photos on it."""
    demo, agent = year.demo, "Mozilla/5.0 (Linux; Android 12; demo) Chrome/120.0 Mobile"
    for name, device in demo.devices.items():
        person = demo.people[name]
        came = "select count(*) as n from operations where device = :device"
        seq = next(iter(demo.db.query(came, {"device": device})))["n"]
        away = list(demo.db.query(AWAY, {"person": person}))
        waiting = tuple(contact.Waiting(row["visit"], [], row["n"]) for row in away)
        photos = sum(row["n"] for row in away)
        heard = demo.time(-3 if photos else -1, 16, 40)
        holding = contact.Holding(
            device=device, operations_waiting=0, photos_waiting=photos, highest_seq=seq,
            oldest_waiting=min((row["at"] for row in away), default=None), clock_offset=1200,
            app="demo", waiting=waiting,
        )  # fmt: skip
        if seq:
            devices.note(demo.db, person, holding, heard, agent)


def make_channels(year: Year) -> None:
    """Where they would be told, were they no demo: a group's robot hears, another was removed."""
    demo, at = year.demo, year.demo.time(-200, 9, 0)
    own = [("王建国", "dingtalk", "0b1f2c3dde00"), ("李晓峰", "feishu", "0b1f2c3d-de01")]
    for name, kind, token in [(None, "wecom", "0b1f2c3d-de02"), *own]:
        person = demo.people[name] if name else None
        demo.add(
            "channels", person_id=person, kind=kind, address=token, language="zh",
            added_by=person or demo.people["陈静"], added_at=at, sent_at=demo.time(-3, 8, 0),
            error="not_taken 300005" if name == "王建国" else "",
        )  # fmt: skip
    demo.db.execute(
        "insert into notices (kind, subject, channel_id, made_at, due_at, tries, error)"
        " select 'digest', :day, id, :at, :at, 28, error from channels where error <> ''",
        {"day": demo.day(-2), "at": demo.time(-2, 8, 0)},
    )


AWAY = (
    "select h.visit_id as visit, count(*) as n, min(h.recorded_at) as at"
    " from operation_photos as p join hazards as h on h.id = p.operation_id"
    " where p.arrived_at is null and p.uploader = :person group by h.visit_id"
)


def later(at: str, minutes: int) -> str:
    when = datetime.fromisoformat(at) + timedelta(minutes=minutes)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
