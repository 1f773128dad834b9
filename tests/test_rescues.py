"""导入未上传数据: each record once with its receipts, photos by their claim, words for a person."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from sync.rescue import new_key
from tests.conftest import ClientFor, Phone, one
from tests.sync.sealing import Part, end, sealed, written
from tests.test_commands import takan
from tests.test_hazards import fields, picture
from tests.test_visits import start
from webapp import photos
from webapp.config import Settings
from webapp.db import connect

Phones = Callable[[str], Phone]
RED = picture()
SHA256 = hashlib.sha256(RED).hexdigest()
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def public(database: Database) -> str:
    return str(one(database, "select value from meta where key = 'rescue_key'"))


@pytest.fixture
def li(phone_of: Phones) -> Phone:
    return phone_of("li")


@pytest.fixture
def admin(client_for: ClientFor) -> FlaskClient:
    return client_for("admin")


@pytest.fixture
def held(li: Phone, visit: str, engagement: str) -> dict[str, Any]:
    """What a phone of li holds, and nobody else: a visit begun, a hazard with a photo."""
    listed = {"sha256": SHA256, "size": len(RED), "type": "image/jpeg"}
    return {
        "start": li.operation("visit.start", start(visit, engagement)),
        "hazard": li.operation("hazard.record", fields(visit, photos=[SHA256]), photos=[listed]),
    }


def record(operation: dict[str, Any]) -> Part:
    about = {"kind": "operation", "person": operation["made_by"], "id": operation["id"]}
    return about, json.dumps(operation).encode()


def photo(of: dict[str, Any], data: bytes = RED, **more: Any) -> Part:
    about = {"kind": "photo", "person": of["made_by"], "operation": of["id"], "sha256": SHA256}
    return {**about, "type": "image/jpeg", **more}, data


def draft(person: str, **typed: Any) -> Part:
    about = {"kind": "draft", "person": person, "address": "/visits/x/hazards/new#"}
    return about, json.dumps({name: [words] for name, words in typed.items()}).encode()


def parts(held: dict[str, Any]) -> list[Part]:
    return [record(held["start"]), record(held["hazard"]), photo(held["hazard"]), end()]


def upload(client: FlaskClient, data: bytes, name: str = "a.takan") -> Any:
    return client.post("/office/rescue", data={"file": (io.BytesIO(data), name)})


def imported(client: FlaskClient, data: bytes) -> str:
    """The page that follows, without its tags' noise."""
    answer = upload(client, data)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200
    return str(page.text)


def report(database: Database) -> dict[str, Any]:
    sql = "select report from rescues order by imported_at desc, id desc"
    found: dict[str, Any] = json.loads(one(database, sql))
    return found


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


