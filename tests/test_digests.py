"""每日摘要: once a day for each channel, from its hour on, of what is due, late or missing; which each
role also sees first on its own home page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Told, one
from tests.robots import Robot
from tests.test_reminders import rounded, suspected
from webapp import db, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import notices

TODAY = db.today()
NOON = f"{TODAY}T04:00:00.000Z"  # in Shanghai
BEFORE, MORNING, EVENING, MIDNIGHT, NEXT_MORNING = (
    notices.later(NOON, seconds)
    for seconds in (-4 * 3600 - 60, -4 * 3600 + 5, 8 * 3600, 12 * 3600 + 300, 20 * 3600 + 5)
)


def test_one_digest_a_day_from_the_hour_on(
    app: Flask, robot: Robot, told: Told, at: Callable[[str], None]
) -> None:
    told("wang")
    for moment, known in ((BEFORE, 0), (MORNING, 1), (MORNING, 1), (EVENING, 1)):
        at(moment)
        rounded(app)
        assert len(robot.heard) == known, moment
    at(NEXT_MORNING)
    rounded(app)
    assert len(robot.heard) == 2
    assert robot.heard[0].startswith("【踏勘 Takan】")
    assert "日：到期、逾期与缺失" in robot.heard[0]
    assert "· " in robot.heard[0]


def test_a_digest_that_cannot_be_made_stops_no_alarm_and_no_other_digest(
    app: Flask, robot: Robot, told: Told, settings: Settings, phone_of: Callable[[str], Phone],
    visit: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whoever is a manager has something that breaks."""
    for name in ("wang", "admin"):
        told(name)
    app.config["SETTINGS"] = replace(settings, digest_at="00:00")
    phone_of("li").do("hazard.record", suspected(visit))

    def breaks() -> None:
        raise ValueError("unforeseen")

    monkeypatch.setattr(reminders, "concerns", breaks)
    rounded(app)
    alarms = [text for text in robot.heard if "疑似重大隐患：" in text]
    digests = [text for text in robot.heard if "到期、逾期与缺失" in text]
    assert (len(alarms), len(digests)) == (2, 1)
    assert robot.heard[:2] == alarms


def test_a_server_that_starts_late_still_sends_the_days(
    app: Flask, robot: Robot, told: Told, at: Callable[[str], None]
) -> None:
    told("wang")
    at(EVENING)
    rounded(app)
    assert len(robot.heard) == 1


def test_a_channel_of_the_afternoon_waits_for_the_morning(
    app: Flask, robot: Robot, settings: Settings, told: Told,
    at: Callable[[str], None],
) -> None:  # fmt: skip
    channel = told("wang")
    database = connect(settings.folder / "takan.db", readonly=False)
    new = {"id": channel, "at": notices.later(NOON, 2 * 3600)}
    database.execute("update channels set added_at = :at where id = :id", new)
    database.close()
    at(EVENING)
    assert rounded(app) == 0
    at(NEXT_MORNING)
    assert rounded(app) == 1


def test_who_has_nothing_gets_nothing(
    app: Flask, robot: Robot, database: Database, told: Told,
    at: Callable[[str], None],
) -> None:  # fmt: skip
    told("stranger")
    at(EVENING)
    assert rounded(app) == 0
    assert not robot.heard
    assert (
        one(database, "select count(*) from notices where sent_at is not null and tries = 0") == 1
    )


def test_yesterdays_digest_is_no_news(
    app: Flask, robot: Robot, told: Told, at: Callable[[str], None]
) -> None:
    told("wang")
    robot.answers = [(500, "")] * 50
    at(EVENING)
    assert rounded(app) == 0
    robot.answers, robot.heard[:] = [], []
    at(MIDNIGHT)  # past midnight in Shanghai, before the next one's hour
    assert rounded(app) == 0
    assert not robot.heard


def test_it_is_in_the_language_of_the_channel_and_says_no_names(
    app: Flask, robot: Robot, settings: Settings, database: Database,
    told: Told, at: Callable[[str], None],
) -> None:  # fmt: skip
    told("wang")
    channel = connect(settings.folder / "takan.db", readonly=False)
    channel.execute("update channels set language = 'en'")
    channel.close()
    told(None)
    at(EVENING)
    rounded(app)
    english, chinese = sorted(both(robot.heard))
    assert english.startswith("[Takan] ")
    assert "Due, late or missing" in english
    assert chinese.startswith("【踏勘 Takan】")
    for row in database.query("select name, phone from people"):
        assert row["name"] not in chinese
        assert not row["phone"] or row["phone"] not in chinese


def both(heard: list[str]) -> list[str]:
    assert len(heard) == 2
    return heard


def test_the_digest_fits_what_wecom_takes(
    app: Flask, told: Told, at: Callable[[str], None]
) -> None:
    """2,048 bytes, with everything in it."""
    rows = [
        {
            "what": what,
            "n": 999,
            "names": ["一二三四五六七八"] * 3,
            "more": True,
            "due": "",
            "kind": "",
            "state": "late",
        }
        for what in ("major", "visit_late", "visit_today", "record", "unsigned", "behind", "review")
    ]
    rows += [{**rows[0], "what": "credential", "kind": "safety_officer", "due": "2026-12-01"}] * 4
    about = dict.fromkeys(("starting", "duties", "oversights", "concerns"), [1] * 99) | {
        "owed": 999
    }
    with app.app_context():
        text = reminders.said(
            "digest", "https://takan.example.com.cn", agenda=rows, home="/office", **about
        )
    assert len(text.encode()) < 2048


# --- what is due, late or missing ---


def test_each_role_sees_its_own_first(client_for: ClientFor, settings: Settings) -> None:
    database = connect(settings.folder / "takan.db", readonly=False)
    database.execute(
        "update credentials set valid_to = :soon where person_id ="
        " (select id from people where sign_in_name = 'wang') and kind = 'safety_engineer'",
        {"soon": (date.fromisoformat(TODAY) + timedelta(days=20)).isoformat()},
    )
    database.execute(
        "insert into service_lines (id, engagement_id, position, item, times)"
        " select 'late-line', id, 9, '应急', 1 from engagements where lead_id ="
        " (select id from people where sign_in_name = 'wang') order by id limit 1"
    )
    database.execute("insert into due_days (line_id, due_on) values ('late-line', '2026-06-01')")
    database.close()
    wang, li = client_for("wang"), client_for("li")
    for page in (wang.get("/office").text, wang.get("/today").text):
        assert "服务频次不足" in page
        assert "30天内到期" in page
    assert "服务频次不足" not in li.get("/office").text
    assert "30天内到期" not in li.get("/today").text
    assert "服务频次不足" in client_for("admin").get("/office").text
    assert "到期、逾期与缺失" not in client_for("zhao").get("/office").text


def test_a_suspected_major_hazard_stands_at_the_top(
    client_for: ClientFor, phone_of: Callable[[str], Phone], visit: str
) -> None:
    phone_of("li").do("hazard.record", suspected(visit, label="L7"))
    for name in ("wang", "admin"):
        page = client_for(name).get("/office").text
        assert "示范金属 L7" in page
        assert f'href="/office/visits/{visit}"' in page
    assert "示范金属 L7" not in client_for("stranger").get("/office").text
    assert "示范金属 L7" in client_for("wang").get("/today").text
