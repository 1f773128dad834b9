"""服务对象: entered, corrected, and who may sign for it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_visits import context_of
from webapp.standard import counties, credit_code

FORM = {
    "name": "苏州示范电子有限公司（演示）", "short_name": "示范电子", "credit_code": "91320500MA1ABCDE1X",
    "county": "昆山市", "industry": "电子", "address": "昆山市示范路 2 号", "principal": "孙一", "phone": "",
}  # fmt: skip
FORM["credit_code"] = FORM["credit_code"][:17] + credit_code.check(FORM["credit_code"][:17])


@pytest.fixture
def plant(database: Database) -> str:
    return one(database, "select id from enterprises where short_name = '示范金属'")


@given(st.text(credit_code.SIGNS, min_size=17, max_size=17), st.integers(0, 17))
def test_a_credit_code_with_one_wrong_character_is_caught(first: str, place: int) -> None:
    code = first + credit_code.check(first)
    assert credit_code.valid(code)
    other = "A" if code[place] != "A" else "B"
    assert not credit_code.valid(code[:place] + other + code[place + 1 :])


def test_known_codes() -> None:
    assert credit_code.valid("91350100M000100Y43")  # the example of GB 32100-2015
    assert not credit_code.valid("91350100M000100Y44")
    assert not credit_code.valid("")


def test_a_manager_enters_an_enterprise(client_for: ClientFor, database: Database) -> None:
    client = client_for("admin")
    assert client.get("/office/enterprises/new").status_code == 200
    answer = client.post("/office/enterprises/new", data=FORM)
    assert answer.status_code == 303
    assert "示范电子" in client.get(answer.location).text
    assert one(database, "select action from trail order by seq desc") == "enterprise.add"


def test_what_was_typed_stays_when_it_is_refused(client_for: ClientFor, database: Database) -> None:
    before = one(database, "select count(*) from enterprises")
    for wrong in ({"credit_code": "91320500MA1ABCDE10"}, {"name": " "}, {"county": ""}):
        answer = client_for("admin").post("/office/enterprises/new", data={**FORM, **wrong})
        assert answer.status_code == 422
        assert "昆山市示范路 2 号" in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert "field-why" in answer.text
    assert one(database, "select count(*) from enterprises") == before


def test_the_same_code_twice_names_the_other(client_for: ClientFor) -> None:
    client = client_for("admin")
    client.post("/office/enterprises/new", data=FORM)
    again = client.post("/office/enterprises/new", data={**FORM, "name": "另一家"})
    assert again.status_code == 422
    assert "已经登记：苏州示范电子有限公司" in again.text


def test_only_a_manager_enters_and_changes(client_for: ClientFor, plant: str) -> None:
    for address in (
        "/office/enterprises/new",
        f"/enterprises/{plant}/edit",
        f"/enterprises/{plant}/signers",
    ):
        for name in ("li", "wang", "zhao", "stranger"):
            assert client_for(name).get(address).status_code == 404
            assert client_for(name).post(address, data=FORM).status_code == 404
        assert client_for("").post(address, data=FORM).status_code == 303


def test_a_change_leaves_before_and_after_in_the_trail(
    client_for: ClientFor, plant: str, database: Database
) -> None:
    assert "钱大成" in client_for("admin").get(f"/enterprises/{plant}/edit").text
    changed = {**FORM, "principal": "钱二"}
    assert client_for("admin").post(f"/enterprises/{plant}/edit", data=changed).status_code == 303
    detail = json.loads(one(database, "select detail from trail order by seq desc"))
    assert (detail["before"]["principal"], detail["after"]["principal"]) == ("钱大成", "钱二")
    assert client_for("admin").post(f"/enterprises/{plant}/edit", data={}).status_code == 422


def test_an_authorised_signer_reaches_the_phone(
    client_for: ClientFor, plant: str, phone_of: Phones, visit: str, database: Database
) -> None:
    typed = {
        "name": "周代签",
        "post": "车间主任",
        "phone": "0512-1",
        "deputy": "yes",
        "authority": "",
    }
    address = f"/enterprises/{plant}/signers"
    refused = client_for("admin").post(address, data=typed)
    assert refused.status_code == 422
    assert "周代签" in refused.text
    typed["authority"] = "授权书 2026-01"
    assert client_for("admin").post(address, data=typed).status_code == 303
    assert "授权书 2026-01" in client_for("admin").get(address).text
    li: Phone = phone_of("li")
    assert "周代签" in {signer["name"] for signer in context_of(li, visit)["signers"]}
    signer = one(database, "select id from people where name = '周代签'")
    assert client_for("admin").post(f"{address}/{signer}/remove").status_code == 303
    assert client_for("admin").post(f"{address}/{signer}/remove").status_code == 422
    assert "周代签" not in {signer["name"] for signer in context_of(li, visit)["signers"]}


def test_two_windows_do_not_undo_each_other_unseen(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    address = admin.post("/office/enterprises/new", data=FORM).location + "/edit"
    [seen] = re.findall(r'name="seen" value="([^"]*)"', admin.get(address).text)
    typed = {**FORM, "seen": seen}
    wrong = admin.post(address, data={**typed, "county": "昆山"})
    assert f'name="seen" value="{seen}"' in wrong.text
    assert admin.post(address, data={**typed, "phone": "0512-1"}).status_code == 303
    late = admin.post(address, data={**typed, "principal": "周二"})
    slip = admin.post(address, data={**typed, "county": "昆山"})
    assert (slip.status_code, "内容已在别处改过" in slip.text) == (422, True)
    assert (late.status_code, "内容已在别处改过" in late.text, "周二" in late.text) == (
        422,
        True,
        True,
    )
    assert one(database, "select phone from enterprises order by id desc") == "0512-1"


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("昆山", "昆山市"),
        ("苏州工业园", "苏州工业园区"),
        ("昆山市", ""),
        ("无锡市", ""),
        ("苏州", ""),
        ("", ""),
    ],
)
def test_a_county_is_written_in_full(client_for: ClientFor, typed: str, full: str) -> None:
    assert counties.meant(typed) == full
    answer = client_for("admin").post("/office/enterprises/new", data={**FORM, "county": typed})
    assert answer.status_code == (422 if full or not typed else 303)
    assert (f"属地请写全称，台账和评定都按它归类：{full}" in answer.text) == bool(full)
