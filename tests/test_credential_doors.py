"""A credential is added, corrected, checked and seen by few, with its scan."""

from __future__ import annotations

import io

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, credential, jpeg, person
from webapp.db import today
from webapp.routes import evidence


def test_a_credential_is_added_corrected_and_taken_out(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = {
        "kind": "special_operation", "number": "T320500198001011234",
        "valid_from": "2024-01-01", "valid_to": "2030-01-01", "review_on": "2027-01-01",
    }  # fmt: skip
    assert admin.post(f"/office/people/{who}/credentials", data=typed).status_code == 303
    held = one(database, "select id from credentials where kind = 'special_operation'")
    seen = admin.get(f"/office/people/{who}").text
    assert "T320500198001011234" not in seen
    assert "****1234" in seen
    assert "编号里有身份证号" in seen
    edited = {**typed, "number": "", "valid_to": "2031-01-01"}
    assert admin.post(f"/office/credentials/{held}", data=edited).status_code == 303
    row = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    assert (row["number"], row["valid_to"]) == ("T320500198001011234", "2031-01-01")
    assert admin.post(f"/office/credentials/{held}/remove").status_code == 422
    assert admin.post(f"/office/credentials/{held}/remove", data={"sure": "yes"}).status_code == 303
    assert "****1234" not in admin.get(f"/office/people/{who}").text
    assert one(database, "select count(*) from credentials where id = :id", id=held) == 1
    assert trail.verify(database) is None
    told = [row["detail"] for row in database.query("select detail from trail")]
    assert not any("T3205" in detail for detail in told)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "driver"}, "请选一项"),
        ({"valid_to": "2026-02-30"}, "日期不能识别"),
        ({"valid_to": "20260230"}, "日期不能识别"),
        ({"valid_from": "2030-01-02"}, "结束日期早于开始日期"),
        ({"number": "9" * 61}, "填写太长"),
        ({"review_on": "2030-01-02"}, "复审日期不能晚于"),
        ({"valid_from": "2026-01-02", "review_on": "2026-01-01"}, "复审日期不能早于"),
    ],
)
def test_a_nonsense_credential_is_refused_and_kept_on_the_page(
    client_for: ClientFor, database: Database, change: dict[str, str], sentence: str
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    before = one(database, "select count(*) from credentials")
    typed = {"kind": "fire_engineer", "registered_unit": "写了一半的单位", "valid_to": "2030-01-01"}
    answer = admin.post(f"/office/people/{who}/credentials", data={**typed, **change})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "写了一半的单位" in answer.text
    assert one(database, "select count(*) from credentials") == before
    assert admin.post(f"/office/people/{NOBODY}/credentials", data=typed).status_code == 404


def test_the_same_certificate_is_entered_once(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = {"kind": "fire_engineer", "number": "F-1", "valid_to": "2030-01-01"}
    assert admin.post(f"/office/people/{who}/credentials", data=typed).status_code == 303
    again = admin.post(f"/office/people/{who}/credentials", data=typed)
    assert (again.status_code, "已经登记过" in again.text) == (422, True)
    other = {**typed, "valid_to": "2031-01-01"}
    assert admin.post(f"/office/people/{who}/credentials", data=other).status_code == 303


def test_the_whole_number_is_shown_once_and_the_look_is_noted(
    client_for: ClientFor, database: Database
) -> None:
    held, whole = credential(database, "李晓峰"), "32050000DEMO1001"
    for name in ("admin", "li"):
        client = client_for(name)
        answer = client.post(f"/office/credentials/{held}/number")
        assert whole in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        own = client.get(f"/office/people/{person(database, '李晓峰')}")
        assert whole not in own.text
    assert one(database, "select count(*) from audit where action = 'number.look'") == 2
    assert client_for("admin").post(f"/office/credentials/{NOBODY}/number").status_code == 404


def test_a_check_is_written_down(client_for: ClientFor, database: Database) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")
    typed = {"checked_on": today(), "note": "全国注册查询，状态正常"}
    address = f"/office/credentials/{held}/check"
    assert "未核验" in admin.get(f"/office/credentials/{held}").text
    assert admin.post(address, data=typed).status_code == 303
    assert "全国注册查询，状态正常" in admin.get(f"/office/credentials/{held}").text
    ahead = admin.post(address, data={**typed, "checked_on": "2099-01-01"})
    assert (ahead.status_code, "还没有到" in ahead.text) == (422, True)
    assert admin.post(address, data={**typed, "note": " "}).status_code == 422


def test_a_scan_is_stripped_kept_and_seen_by_few(client_for: ClientFor, database: Database) -> None:
    admin, held = client_for("admin"), credential(database, "李晓峰")
    fields = {"kind": "safety_engineer", "valid_to": "2030-01-01"}
    for data, kind in ((jpeg(), "image/jpeg"), (PDF, "application/pdf")):
        typed = {**fields, "scan": (io.BytesIO(data), "证书")}
        assert admin.post(f"/office/credentials/{held}", data=typed).status_code == 303
        kept = one(database, "select evidence_id from credentials where id = :id", id=held)
        for name in ("admin", "li"):
            seen = client_for(name).get(f"/evidence/{kept}")
            assert (seen.status_code, seen.mimetype) == (200, kind)
            assert b"SECRET-CAMERA" not in seen.data
            assert seen.headers["Cache-Control"] == "no-store"
            seen.close()
        for name in ("wang", "zhao", "stranger"):
            assert client_for(name).get(f"/evidence/{kept}").status_code == 404
        sha256 = one(database, "select sha256 from evidence where id = :id", id=kept)
        assert client_for("li").get(f"/photos/{sha256}").status_code == 404
    assert one(database, "select count(*) from audit where action = 'evidence.look'") == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello", "不是可识别的扫描件"),
        (b"%PDF-1.4 cut", "PDF 不完整"),
        (b"%PDF-" + b"0" * 2000, "扫描件太大"),
    ],
)
def test_what_is_no_scan_is_refused(
    client_for: ClientFor,
    database: Database,
    data: bytes,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 1000)
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = {"kind": "safety_assessor", "number": "DEMO9", "scan": (io.BytesIO(data), "a.pdf")}
    answer = admin.post(f"/office/people/{who}/credentials", data=typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "DEMO9" in answer.text
    assert one(database, "select count(*) from credentials where number = 'DEMO9'") == 0


def test_an_archived_slip_is_no_evidence_and_the_other_way_round(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "李晓峰")
    typed = {"kind": "safety_engineer", "scan": (io.BytesIO(PDF), "a.pdf")}
    admin.post(f"/office/credentials/{held}", data=typed)
    answer = client_for("").post("/verify", data={"paper": (io.BytesIO(PDF), "a.pdf")})
    assert "与存档不一致" in answer.text
