"""人员与合同 from Excel: an institution's own tables, read as a person reads them."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_imports import cells
from webapp.db import today
from webapp.documents import sheet_table, sheet_words, workbook_reader

PEOPLE = ["姓名", "手机", "岗位", "劳动合同开始", "证书名称", "证书编号", "有效期至", "工龄"]
CONTRACTS = ["企业名称", "合同编号", "签订日期", "项目负责人", "服务人员", "服务期开始", "服务期结束",
             "服务费用", "服务项目", "次数", "标准化创建", "计划日期"]  # fmt: skip
PLANT = "select name from enterprises order by id limit 1"


def book(heads: list[str], *rows: list[Any], above: str = "") -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("花名册")
    day = made.add_format({"num_format": "yyyy/m/d"})
    for at, row in enumerate([*([[above]] if above else []), heads, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(at, column, cell, day)
            else:
                sheet.write(at, column, cell)
    made.close()
    return out.getvalue()


def upload(client: Any, kind: str, data: bytes) -> Any:
    return client.post(f"/office/import/{kind}", data={"file": (io.BytesIO(data), "表.xlsx")})


def confirm(client: Any, kind: str, page: Any) -> Any:
    return client.post(f"/office/import/{kind}/confirm", data={"cells": cells(page.text)})


def seen(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.text).split())


TWO = [
    ["沈 文涛", "１３９１２３４５６７８", "工程师", datetime(2024, 3, 1), "注册安全工程师",
     "AQ320599000001", "2030年1月5日", 12],
    ["", "", "", "", "安全评价师", "PJ77700001", "长期", ""],
    [],
    ["钱芳", 13912345679, "", "2025.6.1", "", "", "", 3],
]  # fmt: skip


def test_people_come_in_with_their_certificates_and_twice_is_once(
    client_for: ClientFor, database: Database
) -> None:
    admin, given = client_for("admin"), book(PEOPLE, *TWO, above="人员一览表")
    page = upload(admin, "people", given)
    told = seen(page)
    assert page.status_code == 200
    assert "没有认出、不导入的列：H 工龄" in told
    assert "AQ320599000001" not in re.sub(r'name="cells" value="[^"]*"', "", page.text)
    assert "****0001" in told
    assert not list(database.query("select 1 from people where name = '沈文涛'"))
    assert confirm(admin, "people", page).status_code == 303
    row = next(iter(database.query("select * from people where name = '沈文涛'")))
    assert (row["phone"], row["role"], row["full_time"]) == ("13912345678", "consultant", 1)
    held = database.query(
        "select kind, number, valid_to from credentials where person_id = :id order by kind", row
    )
    assert [tuple(one.values()) for one in held] == [
        ("safety_assessor", "PJ77700001", None),
        ("safety_engineer", "AQ320599000001", "2030-01-05"),
    ]
    assert (
        one(database, "select starts_on from labour_contracts where person_id = :id", id=row["id"])
        == "2024-03-01"
    )
    again = upload(admin, "people", given)
    assert "新增 0" in seen(again)
    assert 'name="cells"' not in again.text
    actions = [row["action"] for row in database.query("select action from trail")]
    assert actions.count("person.import") == 1
    assert "13912345678" not in str(list(database.query("select detail from trail")))


def test_a_known_person_gets_only_what_is_new(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    assert confirm(admin, "people", upload(admin, "people", book(PEOPLE, *TWO))).status_code == 303
    renewed = [*TWO[0][:6], "2033-01-05", ""]
    more = ["沈文涛", "", "", "", "特种作业操作证", "T1", "2029-01-01", ""]
    page = upload(admin, "people", book(PEOPLE, renewed, more))
    assert "已有，日期不同：不改" in page.text
    assert confirm(admin, "people", page).location == "/office/import/people?added=1"
    sql = "select count(*) from credentials as c join people as p on p.id = c.person_id"
    assert one(database, f"{sql} where p.name = '沈文涛'") == 3


def test_each_wrong_cell_of_people_is_named(client_for: ClientFor) -> None:
    admin = client_for("admin")
    page = upload(
        admin,
        "people",
        book(
            PEOPLE,
            ["李晓峰", "13000000000", "", "", "", "", "", ""],
            ["吴越", "1", "", "", "会计证", 320599199001011234, "2026-02-30", ""],
            ["", "", "别的岗位", "", "安全评价师", "", "", ""],
        ),
    )
    told = seen(page)
    assert "花名册 · 第 2 行 B 列 电话：已有同名人员，电话对不上" in told
    assert "花名册 · 第 3 行 E 列 证书种类：请选一项。 可以填：中级注册安全工程师、" in told
    assert "花名册 · 第 3 行 F 列 证书编号：这一格是数字格式" in told
    assert "花名册 · 第 3 行 G 列 有效期止：日期不能识别" in told
    assert "花名册 · 第 4 行 C 列 岗位：和上面同一个人" in told


def contract(database: Database, **more: Any) -> list[Any]:
    year = int(today()[:4])
    return list(
        {
            "enterprise": one(database, PLANT), "number": "TK-77", "signed": f"{year - 1}.1.5",
            "lead": "王建国", "people": "李晓峰", "starts": f"{year}/1/6", "ends": f"{year + 1}年1月5日",
            "fee": 36000, "item": "安全生产检查", "times": "１２", "standard": "",
            "due": f"{year + 1}-01-04、{year + 1}/1/5",
        }.values()
        if not more
        else (dict(zip(KEYS, contract(database), strict=True)) | more).values()
    )  # fmt: skip


KEYS = ["enterprise", "number", "signed", "lead", "people", "starts", "ends", "fee", "item", "times",
        "standard", "due"]  # fmt: skip


def test_a_contract_comes_in_with_its_engagement_lines_and_visits(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    second = [*[""] * 8, "标准化创建", 6, "是", ""]
    given = book(CONTRACTS, contract(database), second)
    page = upload(admin, "contracts", given)
    assert "新增 2" in seen(page)
    before = one(database, "select count(*) from engagements")
    assert confirm(admin, "contracts", page).status_code == 303
    assert one(database, "select count(*) from engagements") == before + 1
    row = next(iter(database.query("select * from contracts where number = 'TK-77'")))
    lines = list(
        database.query(
            "select item, times, standardization from service_lines where engagement_id = :id"
            " order by position",
            {"id": row["engagement_id"]},
        )
    )
    assert [tuple(line.values()) for line in lines] == [
        ("安全生产检查", 12, 0),
        ("标准化创建", 6, 1),
    ]
    assert row["fee"] == "36000"
    planned = database.query(
        "select planned_on from visits where engagement_id = :id order by 1",
        {"id": row["engagement_id"]},
    )
    year = int(today()[:4]) + 1
    assert [one["planned_on"] for one in planned] == [f"{year}-01-04", f"{year}-01-05"]
    again = upload(admin, "contracts", given)
    assert ("新增 0" in seen(again), "已有，跳过</td>" in again.text) == (True, True)


def test_what_a_verb_would_refuse_is_told_in_the_preview(
    client_for: ClientFor, database: Database
) -> None:
    admin, before = client_for("admin"), one(database, "select count(*) from engagements")
    year = int(today()[:4])
    page = upload(
        admin,
        "contracts",
        book(
            CONTRACTS,
            contract(database, enterprise="没有这家", lead="局外人"),
            contract(database, number="A", lead="局外人"),
            contract(database, number="B", ends=f"{year - 1}-01-01"),
            contract(database, number="C", due=f"{year + 3}-01-01"),
            contract(database, number="D", times="很多", signed="下周"),
        ),
    )
    told = seen(page)
    assert "第 2 行 A 列 企业名称或信用代码：找不到这家企业" in told
    assert "第 3 行 D 列 项目负责人：这位人员今天没有有效的" in told
    assert "第 4 行 G 列 服务期结束：结束日期早于开始日期" in told
    assert "第 5 行 L 列 计划日期：有日期不在合同服务期内" in told
    assert "第 6 行 J 列 次数：请填整数" in told
    assert "第 6 行 C 列 签订日期：日期不能识别" in told
    assert 'name="cells"' not in page.text
    assert one(database, "select count(*) from engagements") == before


@pytest.mark.parametrize("kind", ["people", "contracts"])
def test_a_template_is_read_back_as_it_was_given(client_for: ClientFor, kind: str) -> None:
    admin = client_for("admin")
    answer = admin.get(f"/office/import/{kind}.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [len(row) for row in sheet.iter_rows(values_only=True)] == [sheet.max_column] * 3
    assert sheet.column_dimensions["A"].width > 20
    assert all(len(row) == sheet.max_column for row in sheet_words.EXAMPLES[kind])
    assert "没有可导入的行" in upload(admin, kind, answer.data).text
    assert admin.get(f"/office/import/{kind}").status_code == 200


@pytest.mark.parametrize("kind", ["people", "contracts"])
def test_importing_is_for_managers_and_nonsense_is_refused(
    client_for: ClientFor, kind: str
) -> None:
    for path in (f"/office/import/{kind}", f"/office/import/{kind}/confirm"):
        assert client_for("li").post(path).status_code == 404
    assert client_for("li").get(f"/office/import/{kind}").status_code == 404
    admin = client_for("admin")
    assert admin.post(f"/office/import/{kind}").status_code == 422
    for text in ("", "{}", '{"sheet": "", "letters": [], "rows": [[1, ["x"]]]}'):
        answer = admin.post(f"/office/import/{kind}/confirm", data={"cells": text})
        assert answer.status_code == 422
    assert admin.get("/office/import/hazards").status_code == 404


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026/1/5", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("２０２６－０１－０５", "2026-01-05"),
        ("20260105", "2026-01-05"),
        ("2026-01-05 00:00:00", "2026-01-05"),
        ("46027", "2026-01-05"),
        (" 2026 年 1 月 5 日 ", "2026-01-05"),
        ("明天", "明天"),
    ],
)
def test_a_day_is_read_in_many_hands(typed: str, day: str) -> None:
    assert sheet_table.day(typed) == day


def test_the_value_that_excel_worked_out_is_read() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.write_formula(0, 0, "=6*2", None, 12)
    sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
    sheet.write(0, 2, 320599199001011234)
    made.close()
    [line] = workbook_reader.read(out.getvalue(), "").lines
    assert line.cells == ["12", workbook_reader.FORMULA, workbook_reader.LONG_NUMBER]


def test_columns_have_letters() -> None:
    assert [sheet_table.letter(at) for at in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
