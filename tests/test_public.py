"""What anyone sees: the page behind the board, and whether a slip is real."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import WITHDRAWN, ClientFor, one
from tests.test_institution import days_ago
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries import boards
from webapp.routes import public


@pytest.fixture
def anyone(client_for: ClientFor) -> FlaskClient:
    return client_for("")


@pytest.fixture
def code(demo: dict[str, str]) -> str:
    return demo["board_code"]


@pytest.fixture
def change(settings: Settings) -> Database:
    return connect(settings.folder / "takan.db", readonly=False)


def test_a_board_shows_who_serves_and_whom_to_call(anyone: FlaskClient, code: str) -> None:
    answer = anyone.get(f"/b/{code}")
    assert answer.status_code == 200
    for words in (
        "苏州踏勘安全技术服务有限公司", "✓ 服务中", "王建国", "项目负责人", "****1002", "✓ 有效",
        "30天内到期", "tel:0512-00000001", "tel:0512-00000002", "tel:12350", "营业执照", "从业告知",
        "隐患排查与治理指导", "企业评价", "满意", "每月一次",
    ):  # fmt: skip
        assert words in answer.text, words


def test_what_must_never_be_public_is_not(
    anyone: FlaskClient, code: str, database: Database
) -> None:
    text = anyone.get(f"/b/{code}").text
    secrets = [row["description"] for row in database.query("select description from hazards")]
    secrets += [
        row["phone"] for row in database.query("select phone from people where phone <> ''")
    ]
    secrets += [row["number"] for row in database.query("select number from credentials")]
    secrets += [
        row["id"] for row in database.query("select id from visits union select id from people")
    ]
    secrets += [row["hash"] for row in database.query("select hash from confirmations")]
    secrets += ["检查细致", "赵敏", "/photos/", "<script", "DEMO1001"]
    for secret in secrets:
        assert secret not in text, secret


def test_headers_say_revalidate_and_do_not_index(anyone: FlaskClient, code: str) -> None:
    answer = anyone.get(f"/b/{code}")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_second_visit_costs_nothing_until_something_changes(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    tag = anyone.get(f"/b/{code}").headers["ETag"]
    again = anyone.get(f"/b/{code}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    change.execute("update institution set phone = '0512-7'")
    assert anyone.get(f"/b/{code}", headers={"If-None-Match": tag}).status_code == 200


def test_midnight_changes_the_tag_and_the_verdict(
    anyone: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch, change: Database
) -> None:
    day, morrow = today(), days_ago(-1)
    change.execute("update credentials set valid_to = :day", {"day": day})
    monkeypatch.setattr(public, "today", lambda: day)
    before = anyone.get(f"/b/{code}")
    monkeypatch.setattr(public, "today", lambda: morrow)
    after = anyone.get(f"/b/{code}", headers={"If-None-Match": before.headers["ETag"]})
    assert "7天内到期" in before.text
    assert "无有效证书" not in before.text
    assert after.status_code == 200
    assert "✕ 已过期" in after.text
    assert "无有效证书" in after.text


@pytest.mark.parametrize("column", ["ended_on", "ends_on"])
def test_an_ended_engagement_says_so(
    anyone: FlaskClient, code: str, change: Database, column: str
) -> None:
    change.execute(f"update engagements set {column} = '2020-03-01'")
    text = anyone.get(f"/b/{code}").text
    assert "✕ 已结束" in text
    assert "2020年3月1日" in text
    assert "正在服务" not in text


def test_the_next_visit_is_told_while_it_is_served(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    """Planned, of this engagement, not begun, not cancelled, not over."""
    of = one(change, "select engagement_id from boards where code = :code", code=code)
    with change.conn:
        change.execute(
            "update visits set planned_on = '2099-03-05', cancelled_at = null where started_at is"
            " null and engagement_id = ?",
            [of],
        )
    assert re.search(r"下次服务</dt><dd><time>2099年3月5日", anyone.get(f"/b/{code}").text)
    with change.conn:
        change.execute("update visits set cancelled_at = planned_on where started_at is null")
    assert "下次服务</dt><dd>还没有安排" in anyone.get(f"/b/{code}").text
    with change.conn:
        change.execute("update engagements set ended_on = '2026-01-01' where id = ?", [of])
    assert "下次服务" not in anyone.get(f"/b/{code}").text


def test_a_suspended_credential_and_an_expired_licence(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    change.execute("insert into suspensions (id, credential_id) select id, id from credentials")
    change.execute("update institution set licence_valid_to = '2020-01-01'")
    text = anyone.get(f"/b/{code}").text
    assert "✕ 已暂停" in text
    assert re.search("营业执照.*✕ 已过期", text)


def test_of_a_lead_who_did_not_agree_nothing_tells_who_it_is(
    anyone: FlaskClient, code: str, change: Database, client_for: ClientFor
) -> None:
    """A kind, a last day and a state name one person in a small institution."""
    lead = "select e.lead_id from engagements as e join boards as b on b.engagement_id = e.id"
    who = one(change, f"{lead} where b.code = :code", code=code)
    change.execute("delete from consents where person_id = :id", {"id": who})
    sql = "update credentials set kind = 'fire_engineer', valid_to = :day where person_id = :id"
    change.execute(sql, {"id": who, "day": "2091-07-13"})

    def leads() -> str:
        return next(
            row for row in re.findall(r"<li>.*?</ul>\s*</li>", anyone.get(f"/b/{code}").text, re.S)
            if "项目负责人" in row
        )  # fmt: skip

    seen = leads()
    assert "没有同意公示" in seen
    assert "今日持有效证书" in seen
    assert not any(told in seen for told in ("消防", "2091", "7月13日", "到期"))
    shown = boards.shown(change, boards.by_code(change, code) or {}, "2026-11-23")
    assert not any("2091-07-13" in str(row) for row in shown["people"])
    change.execute(sql, {"id": who, "day": "2020-01-01"})
    assert "✕ 无有效证书" in leads()
    assert "已过期" not in leads()


def test_who_did_not_consent_stands_without_a_name(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    change.execute(WITHDRAWN)
    text = anyone.get(f"/b/{code}").text
    assert "李晓峰" not in text
    assert "****1001" not in text
    assert "（未公示）" in text


def test_a_slip_with_missing_parts_is_no_error_page(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    change.execute("update confirmations set slip = '{}'")
    assert anyone.get(f"/b/{code}").status_code == 200


def test_case_and_misread_letters_do_not_matter(anyone: FlaskClient, code: str) -> None:
    spaced = f"{code[:4]}-{code[4:8]}-{code[8:]}"
    misread = code.replace("0", "O").replace("1", "l")
    for typed in (f"/B/{code}", f"/b/{code.lower()}", f"/b/{spaced}", f"/b/{misread}"):
        assert anyone.get(typed).status_code == 200, typed


def test_an_unknown_code_helps_on(anyone: FlaskClient) -> None:
    answer = anyone.get("/b/000000000000")
    assert answer.status_code == 404
    assert answer.headers["X-Robots-Tag"] == "noindex"
    for words in ("没有找到公示", "编号不存在", "tel:12350", "tel:0512-00000001"):
        assert words in answer.text


def test_a_revoked_board_says_so(anyone: FlaskClient, code: str, change: Database) -> None:
    change.execute("update boards set revoked_on = '2026-11-01'")
    answer = anyone.get(f"/b/{code}")
    assert answer.status_code == 404
    assert "已停用" in answer.text
    assert "王建国" not in answer.text
    assert anyone.get(f"/b/{code}.svg").status_code == 404


def test_the_drawing_of_a_board_and_of_nothing_else(anyone: FlaskClient, code: str) -> None:
    answer = anyone.get(f"/b/{code}.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert anyone.get(f"/b/{'A' * 4000}.svg").status_code == 404


def test_page_and_style_fit_in_fourteen_kilobytes(
    anyone: FlaskClient, code: str, settings: Settings
) -> None:
    manifest = json.loads((settings.build / "manifest.json").read_text())
    style = (settings.build / manifest["public.css"]).read_bytes()
    assert len(style) <= 2048
    page = anyone.get(f"/b/{code}").data
    assert len(gzip.compress(page)) + len(gzip.compress(style)) < 14 * 1024
    assert b"<script" not in page
    assert re.findall(rb'(?:src|rel="stylesheet" href)="([^"]+)"', page) == [
        f"/static/build/{manifest['public.css']}".encode()
    ]


def test_a_slip_is_confirmed_by_its_code(anyone: FlaskClient, database: Database) -> None:
    slip = next(iter(database.query("select code, hash from confirmations")))
    for address in (f"/verify/{slip['code'].lower()}", f"/VERIFY/{slip['code']}"):
        answer = anyone.get(address)
        assert answer.status_code == 200
        assert "✓ 有这张确认单" in answer.text
        assert "双方已签字" in answer.text
        assert slip["hash"] in answer.text
        assert "示范金属" not in answer.text
    assert anyone.get("/verify", query_string={"code": slip["code"]}).status_code == 200


def test_an_unknown_slip_is_not(anyone: FlaskClient) -> None:
    answer = anyone.get("/verify/0000000000000")
    assert answer.status_code == 404
    assert "✕ 没有这张确认单" in answer.text
    assert "核验编码" in answer.text
    assert anyone.get("/verify").status_code == 200


def test_an_older_slip_says_that_a_newer_one_stands(anyone: FlaskClient, change: Database) -> None:
    old = one(change, "select code from confirmations")
    change.execute(
        "insert into confirmations (id, visit_id, slip, hash, code, made_at, received_at, satisfaction)"
        " select 'new', visit_id, slip, hash, 'NEWNEWNEWNEWN', '2099-01-01T00:00:00.000Z',"
        " received_at, 'average' from confirmations where code = :code",
        {"code": old},
    )
    assert "已有新的确认单" in anyone.get(f"/verify/{old}").text
    assert "已有新的确认单" not in anyone.get("/verify/NEWNEWNEWNEWN").text


def test_the_archived_pdf_is_known_and_a_changed_one_is_not(
    anyone: FlaskClient, client_for: ClientFor, database: Database, settings: Settings
) -> None:
    visit = one(database, "select visit_id from confirmations order by made_at desc")
    pdf = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    kept = settings.folder / "papers" / f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    assert kept.read_bytes() == pdf
    assert "✓ 与存档完全一致" in upload(anyone, pdf)
    assert one(database, "select code from confirmations order by made_at desc") in upload(
        anyone, pdf
    )
    assert "✕ 与存档不一致" in upload(anyone, pdf[:-1] + b" ")


def upload(client: FlaskClient, pdf: bytes) -> str:
    return client.post("/verify", data={"paper": (io.BytesIO(pdf), "slip.pdf")}).text


def test_an_upload_without_a_file_is_told_so(anyone: FlaskClient) -> None:
    answer = anyone.post("/verify", data={})
    assert answer.status_code == 422
    assert "请先选择 PDF 文件" in answer.text


def test_another_site_cannot_post_here(anyone: FlaskClient) -> None:
    answer = anyone.post("/verify", data={}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_public_pages_are_the_only_open_ones_here(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith("public."):
            assert getattr(view, "open_to_all", False), rule
        if rule.endpoint.startswith("office."):
            assert not getattr(view, "open_to_all", False), rule


def test_the_style_sheet_knows_dark(settings: Settings) -> None:
    source = Path("webapp/static/css/public.css").read_text()
    assert "prefers-color-scheme: dark" in source
    assert "url(" not in source


def test_a_review_that_is_due_is_called_one(
    anyone: FlaskClient, code: str, change: Database
) -> None:
    change.execute(
        "update credentials set valid_to = '2099-01-01', review_on = :soon", {"soon": days_ago(-3)}
    )
    page = anyone.get(f"/b/{code}").text
    assert "7天内待复审" in page
    assert "7天内到期" not in page


def test_a_board_without_its_lead_says_so(anyone: FlaskClient, code: str, change: Database) -> None:
    assert "更换中" not in anyone.get(f"/b/{code}").text
    change.execute("update people set active = 0 where sign_in_name = 'wang'")
    page = anyone.get(f"/b/{code}").text
    assert "<b>项目负责人</b> <span>更换中，请致电服务机构</span>" in page
