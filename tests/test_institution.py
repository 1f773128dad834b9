"""机构资料 and 机构条件自查: evidence in, answers out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries import institution as queries


def answer(text: str, clause: str) -> str:
    found = re.search(rf"<h2>{clause}\).*?</li>", text, re.S)
    assert found
    return words(found[0])


def test_the_conditions_of_the_demo(client_for: ClientFor) -> None:
    seen = client_for("admin").get("/office/conditions").text
    for clause, state in zip(
        "abcdef", ["符合", "符合", "符合", "无佐证", "符合", "无佐证"], strict=True
    ):
        assert re.search(rf"[✓ ]{state}", answer(seen, clause)), clause
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


@pytest.fixture
def change(settings: Settings) -> Iterator[Database]:
    made = connect(settings.folder / "takan.db", readonly=False)
    yield made
    made.close()


def days_ago(days: int) -> str:
    return str(date.fromisoformat(today()) - timedelta(days))


def test_a_renewed_notification_takes_no_evidence_away(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    admin = client_for("admin")
    assert "✓ 符合" in answer(admin.get("/office/conditions").text, "e")
    again = {"county": "张家港市", "notified_on": today(), "number": "新-1"}
    assert admin.post("/office/institution/notification", data=again).status_code == 303
    assert "✓ 符合" in answer(admin.get("/office/conditions").text, "e")
    page = admin.get("/office/institution").text
    assert ("新-1" in page, "演示-0001" in page, "晚于当地首份" in page) == (True, True, False)
    shown = client_for("").get("/institution").text
    assert shown.count("张家港市") == 1
    assert one(database, "select count(*) from notifications where county = '张家港市'") == 2


def test_business_begins_with_the_contract_or_the_first_service(
    client_for: ClientFor, change: Database
) -> None:
    """Neither what was only begun at the desk nor what was declined is business in a county."""
    change.execute("pragma foreign_keys = off")
    change.execute("delete from notifications where county = '张家港市'")
    wanted = "没有登记从业告知：张家港市"
    admin = client_for("admin")
    assert wanted in answer(admin.get("/office/conditions").text, "e")
    here = "(select e.id from engagements as e join enterprises as n on n.id = e.enterprise_id"
    here += " where n.county = '张家港市')"
    kept = queries.served(change)["张家港市"]
    change.execute(f"update contracts set signed_on = '2019-05-05' where engagement_id in {here}")
    change.execute(f"update engagements set starts_on = '2018-01-01' where id in {here}")
    assert queries.served(change)["张家港市"] == min(kept, "2019-05-05")  # not when it was to start
    change.execute(f"delete from contracts where engagement_id in {here}")
    sql = f"select min(started_at) from visits where engagement_id in {here}"
    first = one(change, sql)[:10]
    assert (
        queries.served(change)["张家港市"] == first
    )  # service_date is '' where the clock was right
    assert admin.get("/office").status_code == 200
    change.execute(
        f"update visits set service_date = '2019-06-06' where engagement_id in {here}"
        " and started_at is not null"
    )
    assert queries.served(change)["张家港市"] == "2019-06-06"
    change.execute(f"update visits set started_at = null where engagement_id in {here}")
    assert "张家港市" not in queries.served(change)  # only begun at the desk, or declined


def test_what_was_only_typed_is_named_until_its_scan_comes(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    text = admin.get("/office/conditions").text
    assert "✓ 符合" in answer(text, "e")
    assert re.search("无扫描件：.*张家港市从业告知回执", answer(text, "e"))
    for told in ("员工从业守则", "员工从业守则运行记录"):
        assert told in answer(text, "d")
    row = one(database, "select id from notifications where county = '张家港市'")
    form = f"/office/institution/notification/{row}/scan"
    none = admin.post(form)
    assert (none.status_code, "请先选择扫描件" in none.text) == (422, True)
    assert client_for("li").post(form).status_code == 404
    for wrong in (
        f"/office/institution/notification/{NOBODY}/scan",
        f"/office/institution/fee/{row}/scan",
    ):
        assert admin.post(wrong).status_code == 404
    assert admin.post(form, data={"scan": (io.BytesIO(PDF), "a.pdf")}).status_code == 303
    assert "张家港市从业告知回执" not in answer(admin.get("/office/conditions").text, "e")


def test_a_policy_is_in_force_from_its_day(client_for: ClientFor) -> None:
    admin = client_for("admin")
    coming = {"kind": "conduct", "version": "2099版", "issued_on": "2099-01-01"}
    assert admin.post("/office/institution/policy", data=coming).status_code == 303
    seen = words(admin.get("/office/institution").text)
    assert "2099版 · 2099年1月1日 尚未生效" in seen
    assert re.search(r"2025版 · \d+年\d+月\d+日 现行", seen)


def test_who_left_is_no_member_from_that_day_on(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "李晓峰")
    yesterday = days_ago(1)
    assert "✓ 符合" in answer(admin.get("/office/conditions").text, "c")
    assert admin.post(f"/office/people/{who}/deactivate", data={"sure": "yes"}).status_code == 303
    assert one(database, "select deactivated_on from people where id = :id", id=who) == today()
    assert "计入的人数：4" in answer(admin.get("/office/conditions").text, "c")
    assert "✓ 符合" in answer(admin.get(f"/office/conditions?day={yesterday}").text, "c")
    listed = words(admin.get("/office/people").text)
    assert "✕ 4 人，至少要 5 人" in listed
    assert "✓ 5 人" in words(admin.get(f"/office/people?day={yesterday}").text)
    assert admin.post(f"/office/people/{who}/activate", data={"sure": "yes"}).status_code == 303
    assert "✓ 符合" in answer(admin.get("/office/conditions").text, "c")


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
        ("/office/institution", {"name": "甲", "phone": "不是电话"}, "电话只能写数字"),
        ("/office/institution", {"name": "甲", "complaint_phone": "打这个"}, "电话只能写数字"),
        ("/office/institution", {"name": "甲", "credit_code": "12345"}, "18 位"),
        (
            "/office/institution/notification",
            {"county": "昆山", "notified_on": "2026-01-01"},
            "属地请写全称，台账和评定都按它归类：昆山市",
        ),
        (
            "/office/institution/county_phone",
            {"county": "常熟市", "phone": "随便写"},
            "电话只能写数字",
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
        ("/office/institution/county_phone", {"county": "常熟市", "phone": ""}, "必填"),
        ("/office/institution/county_phone", {"county": "x", "phone": "0512-1"}, "请选一项"),
        (
            "/office/institution/star_result",
            {"county": "常熟市", "year": "2019", "stars": "4", "published_on": "2026-01-05"},
            "请填整数，范围：2020–2026",
        ),
        (
            "/office/institution/star_result",
            {"county": "常熟市", "year": "2025", "stars": "2", "published_on": "2026-01-05"},
            "请选一项",
        ),
        (
            "/office/institution/star_result",
            {"county": "常熟市", "year": "2025", "stars": "4", "published_on": "2099-01-05"},
            "没有到",
        ),
        (
            "/office/institution/star_result",
            {
                "county": "常熟市",
                "year": "2025",
                "stars": "4",
                "published_on": "2026-01-05",
                "valid_to": "2026-01-04",
            },
            "结束日期早于开始日期",
        ),
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
        assert value in refused.text or value in {"x", "perhaps", "met", "device", "conduct", "2"}
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


def test_what_stands_there_may_stay_as_it_is(client_for: ClientFor, change: Database) -> None:
    """An older number does not keep the rest from being saved."""
    change.execute("update institution set phone = '0512-1转2', credit_code = 'OLD'")
    typed = {
        "name": "甲",
        "phone": "0512-1转2",
        "credit_code": "OLD",
        "complaint_phone": "(0512) 12",
    }
    assert client_for("admin").post("/office/institution", data=typed).status_code == 303
    other = client_for("admin").post("/office/institution", data={**typed, "phone": "0512-2转3"})
    assert (other.status_code, "电话只能写数字" in other.text) == (422, True)
