"""A photo in pieces: whatever is cut, repeated or broken, it becomes whole once or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.conftest import Phone, Phones, one
from tests.test_hazards import fields
from tests.test_photos import jpeg
from tests.test_visits import start
from webapp import create_app, photos, uploads
from webapp.config import Settings

PICTURE = jpeg()
SHA256 = hashlib.sha256(PICTURE).hexdigest()
Sender = tuple[Phone, str]


@pytest.fixture
def sender(phone_of: Phones, visit: str, engagement: str) -> Sender:
    li = phone_of("li")
    li.do("visit.start", start(visit, engagement))
    listed = {"sha256": SHA256, "size": len(PICTURE), "type": "image/jpeg"}
    operation = li.operation("hazard.record", fields(visit, photos=[SHA256]), photos=[listed])
    assert li.send(operation).status_code == 201
    return li, operation["id"]


def put(sender: Sender, offset: Any, data: bytes) -> TestResponse:
    phone, operation = sender
    address = f"/sync/photos/{SHA256}?operation={operation}"
    return phone.client.put(address, data=data, headers={"Upload-Offset": str(offset)})


def arrived(app_settings: Settings, database: Any) -> bool:
    file = photos.path(app_settings.folder, SHA256)
    sql = "select count(*) from operation_photos where arrived_at is not null and sha256 = :s"
    there = one(database, sql, s=SHA256)
    assert bool(there) <= file.exists()
    return bool(there) and file.read_bytes() == PICTURE


def test_pieces_make_a_photo(sender: Sender, settings: Settings, database: Any) -> None:
    half = len(PICTURE) // 2
    assert put(sender, 0, PICTURE[:half]).json["offset"] == half
    assert not arrived(settings, database)
    assert put(sender, half, PICTURE[half:]).json["size"] == len(PICTURE)
    assert arrived(settings, database)
    assert not list((settings.folder / "incoming").iterdir())


def test_a_lost_answer_is_told_where_to_go_on(sender: Sender) -> None:
    put(sender, 0, PICTURE[:1000])
    again = put(sender, 0, PICTURE[:1000])
    assert again.status_code == 409
    assert again.json["error"] == {"code": "offset", "params": {"offset": 1000}}


def test_bytes_that_are_not_the_photo_are_dropped(
    sender: Sender, settings: Settings, database: Any
) -> None:
    put(sender, 0, bytes(len(PICTURE) - 1))
    wrong = put(sender, len(PICTURE) - 1, b"x")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (409, "wrong_hash")
    assert not arrived(settings, database)
    assert put(sender, 0, PICTURE).json["size"] == len(PICTURE)
    assert arrived(settings, database)


@pytest.mark.parametrize("offset", ["x", "-1", len(PICTURE)])
def test_nonsense_is_refused(sender: Sender, offset: Any) -> None:
    assert put(sender, offset, b"abc").status_code in {400, 409}
    assert put(sender, 0, PICTURE + b"more").status_code == 400


def test_a_stranger_brings_no_piece(sender: Sender, phone_of: Phones) -> None:
    assert put((phone_of("wang"), sender[1]), 0, PICTURE).status_code == 404


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    place = tmp_path / "part"
    assert uploads.append(place, 0, b"abc") == 3
    with pytest.raises(uploads.Elsewhere) as other:
        uploads.append(place, 0, b"abc")
    assert other.value.offset == 3


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5)), max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_always_a_beginning(tmp_path: Path, sent: list[tuple[int, int]]) -> None:
    """Pieces from anywhere, in any order: the file is the photo's first bytes, nothing else."""
    place = tmp_path / "part"
    uploads.drop(place)
    whole = bytes(range(20))
    for offset, length in sent:
        with contextlib.suppress(uploads.Elsewhere):
            uploads.append(place, offset, whole[offset : offset + length])
        assert whole.startswith(place.read_bytes() if place.exists() else b"")


def test_a_lost_answer_to_the_last_piece_costs_nothing(sender: Sender, settings: Settings) -> None:
    half = len(PICTURE) // 2
    put(sender, 0, PICTURE[:half])
    first = put(sender, half, PICTURE[half:])
    again = put(sender, half, PICTURE[half:])
    assert (again.status_code, again.json) == (200, first.json)
    assert not list((settings.folder / "incoming").iterdir())


def test_a_photo_torn_after_it_arrived_is_asked_for_again(
    sender: Sender, settings: Settings, database: Any
) -> None:
    put(sender, 0, PICTURE)
    photos.path(settings.folder, SHA256).write_bytes(PICTURE[:1000])
    again = put(sender, len(PICTURE) - 1, PICTURE[-1:])
    assert again.json["error"] == {"code": "offset", "params": {"offset": 0}}
    assert put(sender, 0, PICTURE).json["size"] == len(PICTURE)
    assert arrived(settings, database)


def test_a_part_shorter_than_acknowledged_goes_on_from_there(
    sender: Sender, settings: Settings, database: Any
) -> None:
    """The power went: a piece may be lost, and the phone is told where to go on."""
    put(sender, 0, PICTURE[:3000])
    [part] = (settings.folder / "incoming").iterdir()
    os.truncate(part, 1000)
    assert put(sender, 3000, PICTURE[3000:]).json["error"]["params"] == {"offset": 1000}
    assert put(sender, 1000, PICTURE[1000:]).json["size"] == len(PICTURE)
    assert arrived(settings, database)


def test_a_start_sweeps_what_a_crash_left(sender: Sender, settings: Settings) -> None:
    """Pieces of a photo that came another way and of a phone gone for a month, and temporary
    files; not the pieces and the file that somebody is at."""
    put(sender, 0, PICTURE[:1000])
    incoming = settings.folder / "incoming"
    [waited_for] = incoming.iterdir()
    landed = incoming / f"{sender[1]}-{'0' * 64}"
    landed.write_bytes(b"a photo nobody waits for")
    place = photos.path(settings.folder, SHA256)
    place.parent.mkdir(parents=True, exist_ok=True)
    drafts = [place.with_name(f".{SHA256}.{letter * 8}") for letter in "ab"]
    for draft in drafts:
        draft.write_bytes(b"half")
    with drafts[0].open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        create_app(settings)
    assert [drafts[0].exists(), drafts[1].exists()] == [True, False]
    assert list(incoming.iterdir()) == [waited_for]
    month = time.time() - uploads.KEPT - 1
    os.utime(waited_for, (month, month))
    create_app(settings)
    assert not drafts[0].exists()
    assert not list(incoming.iterdir())


def test_below_its_reserve_the_server_refuses_early(
    sender: Sender, settings: Settings, app: Flask
) -> None:
    app.config["SETTINGS"] = replace(settings, disk_reserve=2**62)
    phone = sender[0]
    for answer in (put(sender, 0, PICTURE), phone.send(phone.operation("visit.end", {}))):
        assert (answer.status_code, answer.json["error"]["code"]) == (507, "disk_full")
        assert answer.headers["Retry-After"] == "60"
    assert not (settings.folder / "incoming").exists()
    assert phone.client.get("/today").status_code == 200
