"""The commands as a person runs them: real processes, killed and looked into."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ClientFor, one
from tests.e2e.server import Server
from tests.takan import takan
from webapp import commands
from webapp.config import Settings
from webapp.db import connect


@pytest.fixture
def running(settings: Settings) -> Iterator[Server]:
    """As a person starts it: what it holds open and ends with is its own."""
    server = Server(settings.data)
    server.home = Path.cwd()
    server.start()
    yield server
    server.kill()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_the_parent_holds_nothing_that_must_not_be_forked(running: Server) -> None:
    assert running.process
    opened = [os.readlink(file) for file in Path(f"/proc/{running.process.pid}/fd").iterdir()]
    mapped = Path(f"/proc/{running.process.pid}/maps").read_text()
    assert not [name for name in opened if "takan.db" in name or "write.lock" in name]
    assert "typst" not in mapped


def test_a_dead_child_is_replaced_and_sigterm_stops_all(running: Server) -> None:
    assert running.process
    before = children(running.process.pid)
    assert len(before) == 3  # two answer, one sends reminders
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 15
    while set(children(running.process.pid)) == set(before) and time.monotonic() < deadline:
        time.sleep(0.05)
    while len(children(running.process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    after = children(running.process.pid)
    assert len(after) == 3
    assert before[0] not in after
    assert urllib.request.urlopen(f"{running.url}/sign-in", timeout=10).status == 200
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=10) == 0
    deadline = time.monotonic() + 1
    while any(map(is_alive, after)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_alive, after))


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize("port", ["busy", "99999", "eighty"])
def test_a_port_it_cannot_have_is_a_sentence(settings: Settings, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        asked = str(other.getsockname()[1]) if port == "busy" else port
        refused = takan("run", data=settings.data, PORT=asked)
    assert refused.returncode in {1, 2}
    assert asked in refused.stderr
    assert "port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_init_makes_an_institution_and_its_first_manager(tmp_path: Path) -> None:
    arguments = ["init", "--name", "真实机构", "--manager", "陈静", "--sign-in", "chen"]
    short = takan(*arguments, data=tmp_path, TAKAN_PASSWORD="short")
    assert short.returncode != 0
    assert "至少 8 位" in short.stderr
    made = takan(*arguments, data=tmp_path, TAKAN_PASSWORD="long-enough")
    assert made.returncode == 0, made.stderr
    db = connect(tmp_path / "institution" / "takan.db")
    assert one(db, "select role from people where sign_in_name = 'chen'") == "manager"
    assert one(db, "select count(*) from people") == 1
    db.close()
    assert takan(*arguments, data=tmp_path, TAKAN_PASSWORD="long-enough").returncode != 0


def test_a_backup_is_whole_and_a_restore_has_a_new_epoch(
    settings: Settings, tmp_path: Path
) -> None:
    assert takan("verify", data=settings.data).returncode == 0
    copy = tmp_path / "backup"
    assert takan("backup", str(copy), data=settings.data).returncode == 0
    again = tmp_path / "again"
    assert takan("restore", str(copy), data=again).returncode == 0
    assert takan("verify", data=again).returncode == 0
    one_of = [connect(folder / "institution" / "takan.db") for folder in (settings.data, again)]
    epochs = [one(db, "select value from meta where key = 'epoch'") for db in one_of]
    counts = [one(db, "select count(*) from operations") for db in one_of]
    for db in one_of:
        db.close()
    assert epochs[0] != epochs[1]
    assert counts[0] == counts[1] > 0


def test_a_backup_leaves_out_what_is_being_written(settings: Settings, tmp_path: Path) -> None:
    """Listed by the copy and renamed before it was read, it made the backup fail."""
    photo = next(file for file in (settings.folder / "photos").rglob("*") if file.is_file())
    photo.with_name(f".{photo.name}.0123abcd").symlink_to("gone")
    done = takan("backup", str(tmp_path / "backup"), data=settings.data)
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "backup").rglob(".*"))


def test_a_restore_that_was_killed_serves_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under its old epoch no phone would send again what the backup lacks."""
    copy, again = tmp_path / "backup", tmp_path / "again"
    assert takan("backup", str(copy), data=settings.data).returncode == 0
    restored = replace(settings, data=again)
    arguments = argparse.Namespace(place=str(copy))
    with monkeypatch.context() as killed:
        killed.setattr(os, "sync", sys.exit)
        with pytest.raises(SystemExit):
            commands.restore(restored, arguments)
    assert not list(again.glob("*/takan.db"))
    commands.restore(restored, arguments)
    assert [file.name for file in (again / "institution").glob("takan.db*")] == ["takan.db"]
    assert takan("verify", data=again).returncode == 0


