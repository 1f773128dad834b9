"""提醒: alarms with the record that causes them, each message claimed by one sender, tried again, given
up after a day and told then. `robot` hears what really went through apprise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, Told, one
from tests.robots import FEISHU, Robot
from tests.test_hazards import fields
from webapp import db, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import notices


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
