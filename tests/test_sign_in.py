from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp.domain.people import pin_hash


def test_in_and_out(client_for: ClientFor) -> None:
    client = client_for("li")
    assert client.get("/today").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/today").status_code == 303


def test_each_role_lands_at_home(app: Flask, demo: dict[str, str]) -> None:
    for name, home in {"li": "/today", "zhao": "/office", "admin": "/office"}.items():
        typed = {"name": name, "password": demo["password"]}
        assert landed(app.test_client(), typed) == home


def landed(client: FlaskClient, typed: dict[str, str]) -> str:
    """Where the page that tells the browser whose it is leads."""
    answer = client.post("/sign-in", data=typed, follow_redirects=True)
    found = re.search(r'data-whose="[0-9a-f-]{36}"><a href="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def test_a_wrong_password_says_so_and_keeps_the_name(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"name": "li", "password": "x"})
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.text
    assert 'value="li"' in answer.text


def test_too_many_failures_lock_the_name_for_a_while(app: Flask, demo: dict[str, str]) -> None:
    client = app.test_client()
    for _ in range(8):
        client.post("/sign-in", data={"name": "li", "password": "x"})
    answer = client.post("/sign-in", data={"name": "li", "password": demo["password"]})
    assert answer.status_code == 429
    assert "15 分钟" in answer.text


def test_only_our_own_paths_follow_a_sign_in(app: Flask, demo: dict[str, str]) -> None:
    typed = {"name": "li", "password": demo["password"]}
    for onward, place in {
        "/visits/1": "/visits/1",
        "//evil.example": "/today",
        "/\t/evil.example": "/today",
        "https://evil.example": "/today",
        "/\\evil.example": "/today",
    }.items():
        assert landed(app.test_client(), {**typed, "next": onward}) == place
    near = app.test_client()
    near.post("/sign-in", data=typed)
    assert 'href="/today"' in near.get("/sign-in/done?next=//evil.example").text


def test_only_who_signed_in_just_now_is_told(client_for: ClientFor) -> None:
    """On a device that was handed over a link to it must open nothing."""
    client = client_for("li")
    assert client.get("/sign-in/done").status_code == 200  # the sign-in itself
    again = client.get("/sign-in/done?next=/today")
    assert (again.status_code, again.location) == (303, "/sign-in")


def test_signed_out_the_browser_is_told_once(client_for: ClientFor) -> None:
    client = client_for("li")
    answer = client.post("/sign-out", follow_redirects=True)
    assert 'data-whose=""><a href="/sign-in"' in answer.text
    again = client.get("/sign-in/done")
    assert (again.status_code, again.location) == (303, "/sign-in"), "a session that ran out"


def test_who_forgot_the_pin_may_type_the_password_again(client_for: ClientFor) -> None:
    client = client_for("li")
    assert client.get("/sign-in").location == "/today"
    assert 'name="password"' in client.get("/sign-in?again=1").text


def test_demo_accounts_answer_on_loopback_only(app: Flask, demo: dict[str, str]) -> None:
    typed = {"name": "li", "password": demo["password"]}
    far = {"REMOTE_ADDR": "10.0.0.7"}
    assert app.test_client().post("/sign-in", data=typed, environ_base=far).status_code == 403
    near = app.test_client()
    near.post("/sign-in", data=typed)
    assert near.get("/today", environ_base=far).status_code == 303
    behind_a_proxy = {"Host": "takan.example"}
    assert near.get("/today", headers=behind_a_proxy).status_code == 303


def test_a_changed_password_cuts_off_every_other_session(
    client_for: ClientFor, demo: dict[str, str]
) -> None:
    lost, own = client_for("li"), client_for("li")
    change = {"old": demo["password"], "new": "a-long-new-one"}
    assert own.post("/me/password", data=change).status_code == 303
    assert own.get("/today").status_code == 200
    assert lost.get("/today").status_code == 303


def test_a_bad_pin_or_password_is_refused_with_a_sentence(
    client_for: ClientFor, demo: dict[str, str], database: Database
) -> None:
    client = client_for("li")
    for pin in ("12", "1234567", "12a4", ""):
        answer = client.post("/me/pin", data={"pin": pin, "password": demo["password"]})
        assert (answer.status_code, "要 4 到 6 位数字" in answer.text) == (422, True)
    for typed in ({"pin": "9999"}, {"pin": "9999", "password": "x"}):
        answer = client.post("/me/pin", data=typed)
        assert (answer.status_code, "登录密码不对" in answer.text) == (422, True)
    hashed = one(database, "select pin_hash from people where sign_in_name = 'li'")
    salt = one(database, "select pin_salt from people where sign_in_name = 'li'")
    assert hashed == pin_hash(salt, demo["pin"]), "nothing of it changed the PIN"
    wrong = client.post("/me/password", data={"old": "x", "new": "a-long-new-one"})
    assert wrong.status_code == 422
    assert "原密码不对" in wrong.text