TAMPERED = {
    "trail 3": "update trail set person = 'x' where seq = 3",
    "trail 5": "delete from trail where seq = 4",
    "operation": "update operations set body = cast(body || ' ' as blob) where server_seq = 2",
    "slip": "update confirmations set slip = replace(slip, 'C.1/', 'C.2/')",
    "signature": "update signatures set strokes = '[]' where party = 'enterprise'",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_verify_finds_what_was_tampered_with(settings: Settings, what: str) -> None:
    db = connect(settings.folder / "takan.db", readonly=False)
    db.execute(TAMPERED[what])
    db.close()
    found = takan("verify", data=settings.data)
    assert found.returncode == 1
    assert found.stdout.startswith(what)


NAMED = {
    "photo": "select sha256 from photos",
    "plan": "select image from plans",
    "paper": "select sha256 from papers",
    "attachment": "select sha256 from attachments",
}


@pytest.mark.parametrize("what", NAMED)
def test_verify_finds_a_file_that_changed_or_went(
    client_for: ClientFor, settings: Settings, what: str
) -> None:
    database = connect(settings.folder / "takan.db")
    visit = one(database, "select visit_id from confirmations where satisfaction is not null")
    assert client_for("admin").get(f"/visits/{visit}/slip.pdf").status_code == 200  # archived
    name = one(database, NAMED[what])
    database.close()
    [file] = settings.folder.rglob(f"*{name}*")
    whole = file.read_bytes()
    for broken in (whole[:-1], whole + b"x", b""):
        file.write_bytes(broken)
        assert takan("verify", data=settings.data).stdout.startswith(f"{what} {file.stem}")
    file.unlink()
    assert takan("verify", data=settings.data).returncode == 1
    file.write_bytes(whole)
    assert takan("verify", data=settings.data).returncode == 0


def test_a_backup_that_is_not_whole_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    photo = next(file for file in (settings.folder / "photos").rglob("*") if file.is_file())
    photo.unlink()
    made = takan("backup", str(tmp_path / "backup"), data=settings.data)
    assert made.returncode == 1
    assert f"photo {photo.name}" in made.stderr


@pytest.mark.parametrize("verb", ["migrate", "verify", "backup", "remind", "import-rescue"])
def test_a_folder_without_data_is_a_sentence(tmp_path: Path, verb: str) -> None:
    more = [str(tmp_path / "place")] if verb in {"backup", "import-rescue"} else []
    done = takan(verb, *more, data=tmp_path / "mistyped")
    assert (done.returncode, done.stderr.strip()) == (
        1,
        f"{tmp_path / 'mistyped'} 没有数据 (no data)",
    )
    assert list(tmp_path.iterdir()) == [], "nothing was made there"


def test_what_cannot_be_is_a_sentence_and_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    file, place = tmp_path / "file", tmp_path / "backup"
    file.touch()
    photo = next(file for file in (settings.folder / "photos").rglob("*") if file.is_file())
    photo.with_name("gone").symlink_to("nowhere")
    for told in (
        takan("restore", str(tmp_path), data=tmp_path / "other"),
        takan("demo", data=file),
        takan("run", data=file, PORT="0"),
        takan("backup", str(place), data=settings.data),
    ):
        assert told.returncode == 1
        assert "(no backup)" in told.stderr or "没有完成 (not done): " in told.stderr
        assert "Traceback" not in told.stderr
    assert not place.exists(), "half a backup is none"
    assert not (tmp_path / "other").exists()


def test_run_makes_a_demo_when_data_is_empty(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()
    server.kill()
    log = (tmp_path / "server.log").read_text()
    assert "li · wang · zhao · admin" in log
    assert server.demo["password"] in log
    assert f"/b/{server.demo['board_code']}" in log
    shutil.rmtree(tmp_path / "data")
