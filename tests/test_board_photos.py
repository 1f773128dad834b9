"""公示牌悬挂照片 (5.4.1 d): added, shown with its day, in the file or missing there, and a duty."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_hazards import picture
from webapp.config import Settings
from webapp.db import today
from webapp.verify import broken


@pytest.fixture
def board(database: Database, engagement: str) -> str:
    return str(one(database, "select id from boards where engagement_id = :id", id=engagement))


@pytest.fixture
def enterprise(database: Database, engagement: str) -> str:
    sql = "select enterprise_id from engagements where id = :id"
    return str(one(database, sql, id=engagement))


def hang(client: FlaskClient, board: str, data: bytes | None = None, on: str = "") -> Any:
    form: dict[str, Any] = {"taken_on": on or today()}
    if data is not None:
        form["photo"] = (io.BytesIO(data), "board.jpg")
    return client.post(f"/boards/{board}/photos", data=form)


def names(client: FlaskClient, enterprise: str) -> list[str]:
    zipped = client.post(f"/enterprises/{enterprise}/file.zip").data
    return [name for name in zipfile.ZipFile(io.BytesIO(zipped)).namelist() if "悬挂照片" in name]


@pytest.mark.parametrize("name", ["li", "admin"])
def test_whoever_stands_before_it_adds_a_dated_photo(
    client_for: ClientFor, board: str, enterprise: str, settings: Settings, name: str
) -> None:
    admin = client_for("admin")
    assert "没有悬挂照片" in admin.get("/office").text
    assert "没有悬挂照片" in admin.get(f"/enterprises/{enterprise}").text
    assert "没有悬挂照片" in admin.get(f"/enterprises/{enterprise}/file").text
    assert names(admin, enterprise)[0].endswith("缺失.txt")
    answer = hang(client_for(name), board, picture())
    assert answer.status_code == 303
    assert answer.location == f"/enterprises/{enterprise}#board-{board}"
    for address in (f"/enterprises/{enterprise}", f"/enterprises/{enterprise}/file"):
        page = admin.get(address).text
        assert today() in page
        assert "没有悬挂照片" not in page
    assert "/board-photos/" in admin.get(f"/boards/{board}/photos").text
    (kept,) = names(admin, enterprise)
    assert kept.endswith(".jpg")
    assert today() in kept
    assert broken(settings.folder) == []


def test_the_picture_is_shown_to_those_tied_and_to_nobody_else(
    client_for: ClientFor, board: str, database: Database
) -> None:
    hang(client_for("li"), board, picture())
    found = one(database, "select id from board_photos")
    answer = client_for("wang").get(f"/board-photos/{found}")
    assert answer.mimetype == "image/jpeg"
    answer.close()
    stranger = client_for("stranger")
    assert stranger.get(f"/board-photos/{found}").status_code == 404
    assert stranger.post(f"/board-photos/{found}/withdraw").status_code == 404
    assert hang(stranger, board, picture()).status_code == 404
    assert hang(client_for("zhao"), board, picture()).status_code == 404


@pytest.mark.parametrize(
    ("data", "on", "words"),
    [
        (None, "", "请先选择文件"),
        (b"", "", "请先选择文件"),
        (b"not a picture", "", "不是可识别的图片"),
        (picture(), (date.fromisoformat(today()) + timedelta(days=1)).isoformat(), "日期"),
        (picture(), "2001-01-01", "早于制牌日期"),
        (picture(), "2026-02-30", "日期"),
    ],
)
def test_nonsense_is_refused_and_kept(
    client_for: ClientFor, database: Database, board: str, data: bytes | None, on: str, words: str
) -> None:
    answer = hang(client_for("admin"), board, data, on)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{on or today()}"' in answer.text
    assert one(database, "select count(*) from board_photos") == 0


def test_a_revoked_board_takes_no_more(client_for: ClientFor, board: str, enterprise: str) -> None:
    admin = client_for("admin")
    admin.post(f"/boards/{board}/revoke", data={"sure": "yes"})
    assert hang(admin, board, picture()).status_code == 422
    assert "✕ 没有悬挂照片" not in admin.get(f"/enterprises/{enterprise}").text


def test_the_wrong_picture_is_withdrawn(
    client_for: ClientFor, board: str, enterprise: str, database: Database
) -> None:
    admin = client_for("admin")
    hang(admin, board, picture())
    found = one(database, "select id from board_photos")
    assert admin.post(f"/board-photos/{found}/withdraw").status_code == 303
    assert "没有悬挂照片" in admin.get(f"/enterprises/{enterprise}").text
    assert one(database, "select count(*) from board_photos") == 1
