"""从 Excel 导入: the template, each wrong cell named, nothing before it is confirmed, once for ever."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime
from html import unescape
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp.documents import workbook_reader
from webapp.standard import credit_code

HEADS = ["企业名称", "简称", "统一社会信用代码", "地址", "属地县级市（区）", "行业", "主要负责人", "电话"]  # fmt: skip
UPLOAD = "/office/import/enterprises"
CONFIRM = f"{UPLOAD}/confirm"


def code(first: str) -> str:
    return first + credit_code.check(first)


ONE, TWO = code("91320500MA1ABCDE1"), code("91320500MA1ABCDE2")


def row(**more: Any) -> list[Any]:
    given = {
        "name": "苏州新到机械有限公司", "short": "新到", "code": ONE, "address": "一路 1 号",
        "county": "张家港市", "industry": "机械", "principal": "张三", "phone": 13900000001,
    }  # fmt: skip
    return list((given | more).values())


def book(*rows: list[Any], heads: list[str] = HEADS, merged: bool = False) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet()
    for number, cells in enumerate([heads, *rows]):
        sheet.write_row(number, 0, cells)
    if merged:
        sheet.merge_range("A8:B8", "合并")
    made.close()
    return out.getvalue()


def unworked(data: bytes) -> bytes:
    """Its formulas without what Excel worked out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(part)))
    return out.getvalue()


def upload(client: Any, data: bytes) -> Any:
    return client.post(UPLOAD, data={"file": (io.BytesIO(data), "企业.xlsx")})


def cells(page: str) -> str:
    found = re.search(r'name="cells" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def count(database: Database) -> int:
    return int(one(database, "select count(*) from enterprises"))


def test_the_template_has_heads_and_an_example_that_is_not_taken(client_for: ClientFor) -> None:
    admin = client_for("admin")
    answer = admin.get("/office/import/enterprises.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[1]] == HEADS
    assert "此行不导入" in str(sheet["A2"].value)
    assert "没有可导入的行" in upload(admin, answer.data).text


def test_one_template_serves_who_reads_english_too(client_for: ClientFor) -> None:
    """Template and heads stay Chinese; the page is English."""
    admin = client_for("admin")
    admin.set_cookie("language", "en")
    made = admin.get("/office/import/enterprises.xlsx").data
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(made)).active[1]] == HEADS
    assert "no row to import" in upload(admin, made).text
    taken = upload(admin, book(row()))
    assert taken.status_code == 200
    assert "<th>Unified social credit code</th>" in taken.text
    refused = upload(admin, book(row(), heads=["Name", *HEADS[1:]]))
    assert refused.status_code == 422
    assert HEADS[0] in refused.text
    wrong = upload(admin, book(row(code="1"))).text
    assert "<b>Sheet1 · Row 2 · column C" in re.sub(r" +", " ", wrong)


def test_nothing_is_there_before_it_is_confirmed_and_twice_is_once(
    client_for: ClientFor, database: Database
) -> None:
    admin, known = client_for("admin"), code("91320500MA1ABCDE3")
    first = upload(admin, book(row(code=known)))
    assert admin.post(CONFIRM, data={"cells": cells(first.text)}).status_code == 303
    before = count(database)
    page = upload(
        admin, book(row(), [], row(code=known), row(code=ONE), row(name="乙厂", code=TWO))
    )
    assert (page.status_code, count(database)) == (200, before)
    assert "新增</span></td><td>苏州新到机械有限公司" in page.text
    assert "已有，跳过</td>" in page.text
    assert "文件中重复，跳过</td>" in page.text
    for _ in range(2):
        answer = admin.post(CONFIRM, data={"cells": cells(page.text)})
        assert answer.status_code == 303
        assert count(database) == before + 2
    assert "没有新的内容" in admin.get(answer.location).text
    found = next(iter(database.query("select * from enterprises where credit_code = ?", [ONE])))
    assert (found["name"], found["phone"]) == ("苏州新到机械有限公司", "13900000001")
    actions = [row["action"] for row in database.query("select action from trail")]
    assert actions.count("enterprise.add") == 3
    assert actions.count("enterprise.import") == 2


