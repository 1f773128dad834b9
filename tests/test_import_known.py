"""从 Excel 导入: what is there already is neither given to somebody else nor written over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_import_rows import CONTRACTS, PEOPLE, book, confirm, contract, seen, upload
from tests.test_imports import code
from webapp.db import now, today, writing
from webapp.domain import engagements, visits
from webapp.ids import new_id


@pytest.mark.parametrize("stored", ["", "13911112222"])
@pytest.mark.parametrize("given", ["", "13911112222"])
def test_who_left_gets_no_certificate_of_somebody_new(
    app: Any, client_for: ClientFor, database: Database, stored: str, given: str
) -> None:
    admin = client_for("admin")
    li = one(database, "select id from people where name = '李晓峰'")
    with app.app_context(), writing() as db:
        sql = "update people set active = 0, phone = :phone where id = :id"
        db.execute(sql, {"phone": stored, "id": li})
    row = ["李晓峰", given, "", "", "特种作业操作证", "NEW1", "2030-01-01", ""]
    told = seen(upload(admin, "people", book(PEOPLE, row)))
    assert "第 2 行 A 列 姓名：同名的人员已停用" in told
    form = {"name": "李晓峰", "phone": "13911112222", "role": "consultant", "full_time": "yes"}
    assert admin.post("/office/people", data=form).status_code in (200, 303)
    sql = "select id from people where name = '李晓峰' and active = 1"
    page = upload(admin, "people", book(PEOPLE, row))
    assert confirm(admin, "people", page).status_code == 303
    holder = one(database, "select person_id from credentials where number = 'NEW1'")
    assert holder == one(database, sql)


@pytest.fixture
def begun(app: Any, database: Database) -> str:
    """An engagement of the plant from the desk: every month, one visit planned, no contract."""
    year = int(today()[:4])
    enterprise = "select id from enterprises order by id limit 1"
    wang = one(database, "select id from people where name = '王建国'")
    form = {"lead_id": wang, "starts_on": f"{year + 1}-01-01", "ends_on": f"{year + 1}-12-31"}
    form["frequency"] = "每月一次"
    with app.app_context(), writing() as db:
        made = engagements.begin(db, one(database, enterprise), form, [], wang, today(), now())
        visits.plan(db, new_id(), made, 1, f"{year + 1}-02-10", [wang])
    return made


def table(database: Database, **more: Any) -> bytes:
    """A contract of next year, which `begun` waits for."""
    year = int(today()[:4]) + 1
    given = {"starts": f"{year}-01-06", "ends": f"{year}-12-31", "due": f"{year}-05-05"}
    return book(CONTRACTS, contract(database, **given | more))


def test_what_was_begun_at_the_desk_keeps_its_plan_and_its_lead(
    app: Any, client_for: ClientFor, database: Database, begun: str
) -> None:
    admin, year = client_for("admin"), int(today()[:4]) + 1
    told = seen(upload(admin, "contracts", table(database)))
    assert "第 2 行 L 列 计划日期：这个服务项目已经排了计划" in told
    page = upload(admin, "contracts", table(database, due=""))
    assert f"改为合同上的：服务期开始 {year}-01-01 → {year}-01-06" in seen(page)
    assert confirm(admin, "contracts", page).status_code == 303
    row = next(iter(database.query("select * from engagements where id = ?", [begun])))
    assert (row["frequency"], row["starts_on"]) == ("每月一次", f"{year}-01-06")
    days = database.query(
        "select planned_on, cancelled_at from visits where engagement_id = ?", [begun]
    )
    assert [tuple(day.values()) for day in days] == [(f"{year}-02-10", None)]


def test_what_was_begun_at_the_desk_keeps_its_lead(
    app: Any, client_for: ClientFor, database: Database, begun: str
) -> None:
    with app.app_context(), writing() as db:
        li = one(database, "select id from people where name = '李晓峰'")
        db.execute("update engagements set lead_id = :li where id = :id", {"li": li, "id": begun})
    told = seen(upload(client_for("admin"), "contracts", table(database, due="")))
    assert "第 2 行 D 列 项目负责人：这家企业已有的服务项目由另一位负责" in told
    assert "现在的负责人：李晓峰" in told


def test_a_line_that_was_pasted_twice_comes_in_once(
    client_for: ClientFor, database: Database
) -> None:
    admin, row = client_for("admin"), contract(database)
    page = upload(admin, "contracts", book(CONTRACTS, row, row, [*row[:8], "", "", "", ""]))
    assert ("新增 1" in seen(page), page.text.count("文件中重复，跳过</td>")) == (True, 2)
    assert confirm(admin, "contracts", page).location == "/office/import/contracts?added=1"
    sql = "select count(*) from service_lines as l join contracts as c using (engagement_id)"
    assert one(database, f"{sql} where c.number = 'TK-77'") == 1


def test_one_item_with_two_numbers_is_refused(client_for: ClientFor, database: Database) -> None:
    row = contract(database)
    other = [*[""] * 8, row[8], 6, "", row[-1]]
    told = seen(upload(client_for("admin"), "contracts", book(CONTRACTS, row, other)))
    assert "第 3 行 J 列 次数：这份合同里同名的服务项目上面已有" in told
    assert "见第 2 行" in told


HEADS = ["企业名称", "统一社会信用代码", "属地", "地址", "联系电话"]


def test_an_enterprise_that_says_otherwise_is_told_and_kept(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    same = ["苏州新到机械有限公司", code("91320500MA1ABCDE3"), "张家港市", "南丰路 1 号", "139"]
    page = upload(admin, "enterprises", book(HEADS, same))
    assert confirm(admin, "enterprises", page).status_code == 303
    sql = "select * from enterprises where name = '苏州新到机械有限公司'"
    there = next(iter(database.query(sql)))
    for row, state in (
        (same, "已有，跳过"),
        ([*same[:3], "", ""], "已有，跳过"),  # an empty cell says nothing
        ([*same[:3], "新厂区 8 号", ""], "已有，内容不同：不改，请到企业页核对"),
        (["改了名的公司", *same[1:]], "已有，内容不同：不改，请到企业页核对"),
    ):
        page = upload(admin, "enterprises", book(HEADS, row))
        assert state in seen(page), row
        assert 'name="cells"' not in page.text
    assert next(iter(database.query(sql))) == there


def test_a_contract_brings_the_day_of_its_upload_and_the_receipt(
    client_for: ClientFor, database: Database
) -> None:
    admin, year = client_for("admin"), int(today()[:4]) - 1
    heads = [*CONTRACTS, "上报日期", "受理号"]
    row = [*contract(database), f"{year}.1.8", "SL-77"]
    page = upload(admin, "contracts", book(heads, row))
    assert confirm(admin, "contracts", page).status_code == 303
    sql = "select uploaded_on, receipt_no from contracts where number = 'TK-77'"
    assert list(database.query(sql)) == [{"uploaded_on": f"{year}-01-08", "receipt_no": "SL-77"}]
    told = "select count(*) from trail where action = 'contract.upload' and detail like '%SL-77%'"
    assert one(database, told) == 1
    assert "已有，跳过" in seen(upload(admin, "contracts", book(heads, row)))
    for other in ([f"{year}.1.9", "SL-77"], [f"{year}.1.8", "SL-78"]):
        again = upload(admin, "contracts", book(heads, [*contract(database), *other]))
        assert "费用、上报或服务项目不同" in seen(again)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["2120-01-01", "SL-1"], "M 列 系统上报日期"),
        (["昨天", ""], "M 列 系统上报日期"),
        (["", "SL-1"], "M 列 系统上报日期"),
    ],
)
def test_an_upload_that_was_none_is_refused(
    client_for: ClientFor, database: Database, given: list[str], sentence: str
) -> None:
    heads = [*CONTRACTS, "上报日期", "受理号"]
    page = upload(client_for("admin"), "contracts", book(heads, [*contract(database), *given]))
    assert f"第 2 行 {sentence}" in seen(page)


def test_a_contract_that_says_otherwise_is_told_and_kept(
    client_for: ClientFor, database: Database
) -> None:
    admin, year = client_for("admin"), int(today()[:4])
    given = book(CONTRACTS, contract(database), [*[""] * 8, "标准化创建", 6, "是", ""])
    page = upload(admin, "contracts", given)
    assert confirm(admin, "contracts", page).status_code == 303
    alike = contract(database, standard="否", fee="")
    more = [*[""] * 8, "标准化创建", 6, "是", ""]
    page = upload(admin, "contracts", book(CONTRACTS, alike, more))
    assert page.text.count("已有，跳过</td>") == 2
    for other in ({"fee": 1}, {"ends": f"{year + 1}-02-05"}, {"times": 11}, {"item": "培训"}):
        page = upload(admin, "contracts", book(CONTRACTS, contract(database, **other), more))
        assert page.text.count("已有，服务期、费用、上报或服务项目不同：不改") == 2, other
        assert 'name="cells"' not in page.text
    assert one(database, "select fee from contracts where number = 'TK-77'") == "36000"


def test_contracts_without_a_number_are_told_apart_by_the_day_of_signing(
    client_for: ClientFor, database: Database
) -> None:
    admin, year = client_for("admin"), int(today()[:4]) - 1
    one_row = contract(database, number="", times="3")
    other = contract(database, number="", signed=f"{year}-01-04", times="4")
    more = [*[""] * 8, "标准化创建", 6, "是", ""]
    own = [one_row[0], *[""] * 7, "培训", 1, "", ""]
    page = upload(admin, "contracts", book(CONTRACTS, one_row, more, other, own, one_row))
    assert ("新增 4" in seen(page), page.text.count("文件中重复，跳过</td>")) == (True, 1)
    assert confirm(admin, "contracts", page).status_code == 303
    rows = database.query(
        "select c.signed_on, group_concat(l.item || l.times, ' ') as lines from contracts as c"
        " join service_lines as l using (engagement_id) where c.number = '' and c.signed_on between"
        " :since and :until group by 1 order by 1",
        {"since": f"{year}-01-04", "until": f"{year}-01-05"},
    )
    assert [tuple(row.values()) for row in rows] == [
        (f"{year}-01-04", "安全生产检查4 培训1"),
        (f"{year}-01-05", "安全生产检查3 标准化创建6"),
    ]
    unnamed = [*["", "", f"{year}-01-03"], *other[3:]]
    told = seen(upload(admin, "contracts", book(CONTRACTS, one_row, unnamed)))
    assert "第 3 行 C 列 签订日期：和上面同一个人或同一份合同写得不一样" in told
