"""What the county's assessor reads by the link (评定查阅), and nothing more."""

from __future__ import annotations

import io
import json
import re
import zipfile

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_assessors import COUNTY, assessor, of
from tests.test_people import words
from webapp.config import Settings
from webapp.db import connect

__all__ = ["assessor"]


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


def test_what_is_not_on_record_is_not_called_for_good(
    assessor: FlaskClient, writable: Database
) -> None:
    with writable.conn:
        writable.execute("update credentials set valid_from = null, valid_to = null")
        writable.execute("update credentials set review_on = '2099-02-03'")
    seen = words(assessor.get("/assessor").text)
    assert "复审 2099-02-03" in seen
    with writable.conn:
        writable.execute("update credentials set review_on = null")
    unknown = assessor.get("/assessor").text
    assert "有效期未登记" in unknown
    assert re.search(r"<td>—</td><td>\s*<[^>]*>[^<]*有效期未登记", unknown)
