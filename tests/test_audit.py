"""操作留痕: who came in, took out and changed, by name."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_accounts import PASSWORD
from tests.test_people import person, words
from webapp.domain import accounts
from webapp.queries import audit_subjects


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
    said = database.query("select detail from trail where action like 'person.p%'")
    assert not any("1357" in row["detail"] for row in said)  # a hash may have it by chance
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


def test_what_left_as_a_file_stands_among_the_exports(client_for: ClientFor) -> None:
    admin = client_for("admin")
    assert admin.post("/office/ledger.xlsx").status_code == 200
    named = "<td>导出台账"
    assert named in admin.get("/office/audit?kind=export").text
    assert named not in admin.get("/office/audit?kind=change").text
