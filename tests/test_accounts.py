"""Accounts: invited by a link that works once, roles, passwords."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_people import person
from webapp.domain.people import weakness

NEW = {"role": "consultant", "name": "新来的", "sign_in_name": "Xin.Lai", "full_time": "yes"}


PASSWORD = {"new": "shan-shui-tian", "again": "shan-shui-tian"}


def invited(admin: FlaskClient, who: str) -> str:
    answer = admin.post(f"/office/people/{who}/invite")
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"http://localhost(/welcome/[\w-]+)", answer.text)
    assert found
    return found[1]


def added(admin: FlaskClient, **more: str) -> str:
    answer = admin.post("/office/people", data={**NEW, **more})
    assert answer.status_code == 303
    return str(answer.location.rsplit("/", 1)[1])


def test_an_invitation_lets_its_person_in_once(
    app: Flask, client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    who = added(admin)
    link = invited(admin, who)
    token = link.rsplit("/", 1)[1]
    assert token not in admin.get(f"/office/people/{who}").text
    assert one(database, "select count(*) from invitations where token_hash = :t", t=token) == 0
    guest = app.test_client()
    for _ in range(2):  # a chat that looks at every link uses up nothing
        page = guest.get(link)
        assert (page.status_code, "xin.lai" in page.text) == (200, True)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert guest.post(link, data=PASSWORD).location == "/sign-in/done?next=/today"
    assert guest.get("/today").status_code == 200
    again = app.test_client().post(link, data=PASSWORD)
    assert (again.status_code, "已经用过" in again.text) == (404, True)
    signed = app.test_client().post(
        "/sign-in", data={"name": "xin.lai", "password": PASSWORD["new"]}
    )
    assert signed.status_code == 303
    assert trail.verify(database) is None


def test_a_link_ends_by_time_by_a_newer_one_and_with_the_account(
    app: Flask, client_for: ClientFor, writable: Database
) -> None:
    admin = client_for("admin")
    who = added(admin)
    first, second = invited(admin, who), invited(admin, who)
    guest = app.test_client()
    assert guest.get(first).status_code == 404
    assert guest.get(second).status_code == 200
    writable.execute("update invitations set expires_at = '2020-01-01T00:00:00.000Z'")
    assert "过期" in guest.get(second).text
    assert guest.post(second, data=PASSWORD).status_code == 404
    third = invited(admin, who)
    assert admin.post(f"/office/people/{who}/deactivate", data={"sure": "yes"}).status_code == 303
    assert guest.post(third, data=PASSWORD).status_code == 404
    assert one(writable, "select password_hash from people where id = :id", id=who) is None
    refused = admin.post(f"/office/people/{who}/invite")
    assert (refused.status_code, "先恢复使用" in refused.text) == (422, True)
    assert guest.get("/welcome/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "short", "太短"),
        ("1234567890", "1234567890", "太容易猜到"),
        ("password2026", "password2026", "太容易猜到"),
        ("xin.lai1", "xin.lai1", "不能就是登录名"),
        ("shan-shui-tian", "shan-shui-tiam", "不一样"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(
    app: Flask, client_for: ClientFor, new: str, again: str, sentence: str
) -> None:
    admin, guest = client_for("admin"), app.test_client()
    link = invited(admin, added(admin))
    refused = guest.post(link, data={"new": new, "again": again})
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert guest.post(link, data=PASSWORD).status_code == 303


def test_which_passwords_are_weak() -> None:
    assert weakness("shan-shui-tian", "li") == ""
    assert weakness("aaaaaaaaaa", "") == "password_too_easy"
    assert weakness("Admin2026!", "x") == "password_too_easy"
    assert weakness("li-xiao-feng-li", "li") == ""


def test_a_reset_signs_out_everywhere_and_opens_a_locked_name(
    app: Flask, client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    admin, li = client_for("admin"), client_for("li")
    for _ in range(8):
        app.test_client().post("/sign-in", data={"name": "li", "password": "x"})
    link = invited(admin, person(database, "李晓峰"))
    assert li.get("/today").status_code == 200  # until it is used, nothing changes
    guest = app.test_client()
    assert guest.post(link, data=PASSWORD).status_code == 303
    assert li.get("/today").status_code == 303
    typed = {"name": "li", "password": PASSWORD["new"]}
    assert app.test_client().post("/sign-in", data=typed).location.endswith("next=/today")
    old = app.test_client().post("/sign-in", data={**typed, "password": demo["password"]})
    assert old.status_code == 422


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "必填"),
        ({"sign_in_name": "LI"}, "已有人使用"),
        ({"sign_in_name": "a b"}, "登录名只能用"),
        ({"role": "owner"}, "请选一项"),
        ({"role": "safety_manager"}, "请选择此人所属的企业"),
    ],
)
def test_a_nonsense_person_is_refused(
    client_for: ClientFor, database: Database, change: dict[str, str], sentence: str
) -> None:
    before = one(database, "select count(*) from people")
    answer = client_for("admin").post("/office/people", data={**NEW, "post": "技术员甲", **change})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "技术员甲" in answer.text
    assert one(database, "select count(*) from people") == before


def test_a_safety_manager_sees_the_own_enterprise_alone(
    app: Flask, client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    store = one(database, "select id from enterprises where short_name = '示范仓储'")
    link = invited(admin, added(admin, role="safety_manager", enterprise=store))
    guest = app.test_client()
    guest.post(link, data=PASSWORD)
    assert guest.get("/office").text.count('href="/enterprises/') == 1
    assert guest.get(f"/enterprises/{store}").status_code == 200


def test_a_profile_is_edited_without_its_words_in_the_trail(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "吴志强")
    typed = {"name": "吴志强", "post": "技术总监", "phone": "13900000001", "full_time": "yes"}
    assert admin.post(f"/office/people/{who}/profile", data=typed).status_code == 303
    assert "技术总监" in admin.get(f"/office/people/{who}").text
    detail = one(database, "select detail from trail where action = 'person.edit'")
    assert "139" not in detail
    assert "138" not in detail
    wrong = admin.post(f"/office/people/{who}/profile", data={**typed, "name": ""})
    assert (wrong.status_code, "技术总监" in wrong.text) == (422, True)
    nobody = admin.post(f"/office/people/{who}/invite")
    assert (nobody.status_code, "没有登录名" in nobody.text) == (422, True)


def test_roles_change_at_once_and_the_last_manager_stays(
    client_for: ClientFor, database: Database
) -> None:
    admin, li = client_for("admin"), client_for("li")
    own, who = person(database, "陈静"), person(database, "李晓峰")
    last = admin.post(f"/office/people/{own}/role", data={"role": "consultant"})
    assert (last.status_code, "最后一位机构管理员" in last.text) == (422, True)
    assert li.get("/office/people").status_code == 404
    assert admin.post(f"/office/people/{who}/role", data={"role": "manager"}).status_code == 303
    assert li.get("/office/people").status_code == 200
    assert admin.post(f"/office/people/{own}/role", data={"role": "consultant"}).status_code == 303
    assert admin.get("/office/people").status_code == 404
    assert li.post(f"/office/people/{who}/role", data={"role": "consultant"}).status_code == 422
    zhao = person(database, "赵敏")
    for target, role in ((zhao, "manager"), (who, "safety_manager"), (who, "x")):
        assert li.post(f"/office/people/{target}/role", data={"role": role}).status_code == 422
    assert client_for("wang").post(f"/office/people/{own}/role").status_code == 404


def test_a_manager_without_a_password_is_no_manager_to_rely_on(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    added(admin, role="manager")
    own = person(database, "陈静")
    assert admin.post(f"/office/people/{own}/role", data={"role": "consultant"}).status_code == 422
