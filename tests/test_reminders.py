"""提醒: alarms with the record that causes them, one digest a day, each message claimed by one sender,
tried again, given up after a day and told then. `robot` hears what really went through apprise."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, one
from tests.e2e.server import Server
from tests.robots import FEISHU, KEY, Robot, mail_server, real
from tests.test_hazards import fields
from webapp import db, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import notices
from webapp.ids import new_id

Phones = Callable[[str], Phone]
Told = Callable[..., str]  # (a sign-in name or None, a mail address)
TODAY = db.today()
NOON = f"{TODAY}T04:00:00.000Z"  # in Shanghai
BEFORE, MORNING, EVENING, MIDNIGHT, NEXT_MORNING = (
    notices.later(NOON, seconds)
    for seconds in (-4 * 3600 - 60, -4 * 3600 + 5, 8 * 3600, 12 * 3600 + 300, 20 * 3600 + 5)
)


@pytest.fixture
def told(settings: Settings, app: Flask) -> Told:
    """A channel of this person, or of the institution; nobody here is a demo."""
    real(settings)

    def make(name: str | None, mail: str = "") -> str:
        kind, address = ("mail", mail) if mail else ("feishu", f"{KEY}{name or ''}")
        database = connect(settings.folder / "takan.db", readonly=False)
        row = {"id": new_id(), "kind": kind, "address": address, "name": name}
        database.execute(
            "insert into channels (id, person_id, kind, address, language, added_by, added_at)"
            " select :id, (select id from people where sign_in_name = :name), :kind, :address, 'zh',"
            " id, '2026-11-01T00:00:00.000Z' from people where sign_in_name = 'admin'",
            row,
        )
        database.close()
        return str(row["id"])

    return make


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The clock of the round."""

    def make(moment: str) -> None:
        monkeypatch.setattr(reminders, "now", lambda: moment)
        monkeypatch.setattr(reminders, "today", lambda: notices.shanghai_day(moment))

    return make


def later(**time_: int) -> str:
    seconds = time_.get("minutes", 0) * 60 + time_.get("hours", 0) * 3600
    return notices.later(db.now(), seconds)


def rounded(app: Flask, send: Any = None) -> int:
    given = (app, db.writing, send) if send else (app, db.writing)
    return reminders.once(*given)


def alarms(database: Database) -> list[dict[str, Any]]:
    return list(database.query("select * from notices where kind = 'major' order by id"))


def suspected(visit: str, **more: Any) -> dict[str, Any]:
    return fields(visit, severity="suspected_major", **more)


# --- alarms ---


def test_a_suspected_major_hazard_reaches_lead_managers_and_institution_once(
    phone_of: Phones, visit: str, database: Database, app: Flask, robot: Robot,
    told: Told, settings: Settings,
) -> None:  # fmt: skip
    for name in ("wang", "admin", "li", "stranger", None):
        told(name)
    li = phone_of("li")
    operation = li.operation("hazard.record", suspected(visit))
    assert [li.send(operation).status_code for _ in range(2)] == [201, 200]
    assert len(alarms(database)) == 3  # Wang leads; Li, who found it, does not
    app.config["SETTINGS"] = replace(settings, public_url="https://takan.example")
    assert rounded(app) >= 3
    heard = [text for text in robot.heard if "疑似重大隐患：" in text]
    assert len(heard) == 3
    assert set(heard) == {heard[0]}
    assert heard[0].startswith("【踏勘 Takan】疑似重大隐患：示范金属 L1")
    assert heard[0].endswith(f"查看：https://takan.example/office/visits/{visit}")
    assert "护罩" not in heard[0]
    assert "李" not in heard[0]
    assert rounded(app) == 0


def test_an_edit_that_makes_it_so_alarms_and_a_second_does_not(
    phone_of: Phones, visit: str, database: Database, told: Told
) -> None:
    told("wang")
    li = phone_of("li")
    hazard = li.operation("hazard.record", fields(visit))
    li.send(hazard)
    assert alarms(database) == []
    for _ in range(2):  # the second names no longer the latest: a conflict, which alarms too
        li.do("hazard.edit", {**suspected(visit), "hazard_id": hazard["id"]}, base=hazard["id"])
    assert [row["subject"] for row in alarms(database)] == [hazard["id"]]


