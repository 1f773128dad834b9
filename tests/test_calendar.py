"""The month, one's own working days, and the private feed."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_engagements import TODAY, ahead
from tests.test_visits import start
from webapp.queries import calendar


def test_the_month_shows_ones_own_visits(client_for: ClientFor) -> None:
    for name, count in (("admin", True), ("li", True), ("stranger", False)):
        page = client_for(name).get("/office/calendar")
        assert page.status_code == 200
        assert ("示范金属 第2次" in page.text) is count
    assert client_for("zhao").get("/office/calendar").status_code == 404
    assert client_for("admin").get("/office/calendar?month=x").status_code == 404
    assert "暂定" in client_for("admin").get("/office/calendar?month=2031-01").text


def test_own_days_go_before_the_library(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    typed = {"date": "2031-01-04", "is_workday": "1", "source": "放假安排通知", "notice_no": "1号"}
    assert admin.post("/office/workdays", data=typed).status_code == 303
    assert list(calendar.overrides(database).values()) == [True]
    assert "放假安排通知" in admin.get("/office/workdays").text
    again = admin.post("/office/workdays", data=typed)
    assert again.status_code == 422
    assert "已经登记过" in again.text
    for wrong in ({"date": "x"}, {"is_workday": "2"}, {"source": ""}):
        odd = {**typed, "date": "2031-01-05", **wrong}
        assert admin.post("/office/workdays", data=odd).status_code == 422
    assert admin.post("/office/workdays/drop", data={"date": "2031-01-04"}).status_code == 303
    assert calendar.overrides(database) == {}
    for name in ("li", "zhao"):
        assert client_for(name).post("/office/workdays", data=typed).status_code == 404
        assert client_for(name).post("/office/workdays/drop", data=typed).status_code == 404


def feed_of(client_for: ClientFor, name: str) -> str:
    page = client_for(name).post("/office/calendar/feed").text
    [address] = re.findall(r"http://localhost(/calendar/[^<]+\.ics)", page)
    return address


def test_a_managers_feed_has_everyones_visits(client_for: ClientFor, database: Database) -> None:
    feed = client_for("").get(feed_of(client_for, "admin")).text
    sql = "select count(*) from visits where planned_on >= date(:day, '-90 days')"
    assert feed.count("BEGIN:VEVENT") == one(database, sql, day=TODAY) > 0


def test_a_feed_follows_moves_and_cancellations(
    client_for: ClientFor, visit: str, engagement: str, phone_of: Phones, database: Database
) -> None:
    address = feed_of(client_for, "li")
    nobody = client_for("")
    before = nobody.get(address)
    assert before.mimetype == "text/calendar"
    assert f"UID:{visit}@takan\r\n" in before.text
    client_for("admin").post(
        f"/office/visits/{visit}/move", data={"planned_on": ahead(9), "reason": "x"}
    )
    client_for("admin").post(f"/office/visits/{visit}/cancel", data={"reason": "x"})
    event = nobody.get(address).text.split(f"UID:{visit}@takan")[1].split("END:VEVENT")[0]
    assert f"DTSTART;VALUE=DATE:{ahead(9).replace('-', '')}" in event
    assert "SEQUENCE:2" in event
    assert "STATUS:CANCELLED" in event
    phone_of("li").do("visit.start", start(visit, engagement))  # called off, and made all the same
    event = nobody.get(address).text.split(f"UID:{visit}@takan")[1].split("END:VEVENT")[0]
    assert "SEQUENCE:3" in event
    assert "STATUS:CANCELLED" not in event
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert not any(token in str(row) for row in database.query("select * from calendar_feeds"))


def test_a_feed_is_taken_back(client_for: ClientFor, database: Database) -> None:
    nobody = client_for("")
    first = feed_of(client_for, "li")
    second = feed_of(client_for, "li")
    assert nobody.get(first).status_code == 404
    assert nobody.get(second).status_code == 200
    assert client_for("wang").post("/office/calendar/feed/end").status_code == 303
    assert nobody.get(second).status_code == 200  # only one's own
    assert client_for("li").post("/office/calendar/feed/end").status_code == 303
    assert nobody.get(second).status_code == 404
    third = feed_of(client_for, "li")
    li = one(database, "select id from people where sign_in_name = 'li'")
    client_for("admin").post(f"/office/people/{li}/deactivate", data={"sure": "yes"})
    assert nobody.get(third).status_code == 404
    assert nobody.get("/calendar/x.ics").status_code == 404
    assert client_for("zhao").post("/office/calendar/feed").status_code == 404
    assert TODAY


def test_a_feed_ends_with_a_lost_phone_a_reset_and_a_leave(
    app: Flask, client_for: ClientFor, database: Database
) -> None:
    admin, nobody = client_for("admin"), client_for("")
    li = one(database, "select id from people where sign_in_name = 'li'")
    lost = feed_of(client_for, "li")
    admin.post(f"/office/people/{li}/cut-off", data={"sure": "yes"})
    assert nobody.get(lost).status_code == 404
    reset = feed_of(client_for, "li")
    page = admin.post(f"/office/people/{li}/invite").text
    [link] = re.findall(r"http://localhost(/welcome/[\w-]+)", page)
    assert nobody.get(reset).status_code == 200  # until the link is used
    password = {"new": "shan-shui-tian", "again": "shan-shui-tian"}
    assert app.test_client().post(link, data=password).status_code == 303
    assert nobody.get(reset).status_code == 404
    wang = one(database, "select id from people where sign_in_name = 'wang'")
    left = feed_of(client_for, "wang")
    for deed in ("deactivate", "activate"):
        admin.post(f"/office/people/{wang}/{deed}", data={"sure": "yes"})
    assert nobody.get(left).status_code == 404


def test_a_feed_made_and_ended_stands_in_the_trail(
    client_for: ClientFor, database: Database
) -> None:
    li = client_for("li")
    feed_of(client_for, "li")
    for _ in range(2):
        li.post("/office/calendar/feed/end")
    done = [
        (row["action"], row["subject"])
        for row in database.query("select * from trail where action like 'calendar.%' order by seq")
    ]
    about = f"person {one(database, 'select id from people where sign_in_name = :n', n='li')}"
    assert done == [("calendar.make", about), ("calendar.end", about)]
    page = client_for("admin").get("/office/audit?kind=change").text
    assert "生成日历订阅地址" in page
    assert "停用日历订阅地址" in page


def test_the_month_says_where_a_visit_stands(
    client_for: ClientFor, visit: str, engagement: str, phone_of: Phones, write: Callable[..., None]
) -> None:
    admin = client_for("admin")

    def said() -> str:
        page = admin.get("/office/calendar").text
        found = re.search(rf'href="/office/visits/{visit}">(.*?)</a>', page, re.S)
        assert found
        return found[1].rpartition("<br>")[2]

    sql = "insert into visit_moves (id, visit_id, from_on, to_on, reason, moved_by, moved_at)"
    write(
        f"{sql} select 'm', id, planned_on, planned_on, 'x', (select id from people limit 1), '' from"
        " visits where id = :id",
        id=visit,
    )
    assert said() == "已改期"
    phone_of("li").do("visit.start", start(visit, engagement))
    assert said() == "服务中"
    write("update visits set ended_at = started_at where id = :id", id=visit)
    assert said() == "待企业签字"
