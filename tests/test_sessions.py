"""Where somebody is signed in: seen, ended from elsewhere, and what a cookie survives."""

from __future__ import annotations

import re

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import person, words


def test_another_device_is_signed_out_from_here(client_for: ClientFor, database: Database) -> None:
    phone, desk = client_for("li"), client_for("li")
    page = desk.get("/me")
    assert words(page.text).count("让它退出登录") == 1
    address = re.search(r'action="(/me/sessions/[^"]+)"', page.text)
    assert address
    assert client_for("wang").post(address[1]).status_code == 404
    assert desk.post(address[1]).status_code == 303
    assert phone.get("/today").status_code == 303
    assert desk.get("/today").status_code == 200
    assert desk.post(address[1]).status_code == 404
    assert one(database, "select count(*) from audit where action = 'session.end'") == 1


def test_a_cookie_of_before_the_list_or_after_the_backup_still_works(
    client_for: ClientFor, writable: Database
) -> None:
    """A restored server must not shut out the phones that have something for it."""
    older, newer = client_for("li"), client_for("li")
    with older.session_transaction() as cookie:
        del cookie["sid"]
    writable.execute("delete from sessions")
    for client in (older, newer):
        assert client.get("/today").status_code == 200


def test_a_session_that_is_used_says_so(
    client_for: ClientFor, writable: Database, demo: dict[str, str]
) -> None:
    client = client_for("li")
    writable.execute("update sessions set last_seen = '2026-01-01T00:00:00.000Z'")
    client.post("/me/pin", data={"pin": "1357", "password": demo["password"]})
    assert one(writable, "select last_seen from sessions") > "2026-01-02"


def test_who_leaves_is_out_at_once_on_every_device(
    client_for: ClientFor, database: Database
) -> None:
    admin, li = client_for("admin"), client_for("li")
    who = person(database, "李晓峰")
    typed = {"sure": "yes", "from": "person"}
    answer = admin.post(f"/office/people/{who}/deactivate", data=typed)
    assert answer.location == f"/office/people/{who}"
    assert li.get("/today").status_code == 303
    assert admin.post(f"/office/people/{who}/activate", data=typed).status_code == 303
    assert li.get("/today").status_code == 303  # a session of before stays over
    assert client_for("li").get("/today").status_code == 200
