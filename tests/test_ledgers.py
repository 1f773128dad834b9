"""服务对象台账: all that is served, on the page and as Excel."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from sqlite_utils import Database

from tests.conftest import ClientFor, one


def test_the_ledger_has_every_engagement(client_for: ClientFor, database: Database) -> None:
    page = client_for("admin").get("/office/ledger").text
    count = one(database, "select count(*) from engagements")
    assert page.count('href="/office/engagements/') == count
    assert "未上报" in page


def test_it_is_of_a_county_and_a_year(client_for: ClientFor, database: Database) -> None:
    """A star rating is of one county and one year."""
    admin, county = client_for("admin"), "张家港市"
    page = admin.get(f"/office/ledger?county={county}").text
    of_county = (
        "select count(*) from engagements as e join enterprises as n on n.id = e.enterprise_id"
        " where n.county = :county"
    )
    count = one(database, of_county, county=county)
    assert 0 < count < one(database, "select count(*) from engagements")
    assert page.count('href="/office/engagements/') == count
    assert f"<option selected>{county}" in page
    assert 'href="/office/engagements/' not in admin.get("/office/ledger?year=2001").text
    answer = admin.post("/office/ledger.xlsx", data={"county": county, "year": ""})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "张家港示范金属制品有限公司" in texts
    assert "苏州示范仓储物流有限公司" not in texts.split("属地检查")[0]
    for wrong in ("county=x", "year=x", "year=19"):
        assert admin.get(f"/office/ledger?{wrong}").status_code == 422
    assert admin.post("/office/ledger.xlsx", data={"year": "x"}).status_code == 422


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


def test_two_names_of_a_county_become_one(writable: Database) -> None:
    """What was entered before a county had to be written in full."""
    with writable.conn:
        writable.execute("update enterprises set county = '昆山' where county = '常熟市'")
        writable.execute("update notifications set county = '吴江' where county = '常熟市'")
    writable.conn.executescript(Path("webapp/migrations/0025_counties.sql").read_text())
    told = {row["county"] for row in writable.query("select county from enterprises")}
    assert "昆山市" in told
    assert "昆山" not in told
    assert one(writable, "select count(*) from notifications where county = '吴江'") == 0
