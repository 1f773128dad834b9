"""评定查阅: what the county's assessor reads by the link, and nothing more."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import words
from webapp.db import today

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


def test_the_whole_ledger_of_the_county_and_no_other(
    assessor: FlaskClient, database: Database
) -> None:
    page = assessor.get("/assessor")
    assert page.headers["Cache-Control"] == "no-store"
    for row in database.query("select name, county, phone from enterprises"):
        assert (row["name"] in page.text) == (row["county"] == COUNTY), row
        assert not row["phone"] or row["phone"] not in page.text
    fees = [row["fee"] for row in database.query("select fee from contracts where fee <> ''")]
    assert not any(fee in page.text for fee in fees), "what a client pays is its own (4.3 d)"
    seen = words(page.text)
    assert "王建国" in seen
    assert "****1002" in seen
    for row in database.query("select number from credentials where length(number) > 4"):
        assert row["number"] not in page.text
    assert "没有记录" in assessor.get("/assessor?year=2020").text
    assert assessor.get("/assessor?year=x").status_code == 422


def test_the_steps_of_an_enterprise_and_its_slips_by_code(
    assessor: FlaskClient, database: Database
) -> None:
    page = assessor.get(f"/assessor/enterprises/{of(database, True)}")
    seen = words(page.text)
    for step in ("初访", "项目评估", "合同", "现场服务", "回访"):
        assert step in seen
    code = re.search(r'href="(/verify/\w+)"', page.text)
    assert code
    assert "有这张确认单" in assessor.get(code[1]).text
    for hidden in ("/office/", "flags", "真实性"):
        assert hidden not in page.text, "what we doubt is ours alone"


def test_the_file_is_taken_out_under_the_own_name(
    assessor: FlaskClient, client_for: ClientFor, database: Database
) -> None:
    enterprise = of(database, True)
    answer = assessor.post(f"/assessor/enterprises/{enterprise}/file.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert "张家港市应急管理局 周科" in file.read("index.html").decode()
    row = next(iter(database.query("select * from trail order by seq desc limit 1")))
    assert (row["action"], row["subject"]) == ("export.file", f"enterprise {enterprise}")
    audit = words(client_for("admin").get("/office/audit?kind=export").text)
    assert "张家港市应急管理局 周科导出企业档案" in audit


def test_a_board_leads_who_reads_to_the_file(
    assessor: FlaskClient, client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    enterprise = of(database, True)
    page = f"/b/{demo['board_code']}"
    assert f'href="/assessor/enterprises/{enterprise}"' in assessor.get(page).text
    assert f'href="/enterprises/{enterprise}"' in client_for("li").get(page).text
    for name in ("", "stranger"):
        assert "看这家企业的档案" not in client_for(name).get(page).text


def test_nothing_of_another_county_and_nothing_of_the_desk(
    assessor: FlaskClient, database: Database
) -> None:
    other = of(database, False)
    assert assessor.get(f"/assessor/enterprises/{other}").status_code == 404
    assert assessor.post(f"/assessor/enterprises/{other}/file.zip").status_code == 404
    for place in ("/office", f"/enterprises/{of(database, True)}", "/office/people", "/today"):
        answer = assessor.get(place)
        assert answer.status_code == 303
        assert "/sign-in" in answer.location


def test_a_link_ends_on_its_day_and_when_it_is_taken_back(
    client_for: ClientFor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, reads, late = client_for("admin"), client_for(""), client_for("")
    link = invited(admin, expires_on=today())
    assert reads.get(link).status_code == 303
    assert reads.get("/assessor").status_code == 200
    monkeypatch.setattr("webapp.routes.assessors.today", lambda: in_days(1))
    for answer in (reads.get("/assessor"), late.get(link)):
        assert answer.status_code == 404
        assert "这个链接已经失效" in answer.text
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
