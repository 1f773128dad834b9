"""收费公示 (4.3 c): entered at the institution's page, shown to everyone."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, one

FEE = {"item": "隐患排查", "price": "3,000–5,000 元", "unit": "次", "since": "2026-01-01"}


def test_a_fee_is_shown_in_public_and_taken_out_again(
    client_for: ClientFor, database: Database, app: Flask
) -> None:
    admin, anyone = client_for("admin"), app.test_client()
    before = anyone.get("/institution")
    assert "收费标准请向机构询问" in before.text
    assert admin.post("/office/institution/fee", data=FEE).status_code == 303
    again = anyone.get("/institution", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    assert "3,000–5,000 元 / 次" in again.text
    same = anyone.get("/institution", headers={"If-None-Match": again.headers["ETag"]})
    assert same.status_code == 304
    row = one(database, "select id from fees")
    assert admin.post(f"/office/institution/fee/{row}/remove").status_code == 303
    assert "3,000–5,000" not in anyone.get("/institution").text
    done = [r["action"] for r in database.query("select action from trail order by seq desc")][:2]
    assert done == ["fee.remove", "fee.add"]


def test_what_is_to_come_is_not_public_yet(client_for: ClientFor, app: Flask) -> None:
    admin = client_for("admin")
    admin.post("/office/institution/fee", data={**FEE, "since": "2120-01-01"})
    assert "还没有生效" in admin.get("/office/institution").text
    assert "隐患排查" not in app.test_client().get("/institution").text


def test_of_an_item_only_the_newest_price_in_force_is_public_and_the_next_is_announced(
    client_for: ClientFor, app: Flask
) -> None:
    admin = client_for("admin")
    for price, since in (
        ("2,000 元", "2025-01-01"),
        ("2,500 元", "2026-01-01"),
        ("2,800 元", "2026-01-01"),  # of the same day: for another size of enterprise
        ("9,000 元", "2120-01-01"),
    ):
        fee = {**FEE, "price": price, "since": since}
        assert admin.post("/office/institution/fee", data=fee).status_code == 303
    page = app.test_client().get("/institution").text
    assert page.count("隐患排查") == 1
    assert "2,000 元" not in page
    assert "2,500 元 / 次" in page
    assert "2,800 元 / 次" in page
    assert "自 <time>2120年1月1日</time> 起：9,000 元 / 次" in page
    assert "2,000 元" in admin.get("/office/institution").text  # what was before stays on record


def test_the_page_is_small_and_without_script(client_for: ClientFor, app: Flask) -> None:
    admin = client_for("admin")
    for number in range(40):
        fee = {**FEE, "item": f"服务项目 {number}", "note": f"含报告一份，第{number}类"}
        admin.post("/office/institution/fee", data=fee)
    page = app.test_client().get("/institution")
    assert "<script" not in page.text
    style = next(Path("webapp/static/build").glob("public-*.css")).read_bytes()
    assert len(gzip.compress(page.data)) + len(gzip.compress(style)) < 14 * 1024


@pytest.mark.parametrize(
    "wrong", [{"item": ""}, {"price": ""}, {"since": ""}, {"since": "soon"}, {"item": "长" * 81}]
)
def test_nonsense_and_strangers_are_refused(
    client_for: ClientFor, database: Database, wrong: dict[str, str]
) -> None:
    typed = {**FEE, **wrong}
    assert client_for("admin").post("/office/institution/fee", data=typed).status_code == 422
    for name in ("li", "wang", "zhao", "stranger"):
        assert client_for(name).post("/office/institution/fee", data=FEE).status_code == 404
    assert client_for("").post("/office/institution/fee", data=FEE).status_code == 303
    assert one(database, "select count(*) from fees") == 0
