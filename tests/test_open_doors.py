"""What strangers ask for: not too often from one place, and written down without their secrets."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute

from tests.conftest import ClientFor
from webapp import open_doors
from webapp.config import Settings
from webapp.db import now

FAR = {"REMOTE_ADDR": "203.0.113.7"}
SAME_LINE = [{"REMOTE_ADDR": f"2001:db8:1:2::{n}"} for n in range(1, 5)]


@pytest.fixture
def anyone(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(open_doors, "LOOKS", RateLimitItemPerMinute(3))
    monkeypatch.setattr(open_doors, "DEEDS", RateLimitItemPerMinute(2))
    return client_for("")


def test_one_address_is_asked_to_wait_and_the_next_is_not(
    anyone: FlaskClient, demo: dict[str, str]
) -> None:
    page = f"/b/{demo['board_code']}"
    answers = [anyone.get(page, environ_overrides=FAR) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "请过一分钟再试" in answers[3].text
    assert answers[3].headers["Retry-After"] == "60"
    assert anyone.get(page, environ_overrides={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200
    assert anyone.get(page).status_code == 200, "this machine itself is never counted"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::ffff:127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("203.0.113.5:99", "203.0.113.5:99"),
        ("unknown", "unknown"),
    ],
)
def test_whom_an_address_stands_for(address: str, place: str) -> None:
    assert open_doors.source(address) == place


def test_what_is_no_open_door_counts_too(anyone: FlaskClient, settings: Settings) -> None:
    for address in ("/office", "/nothing-here", "/"):
        assert anyone.get(address, environ_overrides=FAR).status_code in {303, 404}
    assert anyone.get("/today", environ_overrides=FAR).status_code == 429
    said = [line.split(" ", 2)[2] for line in lines(settings) if "203.0.113.7" in line]
    assert said == ["GET /office 303", "GET - 404", "GET / 303", "GET /today 429"]


def test_a_flood_leaves_one_line_a_minute(anyone: FlaskClient, settings: Settings) -> None:
    for _ in range(9):
        anyone.get("/institution", environ_overrides=FAR)
    said = [line.rsplit(" ", 1)[1] for line in lines(settings) if "203.0.113.7" in line]
    assert said == ["200"] * 3 + ["429"]


def test_a_whole_line_of_ipv6_is_one_place(anyone: FlaskClient) -> None:
    codes = [anyone.get("/institution", environ_overrides=at).status_code for at in SAME_LINE]
    assert codes == [200, 200, 200, 429]


def test_passwords_are_tried_more_slowly_than_pages_are_looked_at(anyone: FlaskClient) -> None:
    typed = {"name": "li", "password": "wrong wrong"}
    codes = [
        anyone.post("/sign-in", data=typed, environ_overrides=FAR).status_code for _ in range(3)
    ]
    assert codes[:2] == [codes[0]] * 2
    assert codes[0] != 429
    assert codes[2] == 429
    assert anyone.get("/institution", environ_overrides=FAR).status_code == 200


def test_who_is_signed_in_and_the_parts_of_the_app_are_not_counted(
    client_for: ClientFor, anyone: FlaskClient
) -> None:
    for _ in range(5):
        part = anyone.get("/worker.js", environ_overrides=FAR)
        assert part.status_code == 200
        part.close()
    admin = client_for("admin")
    assert {admin.get("/institution").status_code for _ in range(5)} == {200}


def lines(settings: Settings) -> list[str]:
    file = settings.folder / "access" / f"{now()[:7]}.log"
    return file.read_text().splitlines() if file.exists() else []


def test_a_line_says_when_who_which_door_and_the_answer(
    client_for: ClientFor, demo: dict[str, str], settings: Settings
) -> None:
    before = len(lines(settings))
    stranger = client_for("")
    stranger.get(f"/b/{demo['board_code']}?from=a-poster", environ_overrides=FAR)
    stranger.get("/follow-up/a-secret-of-somebody", environ_overrides=FAR)
    client_for("admin").get("/institution")
    new = lines(settings)[before:]
    assert [line.split(" ", 1)[1] for line in new if "203.0.113.7" in line] == [
        "203.0.113.7 GET /b/<code> 200",
        "203.0.113.7 GET /follow-up/<token> 404",
    ]
    assert all(line.startswith(now()[:10]) for line in new)
    assert not any("/institution" in line for line in new), "who is signed in stands in the trail"
    assert "secret" not in "".join(new)


def test_half_a_year_is_kept_and_no_more(settings: Settings) -> None:
    months = [f"2025-{month:02}" for month in range(1, 13)]
    for month in months:
        open_doors.note(settings.folder, f"{month}-03T00:00:00.000Z", "x GET /b/<code> 200")
    folder = settings.folder / "access"
    assert sorted(file.stem for file in folder.glob("2025-*.log")) == months[-7:]
    open_doors.note(settings.folder, "2027-05-01T00:00:00.000Z", "x GET /b/<code> 200")
    assert [file.stem for file in folder.glob("*.log") if file.stem < "2027-05"] == []
    assert (folder / "2027-05.log").stat().st_mode & 0o077 == 0, (
        "others on the machine need not read"
    )


def test_a_page_is_answered_when_nothing_can_be_written(
    anyone: FlaskClient, settings: Settings
) -> None:
    (settings.folder / "access").mkdir(exist_ok=True)
    (settings.folder / "access" / f"{now()[:7]}.log").unlink(missing_ok=True)
    (settings.folder / "access" / f"{now()[:7]}.log").mkdir()
    assert anyone.get("/institution").status_code == 200
