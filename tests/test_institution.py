"""机构资料 and 机构条件自查: evidence in, answers out."""

from __future__ import annotations

import io
import re

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, words
from webapp.db import today


def answer(text: str, clause: str) -> str:
    found = re.search(rf"<h2>{clause}\).*?</li>", text, re.S)
    assert found
    return words(found[0])


def test_the_conditions_of_the_demo(client_for: ClientFor) -> None:
    seen = client_for("admin").get("/office/conditions").text
    for clause, state in zip(
        "abcdef", ["符合", "符合", "符合", "无佐证", "符合", "无佐证"], strict=True
    ):
        assert state in answer(seen, clause), clause
    assert "廉洁自律制度" in answer(seen, "d")
    assert "DB32/T 3608" in seen
    assert "日期不能识别" in client_for("admin").get("/office/conditions?day=x").text


def test_what_is_recorded_changes_the_answers(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    use = {"kind": "integrity", "used_on": today(), "note": "签署廉洁承诺"}
    assert admin.post("/office/institution/policy_use", data=use).status_code == 303
    said = {"other_state": "met", "other_note": "对照省标准逐条检查"}
    assert admin.post("/office/conditions", data=said).status_code == 303
    text = admin.get("/office/conditions").text
    assert "✓ 符合" in answer(text, "d")
    assert "✓ 符合" in answer(text, "f")
    notice = one(database, "select id from notifications where county = '常熟市'")
    remove = f"/office/institution/notification/{notice}/remove"
    assert admin.post(remove).status_code == 303
    assert admin.post(remove).status_code == 404
    assert "没有登记从业告知：常熟市" in answer(admin.get("/office/conditions").text, "e")
    late = {"county": "常熟市", "notified_on": today(), "number": "演示-9"}
    assert admin.post("/office/institution/notification", data=late).status_code == 303
    text = admin.get("/office/conditions").text
    assert "✕ 不符合" in answer(text, "e")
    assert "✕ 不符合" in words(admin.get("/office").text)


def test_the_profile_is_edited_and_shown_in_public(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    admin = client_for("admin")
    typed = {"name": "苏州踏勘安全技术服务有限公司（演示）", "phone": "0512-77", "area": "99.5"}
    scan = {"lease_evidence": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post("/office/institution", data={**typed, **scan}).status_code == 303
    assert "tel:0512-77" in client_for("").get(f"/b/{demo['board_code']}").text
    assert "办公面积不足 100 ㎡：99.5" in answer(admin.get("/office/conditions").text, "b")
    kind = one(
        database, "select e.type from evidence as e join institution on e.id = lease_evidence"
    )
    assert kind == "application/pdf"
    evidence = one(database, "select lease_evidence from institution")
    assert client_for("li").get(f"/evidence/{evidence}").status_code == 404


@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        ("/office/institution", {"name": "", "address": "改过的地址"}, "必填"),
        ("/office/institution", {"name": "甲", "area": "很大"}, "数字不能识别"),
        ("/office/institution", {"name": "甲", "lease_to": "x"}, "日期不能识别"),
        (
            "/office/institution/equipment",
            {"kind": "device", "name": "仪", "quantity": "0"},
            "请填整数，范围：1–99999",
        ),
        ("/office/institution/equipment", {"kind": "x", "name": "仪", "quantity": "1"}, "请选一项"),
        ("/office/institution/notification", {"county": "", "notified_on": "2026-01-01"}, "必填"),
        (
            "/office/institution/notification",
            {"county": "甲", "notified_on": "2099-01-01"},
            "没有到",
        ),
        (
            "/office/institution/policy",
            {"kind": "conduct", "version": "一", "issued_on": ""},
            "必填",
        ),
        ("/office/institution/policy", {"kind": "x", "version": "一"}, "请选一项"),
        ("/office/institution/policy_use", {"kind": "conduct", "used_on": "2026-01-01"}, "必填"),
        ("/office/conditions", {"other_state": "met", "other_note": ""}, "必填"),
        ("/office/conditions", {"other_state": "perhaps", "other_note": "好"}, "请选一项"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    client_for: ClientFor, database: Database, address: str, typed: dict[str, str], sentence: str
) -> None:
    before = one(database, "select count(*) from trail")
    refused = client_for("admin").post(address, data=typed)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    for value in typed.values():
        assert value in refused.text or value in {"x", "perhaps", "met", "device", "conduct"}
    assert one(database, "select count(*) from trail") == before
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post(address, data=typed).status_code == 404


def test_equipment_and_policies_come_and_go(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    device = {"kind": "software", "name": "制图软件", "quantity": "3", "note": "授权"}
    assert admin.post("/office/institution/equipment", data=device).status_code == 303
    policy = {"kind": "conduct", "version": "新版", "issued_on": today()}
    scan = {"scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post("/office/institution/policy", data={**policy, **scan}).status_code == 303
    seen = words(admin.get("/office/institution").text)
    assert "制图软件 × 3" in seen
    assert seen.index("新版") < seen.index("2025版")
    for noun, table in {
        "equipment": "equipment",
        "policy": "policies",
        "policy_use": "policy_uses",
    }.items():
        row = one(database, f"select id from {table} where removed_at is null")
        assert client_for("li").post(f"/office/institution/{noun}/{row}/remove").status_code == 404
        assert admin.post(f"/office/institution/{noun}/{row}/remove").status_code == 303
        assert admin.post(f"/office/institution/{noun}/{NOBODY}/remove").status_code == 404
    assert admin.post("/office/institution/people", data=device).status_code == 404


def test_the_notice_of_another_county_is_not_on_the_board(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    page = client_for("").get(f"/b/{demo['board_code']}").text
    row = page[page.index("从业告知") :][:120]
    assert "张家港市" in row
    assert "常熟市" not in row
