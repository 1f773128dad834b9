"""The page behind the code: what it says, what it never says, and that it knows the day."""

from __future__ import annotations

import gzip
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp import board_codes
from webapp.db import connect
from webapp.documents.typesetting import CannotPrint
from webapp.standard import credentials


def test_the_page_says_who_and_whether_valid(app: Flask, demo: dict[str, str]) -> None:
    answer = app.test_client().get(f"/b/{demo['board_code'].lower()}")
    assert answer.status_code == 200
    for word in (
        "苏州踏勘",
        "示范金属",
        "王建国",
        "证书有效",
        "30天内到期",
        "12350",
        "服务中",
        "满意",
    ):
        assert word in answer.text, word
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "<script" not in answer.text


def test_the_page_never_says_what_is_secret(
    app: Flask, demo: dict[str, str], database: Database
) -> None:
    text = app.test_client().get(f"/b/{demo['board_code']}").text
    for secret in ("光电保护", "13800000000", "32050000DEMO", "检查细致", "/photos/"):
        assert secret not in text, secret


def test_an_unchanged_page_is_not_sent_again(app: Flask, demo: dict[str, str]) -> None:
    client, address = app.test_client(), f"/b/{demo['board_code']}"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_tomorrow_is_another_page(
    app: Flask, demo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = app.test_client(), f"/b/{demo['board_code']}"
    tag = client.get(address).headers["ETag"]
    monkeypatch.setattr("webapp.routes.public.today", lambda: "2099-01-01")
    later = client.get(address, headers={"If-None-Match": tag})
    assert later.status_code == 200
    assert "已结束" in later.text
    assert "已过期" in later.text


def test_an_unknown_code_helps(app: Flask) -> None:
    answer = app.test_client().get("/b/NOSUCHCODE00")
    assert answer.status_code == 404
    assert "没有找到公示" in answer.text
    assert "12350" in answer.text


def test_a_revoked_board_says_so(
    app: Flask, client_for: ClientFor, demo: dict[str, str], database: Database
) -> None:
    sql = "select id from boards where code = :code"
    board = one(database, sql, code=demo["board_code"])
    admin = client_for("admin")
    assert admin.post(f"/boards/{board}/revoke").status_code == 422, "not without the tick"
    assert client_for("li").post(f"/boards/{board}/revoke", data={"sure": "yes"}).status_code == 404
    assert admin.post(f"/boards/{board}/revoke", data={"sure": "yes"}).status_code == 303
    answer = app.test_client().get(f"/b/{demo['board_code']}")
    assert answer.status_code == 404
    assert "已停用" in answer.text


def test_who_takes_consent_back_is_gone_at_once(
    app: Flask, demo: dict[str, str], settings: object
) -> None:
    from webapp.config import Settings

    assert isinstance(settings, Settings)
    db = connect(settings.folder / "takan.db", readonly=False)
    db.execute("update people set publish = 0 where name = '王建国'")
    db.close()
    assert "王建国" not in app.test_client().get(f"/b/{demo['board_code']}").text


def test_the_page_is_small(app: Flask, demo: dict[str, str]) -> None:
    page = app.test_client().get(f"/b/{demo['board_code']}").data
    style = next(Path("webapp/static/build").glob("public-*.css")).read_bytes()
    assert len(gzip.compress(page)) + len(gzip.compress(style)) <= 14 * 1024


@pytest.mark.parametrize(("size", "width"), [("a4", 210), ("60x90", 600)])
def test_the_board_prints_at_its_size_and_its_code_scans(
    client_for: ClientFor, demo: dict[str, str], database: Database, size: str, width: int
) -> None:
    board = one(database, "select id from boards where code = :code", code=demo["board_code"])
    pdf = client_for("admin").get(f"/boards/{board}.pdf?size={size}").data
    page = pypdfium2.PdfDocument(pdf)[0]
    assert abs(page.get_width() / 72 * 25.4 - width) < 1.5
    found = zxingcpp.read_barcodes(page.render(scale=3 if size == "a4" else 1).to_pil())
    assert [one.text for one in found] == [f"HTTP://LOCALHOST/B/{demo['board_code']}"]
    assert "示范金属" in page.get_textpage().get_text_range()


def test_a_manager_makes_a_board_and_a_stranger_does_not(
    client_for: ClientFor, database: Database, engagement: str
) -> None:
    sql = "select enterprise_id from engagements where id = :id"
    address = f"/enterprises/{one(database, sql, id=engagement)}/boards"
    before = database["boards"].count
    form = {"engagement_id": engagement}
    assert client_for("li").post(address, data=form).status_code == 404
    assert client_for("admin").post(address, data={"engagement_id": "x"}).status_code == 422
    assert client_for("admin").post(address, data=form).status_code == 303
    assert database["boards"].count == before + 1


def test_rare_names_print_and_what_no_font_has_is_named() -> None:
    from webapp.documents.board import board_pdf

    shown = {
        "institution": {"name": "𠮷䶮镕"}, "people": [], "items": [],
        "engagement": {"enterprise": "堃", "starts_on": "", "ends_on": "", "frequency": ""},
        "board": {"code": "A" * 12},
    }  # fmt: skip
    pdf = board_pdf(shown, "a4", "2026-11-23", "https://t.example")
    assert pdf == board_pdf(shown, "a4", "2026-11-23", "https://t.example"), "byte for byte"
    assert "𠮷䶮镕" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    shown["institution"] = {"name": "\U00012000"}
    with pytest.raises(CannotPrint):
        board_pdf(shown, "a4", "2026-11-23", "https://t.example")


def test_the_last_day_still_counts() -> None:
    states = {"2026-11-22": "expired", "2026-11-23": "due_7", "2026-12-23": "due_30"}
    states |= {"2026-12-24": "valid"}
    for valid_to, state in states.items():
        assert credentials.state(valid_to, False, "2026-11-23") == state
    assert credentials.state(None, False, "2026-11-23") == "valid"
    assert credentials.state(None, True, "2026-11-23") == "suspended"
    assert credentials.masked("T320582199001011234") == "****1234"
    assert credentials.masked("12") == "****"


def test_a_code_is_drawn_as_vectors_on_white() -> None:
    drawn = board_codes.svg("HTTPS://T.EXAMPLE/B/K7Q2M9XW0000")
    assert "<path" in drawn
    assert 'fill="white"' in drawn
