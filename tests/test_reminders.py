"""提醒: alarms with the record that causes them, each message claimed by one sender, tried again, given
up after a day and told then. `robot` hears what really went through apprise."""

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

from tests.conftest import ClientFor, Phone, Told, one
from tests.e2e.server import Server
from tests.robots import FEISHU, Robot, mail_server
from tests.test_hazards import fields
from webapp import db, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import notices

Phones = Callable[[str], Phone]


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


def test_what_a_deactivated_person_found_is_told_on_arrival_and_when_taken_in(
    phone_of: Phones, visit: str, database: Database, app: Flask, robot: Robot,
    told: Told, client_for: ClientFor, settings: Settings,
) -> None:  # fmt: skip
    for name in ("wang", "admin", None):
        told(name)
    li, admin = phone_of("li"), client_for("admin")
    admin.post(f"/office/people/{li.person}/deactivate", data={"sure": "yes"})
    first, second = (li.operation("hazard.record", suspected(visit, label=n)) for n in ("L1", "L2"))
    li.send(first)
    rounded(app)
    heard = [text for text in robot.heard if "可能有疑似重大隐患" in text]
    assert len(heard) == 2  # the managers'; Wang decides nothing
    assert heard[0].startswith("【踏勘 Takan】停用账号的记录等待决定")
    assert alarms(database) == []
    li.send(second)
    old = connect(settings.folder / "takan.db", readonly=False)
    old.execute("update operations set received_at = :at", {"at": later(hours=-30)})
    old.close()
    chosen = {"decision": "take_in", "operation": [first["id"], second["id"]]}
    assert admin.post("/office/set-aside", data=chosen).status_code == 303
    robot.heard.clear()
    rounded(app)
    assert len([text for text in robot.heard if "疑似重大隐患：" in text]) == 6
    assert not [text for text in robot.heard if "可能有" in text]  # decided meanwhile


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


def test_a_fresh_alarm_waits_for_no_retry_on_a_dead_channel(
    phone_of: Phones, visit: str, app: Flask, told: Told, at: Callable[[str], None]
) -> None:
    for name in ("admin", "wang"):
        told(name)
    asked: list[str] = []

    def fails(kind: str, address: str, text: str, settings: Settings) -> str:
        asked.append(address[-4:])
        return "" if address.endswith("wang") else "not_reached"

    li = phone_of("li")
    for label in ("L1", "L2", "L3"):
        li.do("hazard.record", suspected(visit, label=label))
    rounded(app, fails)
    assert asked.count("dmin") == 1
    li.do("hazard.record", suspected(visit, label="L4"))
    at(later(minutes=3))
    asked.clear()
    rounded(app, fails)
    assert asked == ["wang", "dmin"]


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
        told("wang", "wang@example.com")

        def alarms() -> list[str]:
            """Not the digest, which comes too whenever its hour is past."""
            return [text for text in came if "疑似重大隐患：" in text]

        server = Server(settings.data)
        server.start()
        try:
            assert server.process
            tells = max(children(server.process.pid))
            os.kill(tells, 9)
            phone_of("li").do("hazard.record", suspected(visit))
            deadline = time.monotonic() + 60
            while not alarms() and time.monotonic() < deadline:
                time.sleep(0.2)
        finally:
            server.kill()
    assert len(alarms()) == 1
    assert alarms()[0].startswith("【踏勘 Takan】疑似重大隐患：示范金属 L1\n记录已到")


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_the_command_does_one_round_and_walks_no_folder(settings: Settings) -> None:
    draft = settings.folder / "photos" / ".left"
    draft.parent.mkdir(exist_ok=True)
    draft.touch()
    found = subprocess.run(
        [sys.executable, "-m", "webapp", "remind"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "DATA": str(settings.data)},
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (0, "已发送 sent: 0\n")
    assert draft.exists()
