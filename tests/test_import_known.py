"""从 Excel 导入: what is there already is neither given to somebody else nor written over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_import_rows import PEOPLE, book, confirm, seen, upload
from webapp.db import writing


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