@pytest.mark.parametrize("name", ["", "li", "wang", "zhao", "stranger"])
def test_only_a_manager_imports(
    client_for: ClientFor, admin: FlaskClient, database: Database, public: str,
    held: dict[str, Any], name: str,
) -> None:  # fmt: skip
    client = client_for(name)
    answer = upload(client, sealed(parts(held), public))
    assert answer.status_code == (404 if name else 303)
    assert name or answer.location.startswith("/sign-in")
    assert one(database, "select count(*) from rescues") == 0
    imported(admin, sealed(parts(held), public))
    known = one(database, "select id from rescues")
    for address in ("/office/rescue", f"/office/rescue/{known}"):
        assert client.get(address).status_code == (404 if name else 303)
    assert "导入未上传数据" not in client.get("/office", follow_redirects=True).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "原样发来"),
        (RED, "原样发来"),
        (b"\x00" * 2000, "原样发来"),
        (sealed([end()], new_key()[1]), "给另一个机构加密"),
    ],
    ids=["empty", "a picture", "zeros", "another institution's"],
)
def test_nonsense_is_refused_in_words(
    admin: FlaskClient, database: Database, data: bytes, words: str
) -> None:
    answer = upload(admin, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'type="file"' in answer.text, "the form is still there"
    assert one(database, "select count(*) from rescues") == 0


def test_no_file_is_said(admin: FlaskClient) -> None:
    for answer in (admin.post("/office/rescue"), upload(admin, b"", "")):
        assert answer.status_code == 422
        assert "请先选择收到的文件" in answer.text


def test_every_context_and_anyone_may_know_the_public_key(
    client_for: ClientFor, visit: str, public: str, database: Database
) -> None:
    li, asked = client_for("li"), {"Accept": "application/json"}
    for address in ("/today", f"/visits/{visit}"):
        assert li.get(address, headers=asked).json["rescue_key"] == public
    told = client_for("").get("/rescue/key")
    assert told.json == {"takan": "sync/1", "rescue_key": public}
    private = one(database, "select value from meta where key = 'rescue_private'")
    assert private not in told.text + li.get("/today", headers=asked).text


def test_the_page_that_stands_alone_is_a_file_without_data(client_for: ClientFor) -> None:
    with client_for("").get("/rescue") as answer, client_for("li").get("/rescue") as signed_in:
        page = answer.text
        assert answer.status_code == 200
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert signed_in.text == page
    scripts = re.findall(r"<script[^>]*>", page)
    assert len(scripts) == 1
    assert "/static/build/rescue-" in scripts[0]
    assert not re.search(r"\sstyle=|\son\w+=|<style|hx-|http", page)


def test_the_key_is_restored_with_a_backup(
    settings: Settings, tmp_path: Path, li: Phone, public: str, held: dict[str, Any]
) -> None:
    file = tmp_path / "sent.takan"
    file.write_bytes(sealed(parts(held), public))
    copy, again = tmp_path / "backup", tmp_path / "again"
    assert takan("backup", str(copy), data=settings.data).returncode == 0
    assert takan("restore", str(copy), data=again).returncode == 0
    done = takan("import-rescue", str(file), data=again)
    assert done.returncode == 0, done.stderr
    assert "新收下 2" in done.stdout


def test_the_command_says_the_same_in_words(
    settings: Settings, tmp_path: Path, database: Database, li: Phone, public: str,
    held: dict[str, Any],
) -> None:  # fmt: skip
    line, frames = written(
        [*parts(held)[:-1], draft(li.person, description="写到一半"), end()], public
    )
    file = tmp_path / "sent.takan"
    file.write_bytes(line + b"".join(frames[:-1]))
    done = takan("import-rescue", str(file), data=settings.data)
    assert done.returncode == 1, "not whole"
    for words in ("新收下 2", "隐患描述: 写到一半", "后面的部分缺失", "文件不完整"):
        assert words in done.stdout
    file.write_bytes(line + b"".join(frames))
    done = takan("import-rescue", str(file), data=settings.data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "早已收到 2" in done.stdout
    brought = one(
        database, "select detail from trail where operation_id = :id", id=held["start"]["id"]
    )
    assert json.loads(brought)["brought"]["by"] == "command"
    gone = takan("import-rescue", str(tmp_path / "nowhere"), data=settings.data)
    assert (gone.returncode, "不是文件" in gone.stderr) == (1, True)
    file.write_bytes(RED)
    done = takan("import-rescue", str(file), data=settings.data)
    assert done.returncode == 1
    assert "原样发来" in done.stderr


def test_a_full_disk_keeps_what_was_taken_and_says_so(
    admin: FlaskClient, database: Database, public: str, held: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import webapp.rescue

    left = iter([True, True, False])
    real = webapp.rescue.shutil.disk_usage
    full = real("/")._replace(free=-1)
    monkeypatch.setattr(
        webapp.rescue.shutil, "disk_usage",
        lambda place: real(place) if next(left) else full,
    )  # fmt: skip
    page = imported(admin, sealed(parts(held), public))
    assert "只收下了一部分" in page
    assert report(database)["counts"] == {"new": 1}
    monkeypatch.undo()
    imported(admin, sealed(parts(held), public))
    assert report(database)["counts"] == {"known": 1, "new": 1}
