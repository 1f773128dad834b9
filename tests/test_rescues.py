"""导入未上传数据: each record once with its receipts, photos by their claim, words for a person."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, Phone, Phones, one
from tests.rescuing import (
    NOBODY,
    RED,
    SHA256,
    admin,
    draft,
    held,
    imported,
    li,
    parts,
    photo,
    public,
    record,
    report,
)
from tests.sync.sealing import end, sealed, written
from tests.test_hazards import fields, picture
from webapp import photos
from webapp.config import Settings
from webapp.db import connect

__all__ = ["admin", "held", "li", "public"]


def test_what_a_phone_held_is_taken_in_once(
    admin: FlaskClient, li: Phone, database: Database, settings: Settings, public: str,
    held: dict[str, Any], visit: str,
) -> None:  # fmt: skip
    data = sealed(parts(held), public, person=li.person)
    page = imported(admin, data)
    assert "文件完整" in page
    found = report(database)
    assert found["counts"] == {"new": 2}
    assert found["photos"] == {"new": 1, "missing": 0}
    assert photos.path(settings.folder, SHA256).read_bytes() == RED
    assert SHA256 in admin.get(f"/office/visits/{visit}").text
    receipts = list(database.query("select id, receipt from operations order by server_seq"))
    imported(admin, data)
    again = report(database)
    assert again["counts"] == {"known": 2}
    assert again["photos"] == {"known": 1, "missing": 0}
    assert (
        list(database.query("select id, receipt from operations order by server_seq")) == receipts
    )
    assert trail.verify(database) is None


def test_a_phone_that_comes_back_hears_that_all_is_there(
    admin: FlaskClient, li: Phone, database: Database, public: str, held: dict[str, Any]
) -> None:
    imported(admin, sealed(parts(held), public))
    for operation in held.values():
        answer = li.send(operation)
        assert answer.status_code == 200
        assert answer.json["photos_missing"] == []
        kept = one(database, "select receipt from operations where id = :id", id=operation["id"])
        assert kept in answer.text, "the receipt that was frozen at the import"
    later = li.operation("visit.end", {"visit_id": held["hazard"]["payload"]["visit_id"]})
    assert li.send(later).status_code == 201


def test_what_the_phone_sent_before_is_known_and_not_flagged(
    admin: FlaskClient, li: Phone, database: Database, public: str, held: dict[str, Any]
) -> None:
    assert li.send(held["start"]).status_code == 201
    imported(admin, sealed(parts(held), public))
    assert report(database)["counts"] == {"known": 1, "new": 1}
    reasons = {
        row["id"]: json.loads(row["receipt"])["reason"]
        for row in database.query("select id, receipt from operations")
    }
    assert reasons[held["start"]["id"]] is None
    assert reasons[held["hazard"]["id"]] == {"code": "flagged", "params": {"flags": ["brought"]}}


def test_the_trail_names_who_brought_it(
    admin: FlaskClient, li: Phone, database: Database, public: str, held: dict[str, Any]
) -> None:
    imported(admin, sealed(parts(held), public, device="phone-of-li"))
    manager = one(database, "select id from people where sign_in_name = 'admin'")
    sql = "select person, detail from trail where operation_id = :id"
    row = next(iter(database.query(sql, {"id": held["hazard"]["id"]})))
    brought = json.loads(row["detail"])["brought"]
    assert row["person"] == li.person
    assert (brought["by"], brought["device"]) == (manager, "phone-of-li")
    assert one(database, "select person from trail where action = 'rescue.import'") == manager


def test_a_deactivated_persons_work_is_set_aside_like_a_delivery(
    admin: FlaskClient, settings: Settings, database: Database, public: str, held: dict[str, Any]
) -> None:
    """Whoever carries the file has not looked at what is in it."""
    db = connect(settings.folder / "takan.db", readonly=False)
    db.execute("update people set active = 0 where sign_in_name = 'li'")
    db.close()
    page = imported(admin, sealed(parts(held), public))
    assert report(database)["counts"] == {"set_aside": 2}
    assert "等待决定" in page
    assert 'href="/office/set-aside"' in page
    assert "/office/visits/" not in page, "nothing of it stands in a visit yet"
    sql = "select count(*) from hazards where id = :id"
    assert one(database, sql, id=held["hazard"]["id"]) == 0
    chosen = [held["start"]["id"], held["hazard"]["id"]]
    given = {"decision": "take_in", "operation": chosen}
    assert admin.post("/office/set-aside", data=given).status_code == 303
    assert one(database, sql, id=held["hazard"]["id"]) == 1


def test_each_that_cannot_be_taken_says_why_and_stops_no_other(
    admin: FlaskClient, li: Phone, phone_of: Phones, database: Database, public: str,
    held: dict[str, Any], visit: str,
) -> None:  # fmt: skip
    stranger, wang = phone_of("stranger"), phone_of("wang")
    edit = wang.operation("hazard.edit", fields(visit, hazard_id=held["hazard"]["id"]), base=NOBODY)
    bad = [
        record(stranger.operation("hazard.record", fields(visit))),
        record(li.operation("hazard.record", fields(NOBODY))),
        record(li.operation("hazard.sing", {})),
        record(edit),
        ({"kind": "operation", "person": li.person, "id": "x"}, b"{"),
        record(li.operation("visit.end", {"visit_id": visit}, made_at="2026-99-99T00:00:00.000Z")),
        ({"kind": "of tomorrow"}, b"x"),
        ({"kind": "photo", "person": 5}, b"x"),
        ({"kind": "draft"}, b"x"),
    ]
    page = imported(
        admin,
        sealed(
            [record(held["start"]), record(held["hazard"]), *bad, photo(held["hazard"]), end()],
            public,
        ),
    )
    found = report(database)
    results = [(row["result"], row["reason"]["code"]) for row in found["records"]]
    assert results[:7] == [
        ("new", "flagged"), ("new", "flagged"), ("refused", "not_tied"), ("refused", "unknown_visit"),
        ("held", ""), ("conflict", "edited_meanwhile"), ("refused", "malformed"),
    ]  # fmt: skip
    assert found["unknown"] == 1
    assert [one["code"] for one in found["broken"]] == ["nonsense", "nonsense"]
    assert found["photos"]["new"] == 1
    for words in (
        "不在这个服务项目的人员名单里",
        "没有这次现场服务",
        "来自更新的版本",
        "没有覆盖",
        "不能识别为一条记录",
    ):
        assert words in page
    assert one(database, "select count(*) from held_operations") == 1


def test_a_photo_needs_its_claim_and_its_hash(
    admin: FlaskClient, phone_of: Phones, database: Database, settings: Settings, public: str,
    held: dict[str, Any],
) -> None:  # fmt: skip
    other = picture("blue")
    wrong = [
        photo(held["hazard"], other),  # other bytes under the name
        photo(held["hazard"], other, sha256=hashlib.sha256(other).hexdigest()),  # nobody named it
        photo(held["hazard"], person=phone_of("wang").person),  # not its author
        photo(held["hazard"], sha256="../../takan.db"),
        photo(held["hazard"], operation="", draft="/x"),  # no draft names it
    ]
    page = imported(
        admin, sealed([record(held["start"]), record(held["hazard"]), *wrong, end("gone")], public)
    )
    found = report(database)
    assert found["photos"] == {"damaged": 1, "unclaimed": 4, "missing": 1}
    assert found["lost"] == 1
    assert not found["whole"]
    assert "手机上已没有" in page
    assert not photos.path(settings.folder, SHA256).exists()
    imported(admin, sealed(parts(held), public))
    assert report(database)["photos"] == {"new": 1, "missing": 0}


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_a_cut_file_gives_what_it_holds(
    admin: FlaskClient, database: Database, public: str, held: dict[str, Any], keep: int
) -> None:
    line, frames = written(parts(held), public, operations=2, photos=1)
    page = imported(admin, line + b"".join(frames[:keep]) + frames[keep][:-1])
    found = report(database)
    assert found["counts"] == {"new": min(keep, 2)}
    assert found["photos"].get("new", 0) == (1 if keep == 3 else 0)
    assert found["broken"] == [{"number": keep, "code": "cut"}]
    assert "文件在这里断了" in page
    assert "文件不完整" in page
    assert ("照片：文件里应有 1，读出来 0" in page) == (keep < 3)
    assert ("记录：文件里应有 2，读出来 1" in page) == (keep == 1)
    imported(admin, line + b"".join(frames))
    assert report(database)["whole"]


def test_half_written_words_can_be_read_and_change_nothing(
    admin: FlaskClient, client_for: ClientFor, li: Phone, database: Database, public: str
) -> None:
    typed = draft(
        li.person, description="防护罩<b>缺失", photos=SHA256, severity="general", odd_field="怪"
    )
    named = {"kind": "photo", "person": li.person, "draft": typed[0]["address"], "sha256": SHA256}
    loose = ({"kind": "draft", "person": li.person, "address": "z"}, "不是表单的字".encode())
    page = imported(admin, sealed([typed, loose, (named, RED), end()], public))
    for words in ("隐患描述", "防护罩&lt;b&gt;缺失", "怪", "不是表单的字", "李晓峰"):
        assert words in page
    imported(admin, sealed([typed, end()], public))
    assert one(database, "select count(*) from rescued_drafts") == 2
    assert one(database, "select count(*) from hazards where description like '防护罩%缺失'") == 0
    draft_id = one(database, "select id from rescued_drafts where address like '/visits/%'")
    address = f"/office/rescue/drafts/{draft_id}/{SHA256}/thumbnail"
    with admin.get(address) as answer:
        assert answer.mimetype == "image/webp"
    assert admin.get(f"/office/rescue/drafts/{draft_id}/{'0' * 64}/thumbnail").status_code == 404
    assert client_for("li").get(address).status_code == 404
    assert client_for("li").get(f"/photos/{SHA256}").status_code == 404


def test_an_open_file_is_taken_and_said(
    admin: FlaskClient, database: Database, held: dict[str, Any]
) -> None:
    assert "没有加密" in imported(admin, sealed(parts(held), ""))
    assert report(database)["counts"] == {"new": 2}
