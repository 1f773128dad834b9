"""评定查阅: what the county's assessor reads by the link, and nothing more."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import words
from webapp.config import Settings
from webapp.db import connect, today

COUNTY = "张家港市"


def in_days(days: int) -> str:
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


def invited(admin: FlaskClient, **typed: str) -> str:
    """The path of a new link."""
    form = {"name": "张家港市应急管理局 周科", "county": COUNTY, "expires_on": in_days(30), **typed}
    page = admin.post("/office/assessors", data=form)
    assert page.status_code == 200
    found = re.search(r"http://localhost(/assessor/[\w-]{32})", page.text)
    assert found
    return found[1]


@pytest.fixture
def assessor(client_for: ClientFor) -> FlaskClient:
    client = client_for("")
    answer = client.get(invited(client_for("admin")))
    assert (answer.status_code, answer.location) == (303, "/assessor")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return client


def of(database: Database, same: bool) -> str:
    """An enterprise of the county, or of another."""
    sql = f"select id from enterprises where county {'=' if same else '<>'} :county order by name"
    return str(one(database, sql, county=COUNTY))


def test_every_opening_is_noted_with_its_address(
    assessor: FlaskClient, client_for: ClientFor, database: Database
) -> None:
    """A link that was passed on shows in how often and from where it is opened."""
    admin = client_for("admin")
    assert "打开次数：1" in words(admin.get("/office/assessors").text)
    row = one(database, "select id from assessors")
    person = f"assessor {row}"
    assert client_for("").head(invited(admin)).status_code == 303
    assert one(database, "select count(*) from audit where action = 'assessor.arrive'") == 1
    assessor.post(f"/assessor/enterprises/{of(database, True)}/file.zip")
    assert "下载次数：1" in words(admin.get("/office/assessors").text)
    seen = words(admin.get("/office/audit", query_string={"kind": "", "person": ""}).text)
    assert "打开评定查阅链接张家港市应急管理局 周科127.0.0.1" in seen
    taken = words(admin.get("/office/audit", query_string={"person": person}).text)
    assert "导出企业档案" in taken
    assert "打开评定查阅链接" in taken
    assert "打开评定查阅链接" in words(admin.get("/office/audit?kind=sign_in").text)
    assert "打开评定查阅链接" not in words(admin.get("/office/audit?kind=change").text)


def test_a_link_widens_nobodys_ties_and_ends_with_who_made_it(
    client_for: ClientFor, database: Database, settings: Settings, demo: dict[str, str]
) -> None:
    admin = client_for("admin")
    link, enterprise = invited(admin), of(database, True)
    for name in ("li", "zhao", "admin"):
        client = client_for(name)
        answer = client.get(link)
        assert (answer.status_code, "请退出登录" in answer.text) == (403, True)
        assert client.post(f"/assessor/enterprises/{enterprise}/file.zip").status_code == 403
    reads = client_for("")
    assert reads.get(link).status_code == 303
    change = connect(settings.folder / "takan.db", readonly=False)
    with change.conn:
        change.execute("update people set active = 0 where sign_in_name = 'admin'")
    change.close()
    assert reads.get("/assessor").status_code == 404
    change = connect(settings.folder / "takan.db", readonly=False)
    with change.conn:
        change.execute("update people set active = 1, role = 'manager' where sign_in_name = 'li'")
    change.close()
    another = client_for("li")
    assert "生成人已停用，链接失效" in another.get("/office/assessors").text
    row = one(database, "select id from assessors")
    assert another.post(f"/office/assessors/{row}/revoke").status_code == 303
    change = connect(settings.folder / "takan.db", readonly=False)
    with change.conn:
        change.execute("update people set active = 1 where sign_in_name = 'admin'")
    change.close()
    assert reads.get("/assessor").status_code == 404, "what was taken back stays so"


def test_a_link_ends_on_its_day_and_when_it_is_taken_back(
    client_for: ClientFor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, reads, late = client_for("admin"), client_for(""), client_for("")
    link = invited(admin, expires_on=today())
    assert reads.get(link).status_code == 303
    assert reads.get("/assessor").status_code == 200
    monkeypatch.setattr("webapp.routes.readings.today", lambda: in_days(1))
    for answer in (reads.get("/assessor"), late.get(link)):
        assert answer.status_code == 404
        assert (
            "这个查阅链接已经到期或被收回，请联系服务机构：苏州踏勘安全技术服务有限公司"
            in words(answer.text)
        )
    monkeypatch.undo()
    row = one(database, "select id from assessors")
    assert client_for("li").post(f"/office/assessors/{row}/revoke").status_code == 404
    assert admin.post(f"/office/assessors/{row}/revoke").status_code == 303
    assert admin.post(f"/office/assessors/{row}/revoke").status_code == 404
    assert reads.get("/assessor").status_code == 404
    assert reads.get("/assessor/enterprises/" + of(database, True)).status_code == 404
    assert late.get(link).status_code == 404
    assert client_for("").get("/assessor").status_code == 404
    seen = words(admin.get("/office/assessors").text)
    assert "已收回" in seen
    trail = words(admin.get("/office/audit?kind=change").text)
    assert "收回评定查阅链接" in trail


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "必填"),
        ({"county": "没有的县"}, "请选一项"),
        ({"expires_on": ""}, "必填"),
        ({"expires_on": in_days(-1)}, "日期要在这两天之间"),
        ({"expires_on": in_days(181)}, "日期要在这两天之间"),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_stays(
    client_for: ClientFor, database: Database, typed: dict[str, str], sentence: str
) -> None:
    form = {"name": "周科", "county": COUNTY, "expires_on": in_days(9), **typed}
    refused = client_for("admin").post("/office/assessors", data=form)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert form["name"] in refused.text
    assert one(database, "select count(*) from assessors") == 0
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post("/office/assessors", data=form).status_code == 404
