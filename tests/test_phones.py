"""手机与上传: what a manager sees of every phone, first things first at home; sessions ended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_hazards import fields
from webapp import create_app, user_agent
from webapp.config import Settings
from webapp.db import connect, drop_connection, now

XIAOMI = "Mozilla/5.0 (Linux; U; Android 13; zh-cn; M2012K11AC Build/TKQ1) AppleWebKit/537.36 Chrome/112.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/18.2"


def says(phone: Phone, waiting: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    seqs = [pair for one in waiting or [] for pair in one["seqs"]]
    return {
        "device": f"phone-{phone.person}", "highest_seq": phone.seq, "oldest_waiting": None,
        "operations_waiting": sum(last - first + 1 for first, last in seqs),
        "photos_waiting": sum(one["photos"] for one in waiting or []),
        "device_now": now(), "app": "b1", "needs_you": 0, "waiting": waiting or [], **more,
    }  # fmt: skip


def contact(phone: Phone, waiting: list[dict[str, Any]] | None = None, **more: Any) -> None:
    agent = {"User-Agent": XIAOMI}
    answer = phone.client.post("/sync/contact", json=says(phone, waiting, **more), headers=agent)
    assert answer.status_code == 200, answer.text
    assert answer.json["takan"] == "sync/1"


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def ago(**time: float) -> str:
    then = datetime.now(UTC) - timedelta(**time)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def writable(database: Database) -> Database:
    database.execute("pragma query_only = off")
    return database


def test_all_in_order_is_said(client_for: ClientFor, phone_of: Phones) -> None:
    admin = client_for("admin")
    assert "没有需要处理的事项，所有手机正常" in page(admin, "/office")
    contact(phone_of("li"))
    for address in ("/office", "/office/phones"):
        assert "所有手机正常" in page(admin, address)


def test_a_phone_and_what_it_holds(client_for: ClientFor, phone_of: Phones, visit: str) -> None:
    li = phone_of("li")
    li.do("hazard.record", fields(visit))
    li.seq = 7
    ahead = (datetime.now(UTC) + timedelta(minutes=12)).isoformat().replace("+00:00", "Z")
    waiting = [{"visit": visit, "seqs": [[2, 2], [6, 7]], "photos": 5}]
    contact(li, waiting, oldest_waiting="2026-11-23T01:10:00.000Z", device_now=ahead, needs_you=1)
    seen = page(client_for("admin"), "/office/phones")
    for words in (
        "李晓峰", f"phone-{li.person}"[:8], "M2012K11AC · MiuiBrowser", "刚刚",
        "3 条记录、5 张照片，最早 11月23日 09:10", "缺少第 3–5 条", "快 12 分钟", "旧版本",
        "需本人处理1 条",
    ):  # fmt: skip
        assert words in seen, words
    home = page(client_for("admin"), "/office")
    assert "李晓峰的手机缺少第 3–5 条记录" in home


def test_the_build_of_today_is_called_current(
    client_for: ClientFor, phone_of: Phones, app: Any
) -> None:
    contact(phone_of("li"), app=app.extensions["build"])
    assert app.extensions["build"]
    seen = page(client_for("admin"), "/office/phones")
    assert "当前版本" in seen
    assert "旧版本" not in seen


def test_a_silent_phone_stands_at_home_until_it_speaks(
    client_for: ClientFor, phone_of: Phones, visit: str, writable: Database
) -> None:
    li, admin = phone_of("li"), client_for("admin")
    li.seq = 1
    waiting = [{"visit": visit, "seqs": [[1, 1]], "photos": 2}]
    contact(li, waiting)
    assert "没有需要处理的事项" in page(admin, "/office")
    writable.execute("update devices set last_contact = :at, last_heard = :at", {"at": ago(days=2)})
    assert "李晓峰的手机已 2 天没有联系，还有 1 条记录、2 张照片未上传" in page(admin, "/office")
    assert "超过一天没有联系" in page(admin, "/office/phones")
    contact(li, waiting)
    assert "没有需要处理的事项" in page(admin, "/office")


def test_a_phone_that_speaks_and_does_not_deliver_stands_at_home(
    client_for: ClientFor, phone_of: Phones, visit: str
) -> None:
    li, admin = phone_of("li"), client_for("admin")
    li.seq = 1
    waiting = [{"visit": visit, "seqs": [[1, 1]], "photos": 0}]
    contact(li, waiting, oldest_waiting=ago(hours=23), needs_you=1)
    assert "没有需要处理的事项" in page(admin, "/office")
    contact(li, waiting, oldest_waiting=ago(hours=25), needs_you=1)
    assert "李晓峰的手机有联系，但 1 条记录超过一天没有传上来" in page(admin, "/office")
    assert "有联系，但有记录超过一天没有传上来" in page(admin, "/office/phones")
    contact(li, waiting, oldest_waiting=ago(hours=25), device_now=ago(hours=24))
    assert "没有需要处理的事项" in page(admin, "/office"), "its clock is a day behind"


def test_the_highest_number_at_the_office_only_rises(phone_of: Phones, writable: Database) -> None:
    li = phone_of("li")
    contact(li, highest_seq=7)
    contact(li, highest_seq=5)
    assert one(writable, "select highest_seq from devices") == 7


def test_a_phone_that_delivers_is_not_silent(
    client_for: ClientFor, phone_of: Phones, visit: str, writable: Database
) -> None:
    li = phone_of("li")
    contact(li, [{"visit": visit, "seqs": [[1, 1]], "photos": 0}])
    writable.execute("update devices set last_contact = :at, last_heard = :at", {"at": ago(days=2)})
    li.do("hazard.record", fields(visit))
    home = page(client_for("admin"), "/office")
    assert "没有需要处理的事项" in home


def test_an_empty_phone_of_long_ago_is_folded_away(
    client_for: ClientFor, phone_of: Phones, writable: Database
) -> None:
    contact(phone_of("li"))
    writable.execute("update devices set last_heard = :at", {"at": ago(days=91)})
    text = client_for("admin").get("/office/phones").text
    assert re.search(r"<details[^>]*><summary>90 天以上没有联系", text)
    writable.execute("update devices set last_heard = :at", {"at": ago(days=89)})
    assert "90 天以上" not in client_for("admin").get("/office/phones").text


def test_a_full_disk_comes_first(settings: Settings, demo: dict[str, str]) -> None:
    app = create_app(replace(settings, disk_reserve=2**62))
    admin = app.test_client()
    admin.post("/sign-in", data={"name": "admin", "password": demo["password"]})
    assert "服务器空间不足" in page(admin, "/office")
    drop_connection()


def test_refused_and_held_are_shown_until_dealt_with(
    client_for: ClientFor, phone_of: Phones, visit: str, database: Database
) -> None:
    li, admin = phone_of("li"), client_for("admin")
    refused = li.operation("hazard.record", fields(visit, description=" ", location="退回处"))
    assert li.send(refused).json["receipt"]["outcome"] == "refused"
    assert li.send(li.operation("hazard.smell", {"visit_id": visit})).status_code == 422
    home = page(admin, "/office")
    assert home.index("李晓峰：1 条记录没有被接收") < home.index("李晓峰：1 条记录要等服务器更新")
    seen = page(admin, "/office/set-aside")
    for words in ("退回处", "必填内容还空着", "hazard.smell", "示范金属 第2次"):
        assert words in seen, words
    digest = one(database, "select digest from operations where id = :id", id=refused["id"])
    given = {"operation": refused["id"], "digest": digest}
    empty = admin.post("/office/refused", data={**given, "note": " "})
    assert (empty.status_code, "请写明原因" in empty.text) == (422, True)
    for wrong in ({"digest": "x"}, {"operation": "x"}, {}):
        nothing = admin.post("/office/refused", data={**given, "note": "好", **wrong})
        assert nothing.status_code == (303 if wrong == {} else 422)
    assert "没有被接收" not in page(admin, "/office")
    sql = "select detail from trail where action = 'refusal.settle'"
    assert "好" in one(database, sql)
    assert admin.post("/office/refused", data={**given, "note": "又"}).status_code == 422


def test_a_form_refused_at_once_is_no_news(client_for: ClientFor, visit: str) -> None:
    answer = client_for("li").post(f"/visits/{visit}/hazards", data={"label": "L1"})
    assert answer.status_code == 422
    assert "没有被接收" not in page(client_for("admin"), "/office")


@pytest.mark.parametrize("name", ["li", "zhao", "stranger"])
def test_only_managers_come_here(client_for: ClientFor, name: str, database: Database) -> None:
    client = client_for(name)
    person = one(database, "select id from people where sign_in_name = 'wang'")
    for address in ("/office/phones", "/office/set-aside"):
        assert client.get(address).status_code == 404
    for verb in ("cut-off", "deactivate", "activate"):
        answer = client.post(f"/office/people/{person}/{verb}", data={"sure": "yes"})
        assert answer.status_code == 404
    for address in ("/office/set-aside", "/office/refused"):
        assert client.post(address, data={}).status_code == 404
    assert "需要处理" not in client.get("/office").text


def person_of(database: Database, name: str) -> str:
    found: str = one(database, "select id from people where sign_in_name = :name", name=name)
    return found


def test_a_lost_phone_is_cut_off(
    client_for: ClientFor, phone_of: Phones, database: Database, visit: str
) -> None:
    admin, li = client_for("admin"), phone_of("li")
    address = f"/office/people/{li.person}/cut-off"
    unsure = admin.post(address)
    assert (unsure.status_code, "请先勾选确认" in unsure.text) == (422, True)
    assert li.client.get("/today").status_code == 200
    assert admin.post(address, data={"sure": "yes"}).status_code == 303
    assert li.client.get("/today").status_code == 303
    answer = li.send(li.operation("hazard.record", fields(visit)))
    assert (answer.status_code, answer.json["error"]["params"]) == (401, {"gone": True})
    assert one(database, "select action from trail order by seq desc") == "person.cut_off"
    assert client_for("li").get("/today").status_code == 200, "may sign in again"
    nobody = "/office/people/01900000-0000-7000-8000-000000000000/cut-off"
    assert admin.post(nobody, data={"sure": "yes"}).status_code == 404


def test_nobody_deactivates_themselves(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    address = f"/office/people/{person_of(database, 'admin')}/deactivate"
    answer = admin.post(address, data={"sure": "yes"})
    assert (answer.status_code, "不能停用自己" in answer.text) == (422, True)
    assert admin.get("/office").status_code == 200


def test_a_malformed_contact_changes_nothing(phone_of: Phones, database: Database) -> None:
    li = phone_of("li")
    contact(li)
    for wrong in ({"highest_seq": -1}, {"waiting": [{"visit": 5}]}, {"device_now": "x"}):
        answer = li.client.post("/sync/contact", json={**says(li, app="b2"), **wrong})
        assert answer.status_code == 400
        assert answer.json["error"]["code"] == "malformed"
    assert li.client.post("/sync/contact", data="x").status_code == 400
    assert one(database, "select app from devices") == "b1"


def test_a_device_named_by_another_person_stays_its_own(
    client_for: ClientFor, phone_of: Phones, visit: str
) -> None:
    li, stranger = phone_of("li"), phone_of("stranger")
    contact(stranger, device=f"phone-{li.person}", highest_seq=40)
    li.seq = 1
    contact(li, [{"visit": visit, "seqs": [[1, 1]], "photos": 0}])
    contact(stranger, device=f"phone-{li.person}", highest_seq=40)
    seen = page(client_for("admin"), "/office/phones")
    assert "待上传1 条记录" in seen
    assert "局外人的手机缺少第 1–40 条" in page(client_for("admin"), "/office")


def test_the_old_table_of_phones_is_taken_over(settings: Settings) -> None:
    """What phones said before the update is known after it."""
    from webapp.db import HERE

    db = connect(settings.folder / "old.db", readonly=False)
    db.executescript((HERE.parent / "sync" / "schema.sql").read_text())
    db.execute(
        "insert into devices (id, person, last_contact, highest_seq) values ('d', 'p', 't', 4)"
    )
    db.executescript((HERE / "migrations" / "0006_phones.sql").read_text())
    [row] = db.query("select * from devices")
    assert (row["person"], row["highest_seq"], row["last_heard"], row["waiting"]) == (
        "p",
        4,
        "t",
        None,
    )
    db.close()


@pytest.mark.parametrize(
    ("agent", "found"),
    [
        (XIAOMI, "M2012K11AC · MiuiBrowser"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Android · Chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1 Version/17.1 Safari/604.1", "iPhone · Safari"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Windows · Edg"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_told_by_its_name(agent: str, found: str) -> None:
    assert user_agent.short(agent) == found


def test_a_refusal_on_a_persons_page_stays_on_that_page(
    client_for: ClientFor, database: Database
) -> None:
    """The first button on the page of all phones is somebody else's."""
    admin = client_for("admin")
    who = one(database, "select id from people where sign_in_name = 'li'")
    for verb in ("cut-off", "deactivate"):
        refused = admin.post(f"/office/people/{who}/{verb}", data={"from": "person"})
        assert (refused.status_code, "请先勾选确认" in refused.text) == (422, True)
        assert "<h1>李晓峰" in refused.text
        assert "王建国</h2>" not in refused.text
    assert one(database, "select active from people where id = :id", id=who) == 1
