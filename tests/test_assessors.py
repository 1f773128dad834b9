"""评定查阅: what the county's assessor reads by the link, and nothing more."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta

import openpyxl
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
    assert 'href="/office' not in page.text, "the desk is not theirs"


def test_a_visit_nobody_signed_says_so_and_its_day_is_that_of_the_slip(
    assessor: FlaskClient, database: Database, writable: Database
) -> None:
    enterprise = of(database, True)
    with writable.conn:
        writable.execute(
            "update visits set service_date = '2026-10-01' where started_at is not null"
        )
    page = assessor.get(f"/assessor/enterprises/{enterprise}").text
    assert "2026年10月1日" in page
    assert "未签字" not in page
    with writable.conn:
        writable.execute("update confirmations set satisfaction = null, comments = ''")
    assert "未签字" in assessor.get(f"/assessor/enterprises/{enterprise}").text
    with writable.conn:
        writable.execute("pragma foreign_keys = off")
        writable.execute("update confirmations set visit_id = 'elsewhere'")
    page = assessor.get(f"/assessor/enterprises/{enterprise}").text
    assert "未签字" in page
    assert 'href="/verify/"' not in page


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


SECRETS = {
    "note": "只给自己人看的批注", "doubt": "pin_not_matching", "flag": "was_cancelled",
    "latitude": "31.87654", "file": "别家企业的合同", "certificate": "ID320582199001011234",
}  # fmt: skip


@pytest.fixture
def planted(settings: Settings) -> None:
    """What is ours alone, in the rows of the plant."""
    change = connect(settings.folder / "takan.db", readonly=False)
    place = json.dumps({"latitude": 31.87654, "longitude": 120.5, "accuracy": 9})
    with change.conn:
        for sql in (
            "update visits set flags = json_array(:flag) where started_at is not null",
            "update signatures set doubt = :doubt",
            "update acknowledgements set note = :note",
            "update attachments set name = :file || '.jpg', withdrawn_at = '2026-01-01'",
            "update credentials set number = :certificate",
        ):
            change.execute(sql, SECRETS)
        change.execute("update visits set place = :p where started_at is not null", {"p": place})
    change.close()


def everything(client: FlaskClient, database: Database) -> dict[str, bytes]:
    """Every page of the plant and every file of its zip, by name."""
    enterprise = of(database, True)
    visit = one(
        database,
        "select v.id from visits as v join engagements as e on e.id = v.engagement_id"
        " where e.enterprise_id = :id and v.started_at is not null",
        id=enterprise,
    )
    places = ("/assessor", f"/assessor/enterprises/{enterprise}", f"/assessor/visits/{visit}")
    found = {place: client.get(place).data for place in places}
    book = client.post("/assessor/ledger.xlsx").data
    packed = client.post(f"/assessor/enterprises/{enterprise}/file.zip").data
    for name, data in (("ledger.xlsx", book), ("file.zip", packed)):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            found |= {f"{name}/{one.filename}": file.read(one) for one in file.infolist()}
    return found


@pytest.mark.usefixtures("planted")
def test_what_is_ours_alone_is_in_no_page_and_no_file(
    assessor: FlaskClient, client_for: ClientFor, database: Database
) -> None:
    found = everything(assessor, database)
    assert len(found) > 20
    [place] = [name for name in found if name.startswith("/assessor/visits/")]
    desk = f"/office/visits/{place.rpartition('/')[2]}/evidence"
    ours = client_for("admin").get(desk).text
    for said in ("签字已保留，请与本人核实", "计划曾取消", "31.87654"):
        assert said in ours
        assert not any(said.encode() in data for data in found.values()), said
    for name, data in found.items():
        for what, secret in SECRETS.items():
            assert secret.encode() not in data, (name, what)
            assert secret not in name, (name, what)


def test_a_visit_lays_times_gate_photo_and_people_side_by_side(
    assessor: FlaskClient, client_for: ClientFor, database: Database
) -> None:
    visit = one(database, "select v.id from visits as v join hazards as h on h.visit_id = v.id"
                          " join hazard_photos as p on p.hazard_id = h.id limit 1")  # fmt: skip
    place = f"/assessor/visits/{visit}"
    assert assessor.get(f"{place}/gate.webp").status_code == 404
    photo = one(database, "select p.sha256 from hazard_photos as p join hazards as h"
                          " on h.id = p.hazard_id where h.visit_id = :id", id=visit)  # fmt: skip
    typed = {"photo": photo}
    chosen = client_for("admin").post(f"/office/visits/{visit}/gate-photo", data=typed)
    assert chosen.status_code == 303
    seen = words(assessor.get(place).text)
    for part in ("签到", "企业签字赵敏", "我方签字李晓峰", "离企业", "到场"):
        assert part in seen, part
    assert "需要问一句的" not in seen
    picture = assessor.get(f"{place}/gate.webp")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")


def test_checks_and_complaints_with_their_answers(
    assessor: FlaskClient, client_for: ClientFor, database: Database
) -> None:
    admin, enterprise = client_for("admin"), of(database, True)
    found = {"kind": "complaint", "happened_on": "2026-01-05", "enterprise_id": enterprise,
             "found": "迟到一小时", "source": "某某人 13800000000"}  # fmt: skip
    assert admin.post("/office/oversights", data=found).status_code == 303
    page = assessor.get(f"/assessor/enterprises/{enterprise}").text
    assert "迟到一小时" in page
    assert "13800000000" not in page


def test_the_ledger_as_a_workbook_without_what_clients_pay(
    assessor: FlaskClient, database: Database
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(assessor.post("/assessor/ledger.xlsx").data))
    rows = [[str(cell) for cell in row] for row in book.worksheets[0].values]
    heads = next(row for row in rows if "企业名称" in row)
    assert not {"服务费用", "电话", "主要负责人"} & set(heads)
    assert "服务内容与频次" in heads
    names = {row[heads.index("企业名称")] for row in rows[rows.index(heads) + 1 :]}
    county = database.query("select name from enterprises where county = :c", {"c": COUNTY})
    assert {row["name"] for row in county} <= names
    assert assessor.post("/assessor/ledger.xlsx", data={"year": "x"}).status_code == 422


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