def test_each_wrong_cell_is_named_and_then_nothing_can_be_confirmed(
    client_for: ClientFor, database: Database
) -> None:
    admin, before = client_for("admin"), count(database)
    given = book(row(), row(name="", code="91320500MA1ABCDE10"), row(address="=1+1"))
    page = upload(admin, unworked(given))
    seen = " ".join(re.sub(r"<[^>]+>", "", page.text).split())
    assert "Sheet1 · 第 3 行 A 列 企业名称：有必填项没有填写" in seen
    assert "Sheet1 · 第 3 行 C 列 统一社会信用代码：统一社会信用代码不对" in seen
    assert "Sheet1 · 第 4 行 D 列 地址：这一格是公式" in seen
    assert 'name="cells"' not in page.text
    rows = [[2, [str(cell) for cell in row()]], [3, [""] * 8]]
    forged = json.dumps({"sheet": "", "letters": [""] * 8, "rows": rows})
    answer = admin.post(CONFIRM, data={"cells": forged})
    assert (answer.status_code, "一行也没有导入" in answer.text) == (422, True)
    assert count(database) == before


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (workbook_reader.LARGEST_UNPACKED + 1))
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose sheet declares an entity."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(row()))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
            new.writestr(part.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "不是 Excel 工作簿"),
        (b"%PDF-1.4", "不是 Excel 工作簿"),
        (book(row())[:900], "不是 Excel 工作簿"),
        (entities(), "不是 Excel 工作簿"),
        (bomb(), "太大"),
        (book(*[row()] * 510), "太大"),
        (book(row(), merged=True), "合并单元格"),
        (book(row(), heads=["名称", *HEADS[1:]]), "至少要有这一列：企业名称"),
        (book(), "没有可导入的行"),
    ],
    ids=range(9),
)
def test_what_cannot_be_read_gets_a_sentence(
    client_for: ClientFor, data: bytes, sentence: str
) -> None:
    answer = upload(client_for("admin"), data)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_file_that_is_too_large_is_not_opened(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_reader, "LARGEST", 1000)
    assert "太大" in upload(client_for("admin"), b"x" * 1001).text


@pytest.mark.parametrize("typed", ["", "x", "[]", "[[1, 2]]", '[[2, ["a"]]]', "[1]", '[["a", []]]'])
def test_a_confirmation_without_rows_is_refused(client_for: ClientFor, typed: str) -> None:
    assert client_for("admin").post(CONFIRM, data={"cells": typed}).status_code == 422


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[[2,", "[[Infinity,"),
        ("[[2,", "[[1e999,"),
        ("[[2,", "[[NaN,"),
        ('"INK"', "[" * 100_000),
        ('"INK"', "1"),
        ("INK", r"\ud800"),
        ("SHEET", r"\ud800"),
        ("LETTER", r"\ud800"),
    ],
    ids=range(8),
)
def test_a_forged_confirmation_is_refused(
    client_for: ClientFor, database: Database, old: str, new: str
) -> None:
    rows = [[2, [str(cell) for cell in row(address="INK")]]]
    told = json.dumps({"sheet": "SHEET", "letters": ["LETTER"] * 8, "rows": rows})
    assert old in told
    admin, before = client_for("admin"), count(database)
    answer = admin.post(CONFIRM, data={"cells": told.replace(old, new)})
    assert (answer.status_code, count(database)) == (422, before)
    assert admin.post(CONFIRM, data={"cells": told}).status_code == 303


def test_only_managers_import(client_for: ClientFor) -> None:
    assert client_for("admin").post(UPLOAD).status_code == 422
    for name in ("li", "zhao", "stranger"):
        client = client_for(name)
        for address in ("/office/import", "/office/import/enterprises.xlsx"):
            assert client.get(address).status_code == 404
        assert client.post(UPLOAD).status_code == 404
        assert client.post(CONFIRM, data={"cells": "[]"}).status_code == 404


def test_dates_and_numbers_are_read_as_a_person_reads_them() -> None:
    made = openpyxl.Workbook()
    made.active.append(
        ["甲", 13900000001.0, 1.5, datetime(2026, 11, 23), None, " 一\n二 ", True, "=1"]
    )
    out = io.BytesIO()
    made.save(out)
    [line] = workbook_reader.read(out.getvalue(), "没有这张").lines
    told = [
        "甲",
        "13900000001",
        "1.5",
        "2026-11-23",
        "",
        "一 二",
        "True",
        workbook_reader.FORMULA,
    ]
    assert (line.number, line.cells) == (1, told)
