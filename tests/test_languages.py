"""中文 or English: chosen by a link, kept by the browser; papers stay Chinese."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.conftest import ClientFor
from tests.test_house import CHINESE
from tests.test_templates import ROOT
from webapp import create_app
from webapp.config import Settings


@pytest.fixture
def anyone(client_for: ClientFor) -> FlaskClient:
    return client_for("")


def test_a_language_is_chosen_by_a_link_and_kept(anyone: FlaskClient) -> None:
    page = anyone.get("/sign-in").text
    assert '<html lang="zh-CN">' in page
    link = re.search(r'href="(/language/en[^"]*)"', page)
    assert link
    answer = anyone.get(link[1])
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    page = anyone.get(answer.location).text
    assert '<html lang="en">' in page
    assert "Sign-in name" in page
    assert set(CHINESE.findall(page)) == set("中文")
    anyone.get("/language/zh?next=/sign-in")
    assert "登录名" in anyone.get("/sign-in").text


def test_a_language_leads_nowhere_else(anyone: FlaskClient) -> None:
    for place in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = anyone.get("/language/en", query_string={"next": place})
        assert answer.location == "/"
    assert anyone.get("/language/fr").status_code == 404


def test_the_cookie_is_secure_behind_tls(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://takan.example"))
    answer = app.test_client().get("/language/en?next=/sign-in", base_url="https://takan.example")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_public_page_knows_its_language(anyone: FlaskClient, demo: dict[str, str]) -> None:
    address = f"/b/{demo['board_code']}"
    chinese = anyone.get(address)
    assert "Cookie" in chinese.headers["Vary"]
    anyone.get("/language/en")
    page = anyone.get(address, headers={"If-None-Match": chinese.headers["ETag"]})
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    assert "Who serves here" in page.text
    style = next((ROOT / "webapp/static/build").glob("public-*.css")).read_bytes()
    assert len(gzip.compress(page.data)) + len(gzip.compress(style)) < 14_000


def test_dates_and_days_of_the_week_are_english(client_for: ClientFor) -> None:
    li = client_for("li")
    li.set_cookie("language", "en")
    assert re.search(
        r"\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b",
        li.get("/today").text,
    )
    assert ">Mon<" in li.get("/office/calendar").text


def test_a_paper_stays_chinese(client_for: ClientFor) -> None:
    """The ledger's heads, and what the record is drafted with."""
    admin = client_for("admin")
    admin.set_cookie("language", "en")
    book = zipfile.ZipFile(io.BytesIO(admin.post("/office/ledger.xlsx").data))
    assert "统一社会信用代码" in book.read("xl/sharedStrings.xml").decode()