def test_what_is_refused_alarms_nobody_and_tells_the_manager_once_a_day(
    phone_of: Phones, visit: str, database: Database, app: Flask, robot: Robot,
    told: Told,
) -> None:  # fmt: skip
    told("admin")
    li = phone_of("li")
    for _ in range(3):
        li.send(li.operation("hazard.record", suspected(visit, location="")))
    assert [row["kind"] for row in database.query("select kind from notices")] == ["refused"]
    rounded(app)
    assert [text for text in robot.heard if "没有被接收" in text] == [
        "【踏勘 Takan】有手机记录没有被接收\r\n记录仍在服务器上，请查看原因并处理。\n请登录踏勘查看。"
    ]


def test_without_a_channel_nothing_waits_and_the_record_comes_in(
    phone_of: Phones, visit: str, database: Database
) -> None:
    assert phone_of("li").do("hazard.record", suspected(visit))["outcome"] == "applied"
    assert alarms(database) == []


def test_nothing_is_sent_for_a_demo(
    client_for: ClientFor,
    phone_of: Phones,
    visit: str,
    database: Database,
    app: Flask,
    robot: Robot,
) -> None:
    for name, place in (("wang", "/me"), ("admin", "/me"), ("admin", "/office")):
        client_for(name).post(f"{place}/channels", data={"kind": "feishu", "address": FEISHU})
    assert one(database, "select count(*) from channels") == 3
    phone_of("li").do("hazard.record", suspected(visit))
    assert rounded(app) == 0
    assert not robot.heard
    assert one(database, "select count(*) from notices") == 0


def test_who_left_or_took_it_away_is_told_no_more(
    phone_of: Phones, visit: str, app: Flask, robot: Robot, settings: Settings,
    told: Told, client_for: ClientFor,
) -> None:  # fmt: skip
    told("wang")
    gone = told("admin")
    phone_of("li").do("hazard.record", suspected(visit))
    client_for("admin").post(f"/me/channels/{gone}/remove")
    database = connect(settings.folder / "takan.db", readonly=False)
    database.execute("update people set active = 0 where sign_in_name = 'wang'")
    database.close()
    assert rounded(app) == 0
    assert not robot.heard


# --- sent once, or again ---


def test_a_claim_that_died_is_tried_again_and_a_living_one_left_alone(
    phone_of: Phones, visit: str, app: Flask, robot: Robot, database: Database,
    told: Told, at: Callable[[str], None],
) -> None:  # fmt: skip
    told("wang")
    phone_of("li").do("hazard.record", suspected(visit))
    assert reminders.claimed(app, db.writing)  # and its process is gone
    only_alarms(app)
    assert not robot.heard
    at(later(minutes=3))
    only_alarms(app)
    assert len(robot.heard) == 1
    assert [(row["tries"], row["error"]) for row in alarms(database)] == [(2, "")]


def only_alarms(app: Flask) -> None:
    while (notice := reminders.claimed(app, db.writing)) is not None:
        reminders.delivered(app, db.writing, notice, reminders.messages.send)


def test_it_is_tried_ever_later_and_given_up_after_a_day(
    phone_of: Phones, visit: str, app: Flask, database: Database, client_for: ClientFor,
    told: Told, at: Callable[[str], None],
) -> None:  # fmt: skip
    channel = told("wang")
    told("admin")
    tries: list[int] = []

    def fails(kind: str, address: str, text: str, settings: Settings) -> str:
        if address.endswith("wang"):
            tries.append(minute)
            return "not_taken 19001"
        return ""

    phone_of("li").do("hazard.record", suspected(visit))
    began = db.now()
    for minute in range(25 * 60):
        at(notices.later(began, minute * 60 + 1))
        while (notice := reminders.claimed(app, db.writing)) is not None:
            reminders.delivered(app, db.writing, notice, fails)
    assert tries[:7] == [0, 2, 6, 14, 30, 62, 122]
    assert tries[-1] < 24 * 60
    assert len(tries) < 32
    page = client_for("admin").get("/office").text
    assert "提醒没有送到" in page
    assert "还在重试" in page  # by the real clock
    old = connect(db_path(app), readonly=False)
    old.execute("update notices set made_at = '2026-11-01T00:00:00.000Z'")
    page = client_for("admin").get("/office").text
    assert "王建国" in page
    assert "已不再试" in page
    assert "19001" in page
    old.execute(
        "update channels set sent_at = :now, error = '' where id = :id",
        {"now": db.now(), "id": channel},
    )
    old.close()
    assert "提醒没有送到" not in client_for("admin").get("/office").text


