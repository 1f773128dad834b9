"""通行密钥: made with one's password, good for one answer, gone with a reset or a lost phone. What a
real authenticator signs is tried in tests/e2e/test_passkeys.py."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp import db as clock
from webapp.domain import accounts, passkeys, people
from webapp.domain.refusal import Refusal

NONSENSE = ["", "x", "[]", "{}", '{"id": 5}', json.dumps({"id": "AAAA", "response": {}})]


def person(database: Database, name: str) -> str:
    return str(one(database, "select id from people where sign_in_name = :name", name=name))


def kept(database: Database, name: str, key: str = "AAAA") -> str:
    """A key of this person, as its device would have made it."""
    who = person(database, name)
    agent = "Mozilla/5.0 (iPhone) Safari/605"
    passkeys.add(database, who, (key, b"\xa5", 0), agent, clock.now())
    return who


def begin(client: FlaskClient, password: str) -> tuple[int, dict[str, object]]:
    answer = client.post("/me/passkeys/begin", data={"password": password})
    return answer.status_code, answer.json


def test_the_password_is_asked_before_a_key_is_made(
    client_for: ClientFor, demo: dict[str, str]
) -> None:
    client = client_for("li")
    assert begin(client, "x") == (422, {"error": "wrong_password_here"})
    status, options = begin(client, demo["password"])
    assert status == 200
    assert options["rp"] == {"name": "踏勘", "id": "localhost"}
    selection = options["authenticatorSelection"]
    assert selection == {**selection, "residentKey": "required", "userVerification": "required"}  # type: ignore[dict-item]


def test_too_many_wrong_passwords_lock_it_too(client_for: ClientFor, demo: dict[str, str]) -> None:
    client = client_for("li")
    for _ in range(8):
        begin(client, "x")
    assert begin(client, demo["password"]) == (429, {"error": "too_many_failures"})


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_makes_no_key_and_lets_nobody_in(
    app: Flask, client_for: ClientFor, demo: dict[str, str], database: Database, credential: str
) -> None:
    client = client_for("li")
    begin(client, demo["password"])
    answer = client.post("/me/passkeys", data={"credential": credential})
    assert answer.status_code == 422
    assert "通行密钥没有通过" in answer.text
    assert one(database, "select count(*) from passkeys") == 0
    stranger = app.test_client()
    assert stranger.post("/sign-in/passkey/begin").json["userVerification"] == "required"
    answer = stranger.post("/sign-in/passkey", data={"credential": credential})
    assert answer.status_code == 422
    assert "通行密钥" in answer.text
    assert stranger.get("/today").status_code == 303


def test_an_answer_nobody_asked_for_is_refused(app: Flask, writable: Database) -> None:
    kept(writable, "li")
    claimed = json.dumps({"id": "AAAA", "response": {}})
    answer = app.test_client().post("/sign-in/passkey", data={"credential": claimed})
    assert "没有通过" in answer.text


def test_a_known_key_that_signed_nothing_lets_nobody_in(app: Flask, writable: Database) -> None:
    kept(writable, "li")
    client = app.test_client()
    client.post("/sign-in/passkey/begin")
    claimed = json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}})
    assert client.post("/sign-in/passkey", data={"credential": claimed}).status_code == 422
    assert client.get("/today").status_code == 303


def test_a_key_that_let_nobody_in_stands_in_the_audit(
    app: Flask, writable: Database, client_for: ClientFor
) -> None:
    kept(writable, "li")
    failures = "select count(*) from audit where action = 'sign_in.fail' and subject = :about"
    about = f"person {person(writable, 'li')}"
    for claimed, noted in (("AAAA", 1), ("BBBB", 1), ("AAAA", 2)):
        credential = json.dumps({"id": claimed, "response": {}})
        app.test_client().post("/sign-in/passkey", data={"credential": credential})
        assert one(writable, failures, about=about) == noted
    assert "登录失败" in client_for("admin").get("/office/audit?kind=sign_in").text


def test_one_removes_ones_own_and_no_others(
    client_for: ClientFor, writable: Database, database: Database
) -> None:
    kept(writable, "li")
    assert "iPhone" in client_for("li").get("/me").text
    assert client_for("wang").post("/me/passkeys/AAAA/remove").status_code == 404
    assert one(database, "select count(*) from passkeys") == 1
    assert client_for("li").post("/me/passkeys/AAAA/remove").status_code == 303
    assert one(database, "select count(*) from passkeys") == 0
    assert one(database, "select action from trail order by seq desc") == "passkey.remove"


def test_ten_are_enough_and_one_device_has_one(writable: Database) -> None:
    for n in range(passkeys.MOST):
        kept(writable, "li", f"key{n}")
    for key, code in (("key0", "passkey_known"), ("more", "too_many_passkeys")):
        with pytest.raises(Refusal) as refused:
            kept(writable, "li", key)
        assert refused.value.code == code


def test_a_reset_or_a_lost_phone_takes_them_all(writable: Database, database: Database) -> None:
    admin = person(database, "admin")
    wang = kept(writable, "wang", "other")
    li = kept(writable, "li")
    accounts.use(writable, accounts.invite(writable, li, admin, clock.now()), clock.now())
    assert one(database, "select group_concat(person_id) from passkeys") == wang
    people.cut_off(writable, wang, admin, clock.now())
    assert one(database, "select count(*) from passkeys") == 0
