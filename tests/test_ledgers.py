"""服务对象台账: all that is served, on the page and as Excel."""

from __future__ import annotations

import io
import zipfile

from sqlite_utils import Database

from tests.conftest import ClientFor, one


def test_the_ledger_has_every_engagement(client_for: ClientFor, database: Database) -> None:
    page = client_for("admin").get("/office/ledger").text
    count = one(database, "select count(*) from engagements")
    assert page.count('href="/office/engagements/') == count
    assert "未上报" in page


def test_it_is_exported_by_a_manager_and_logged(client_for: ClientFor, database: Database) -> None:
    answer = client_for("admin").post("/office/ledger.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "张家港示范金属制品有限公司" in texts
    assert "统一社会信用代码" in texts
    assert one(database, "select action from trail order by seq desc") == "export.ledger"
    for name in ("li", "wang", "zhao", "stranger"):
        assert client_for(name).get("/office/ledger").status_code == 404
        assert client_for(name).post("/office/ledger.xlsx").status_code == 404
