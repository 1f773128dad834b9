"""A message that waits is claimed by one sender, tried again, given up after a day and told then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, Told
from tests.e2e.server import Server
from tests.robots import Robot, mail_server
from tests.test_reminders import alarms, later, rounded, suspected
from webapp import db, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import notices


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
