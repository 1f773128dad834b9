"""Accounts: invited by a link that works once, roles, passwords, sessions, the audit."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_people import person, words
from webapp.config import Settings
from webapp.db import connect
from webapp.domain import accounts
from webapp.domain.people import weakness
from webapp.queries import audit_subjects

NEW = {"role": "consultant", "name": "新来的", "sign_in_name": "Xin.Lai", "full_time": "yes"}
PASSWORD = {"new": "shan-shui-tian", "again": "shan-shui-tian"}


@pytest.fixture
def writable(settings: Settings) -> Database:
    return connect(settings.folder / "takan.db", readonly=False)


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


def test_a_new_pin_and_a_new_password_stand_in_the_trail(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    li, admin = client_for("li"), client_for("admin")
    li.post("/me/pin", data={"pin": "12", "password": demo["password"]})
    li.post("/me/password", data={"old": "x", "new": PASSWORD["new"]})
    for words_of_it in ("修改交接密码", "修改密码"):
        assert f"{words_of_it}李晓峰" not in plain(admin.get("/office/audit?kind=change").text)
    typed = {"pin": "1357", "password": demo["password"]}
    assert li.post("/me/pin", data=typed).status_code == 303
    typed = {"old": demo["password"], "new": PASSWORD["new"]}
    assert li.post("/me/password", data=typed).status_code == 303
    seen = plain(admin.get("/office/audit?kind=change").text)
    assert "李晓峰修改交接密码李晓峰" in seen
    assert "李晓峰修改密码李晓峰" in seen
    assert not any("1357" in str(row) for row in database.query("select * from trail"))
    assert trail.verify(database) is None


def test_the_audit_says_who_came_in_took_out_and_changed(
    app: Flask, client_for: ClientFor, database: Database
) -> None:
    app.test_client().post("/sign-in", data={"name": "li", "password": "my-secret"})
    app.test_client().post("/sign-in", data={"name": "my-secret-2", "password": "x"})
    li, admin = client_for("li"), client_for("admin")
    visit = one(database, "select visit_id from confirmations")
    assert li.get(f"/visits/{visit}/slip.pdf").status_code == 200
    li.post("/sign-out")
    who = person(database, "吴志强")
    admin.post(f"/office/people/{who}/consent/withdraw")
    seen = plain(admin.get("/office/audit").text)
    for expected in (
        "登录失败",
        "李晓峰登录",
        "打开确认单PDF",
        "退出登录",
        "撤回公示同意吴志强",
    ):
        assert expected in seen, expected
    assert "my-secret" not in seen
    only = plain(admin.get("/office/audit?kind=export").text)
    assert "打开确认单PDF" in only
    assert "撤回公示同意吴" not in only
    assert "撤回公示同意" in plain(admin.get("/office/audit?kind=change").text)
    own = person(database, "李晓峰")
    assert "陈静登录" not in plain(admin.get(f"/office/audit?person={own}").text)
    early = plain(admin.get("/office/audit?before=2020-01-01T00:00:00.000Z&kind=nonsense").text)
    assert "没有记录" in early


def test_the_next_page_of_the_audit_loses_nothing_of_one_moment(
    client_for: ClientFor, writable: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook taken in writes a thousand entries at once."""
    monkeypatch.setattr("webapp.routes.audit.MOST", 4)
    admin, who, at = client_for("admin"), person(writable, "李晓峰"), "2026-01-05T01:00:00.000Z"
    writable.execute("delete from audit")
    for n in range(7):
        trail.append(writable, at, None, who, "person.edit", f"batch trail{n}", {})
        accounts.note(writable, who, "sign_in", f"batch audit{n}", "", at)
    seen: list[str] = []
    address = f"/office/audit?person={who}&before={at.replace('05T', '06T')}"
    while address:
        page = admin.get(address).text
        seen += re.findall(r"<td>((?:trail|audit)\d)\s*</td>", page)
        onward = re.search(r'href="(/office/audit\?[^"]+)">更早的', page)
        address = html.unescape(onward[1]) if onward else ""
    assert sorted(seen) == sorted(f"{source}{n}" for source in ("trail", "audit") for n in range(7))
    assert [one for one in seen if one[0] == "t"] == [f"trail{n}" for n in range(6, -1, -1)]


def test_the_audit_names_what_it_is_about(
    client_for: ClientFor, database: Database, visit: str, engagement: str
) -> None:
    admin, wang = client_for("admin"), client_for("wang")
    enterprise = one(
        database, "select enterprise_id from engagements where id = :id", id=engagement
    )
    board = one(database, "select id from boards where engagement_id = :id", id=engagement)
    served = one(database, "select visit_id from confirmations")
    scan = one(database, "select id from attachments where engagement_id = :id", id=engagement)
    admin.get(f"/visits/{served}/slip.pdf").close()
    admin.get(f"/boards/{board}.pdf").close()
    admin.post(f"/enterprises/{enterprise}/file.zip").close()
    wang.get(f"/attachments/{scan}").close()
    admin.post(f"/office/visits/{visit}/move", data={"planned_on": "2027-03-01", "reason": "x"})
    admin.post("/office/ledger.xlsx").close()
    code = one(database, "select code from boards where id = :id", id=board)
    number = one(database, "select number from visits where id = :id", id=served)
    contract = one(
        database, "select number from contracts where engagement_id = :id", id=engagement
    )
    name = one(database, "select name from attachments where id = :id", id=scan)
    page = re.sub(r"\s+", " ", admin.get("/office/audit").text)
    for place, words_of_it in (
        (f"/office/visits/{served}", f"示范金属 第{number}次"),
        (f"/office/visits/{visit}", "示范金属 第2次"),
        (f"/enterprises/{enterprise}", "示范金属"),
        (f"/enterprises/{enterprise}#board-{board}", f"示范金属 {code}"),
        (f"/office/engagements/{engagement}", f"示范金属 {name}"),
    ):
        assert f'<a href="{place}">{words_of_it}</a>' in page, words_of_it
    assert "本机构" in page
    entry = {"action": "x", "subject": f"engagement {engagement}"}
    [found] = audit_subjects.named(database, [entry])
    assert found["about"]["name"] == f"示范金属 {contract}"


@pytest.mark.parametrize("noun", [*audit_subjects.ABOUT, "", "nonsense"])
def test_of_what_is_gone_the_beginning_of_its_id_is_left(database: Database, noun: str) -> None:
    entry = {"action": "x", "subject": f"{noun} 0190aaaa-0000-7000-8000-000000000000".strip()}
    [found] = audit_subjects.named(database, [entry])
    assert found["about"] == {"name": "0190aaaa", "place": "", "visit": None}


def plain(text: str) -> str:
    return words(text).replace(" ", "")


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


def test_what_left_as_a_file_stands_among_the_exports(client_for: ClientFor) -> None:
    admin = client_for("admin")
    assert admin.post("/office/ledger.xlsx").status_code == 200
    named = "<td>导出台账"
    assert named in admin.get("/office/audit?kind=export").text
    assert named not in admin.get("/office/audit?kind=change").text