def db_path(app: Flask) -> Path:
    return Path(app.config["FOLDER"]) / "takan.db"


SENDER = """
import sys
from pathlib import Path
from dataclasses import replace
from webapp import create_app, db, messages, reminders
from webapp.config import Settings
messages.plugins()["feishu"].notify_url = sys.argv[2] + "/{token}"
app = create_app(replace(Settings(), data=Path(sys.argv[1]), password_rounds=1))
print("ready", flush=True)
sys.stdin.readline()
print(reminders.once(app, db.writing))
"""


def test_two_processes_send_each_message_once(
    phone_of: Phones, visit: str, settings: Settings, robot: Robot, told: Told
) -> None:
    for name in ("wang", "admin", None):
        told(name)
    li = phone_of("li")
    for number in range(1, 11):
        li.do("hazard.record", suspected(visit, label=f"L{number}"))
    command = [sys.executable, "-W", "ignore", "-c", SENDER, str(settings.data), robot.url]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=60)[0] for process in both]
    heard = [text for text in robot.heard if "疑似重大隐患：" in text]
    assert len(heard) == 30
    assert len(set(heard)) == 10
    digests = [text for text in robot.heard if "到期、逾期与缺失" in text]
    assert len(digests) <= 3
    assert sum(map(int, said)) == len(robot.heard)


def test_the_server_sends_within_a_minute_and_is_started_again(
    settings: Settings, visit: str, phone_of: Phones, told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`takan run` by itself, by mail through apprise to a server on this machine."""
    with mail_server() as (port, came):
        monkeypatch.setenv("SMTP", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("MAIL_FROM", "takan@example.com")
        monkeypatch.setenv("DIGEST_AT", "23:59")
        told("wang", "wang@example.com")
        server = Server(settings.data)
        server.start()
        try:
            assert server.process
            tells = max(children(server.process.pid))
            os.kill(tells, 9)
            phone_of("li").do("hazard.record", suspected(visit))
            deadline = time.monotonic() + 60
            while not came and time.monotonic() < deadline:
                time.sleep(0.2)
        finally:
            server.kill()
    assert len(came) == 1
    assert came[0].startswith("【踏勘 Takan】疑似重大隐患：示范金属 L1\n记录已到")


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_the_command_does_one_round(settings: Settings) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "webapp", "remind"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "DATA": str(settings.data)},
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (0, "已发送 sent: 0\n")


# --- the digest ---


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
    about = dict.fromkeys(("starting", "duties", "oversights", "concerns"), [1] * 99)
    with app.app_context():
        text = reminders.said(
            "digest", "https://takan.example.com.cn", agenda=rows, home="/office", **about
        )
    assert len(text.encode()) < 2048


# --- what is due, late or missing ---


def test_each_role_sees_its_own_first(client_for: ClientFor, settings: Settings) -> None:
    database = connect(settings.folder / "takan.db", readonly=False)
    database.execute(
        "update credentials set valid_to = date('now', '+20 days') where person_id ="
        " (select id from people where sign_in_name = 'wang') and kind = 'safety_engineer'"
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
    client_for: ClientFor, phone_of: Phones, visit: str
) -> None:
    phone_of("li").do("hazard.record", suspected(visit, label="L7"))
    for name in ("wang", "admin"):
        page = client_for(name).get("/office").text
        assert "示范金属 L7" in page
        assert f'href="/office/visits/{visit}"' in page
    assert "示范金属 L7" not in client_for("stranger").get("/office").text
    assert "示范金属 L7" in client_for("wang").get("/today").text
