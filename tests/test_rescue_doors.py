"""Who may take a rescue file in, by page or command; the public key; what is no such file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync.rescue import new_key
from tests.conftest import ClientFor, Phone, one
from tests.rescuing import (
    RED,
    admin,
    draft,
    held,
    imported,
    li,
    parts,
    public,
    report,
    upload,
)
from tests.sync.sealing import end, sealed, written
from tests.takan import takan
from webapp.config import Settings

__all__ = ["admin", "held", "li", "public"]


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
