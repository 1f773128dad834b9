"""The promise to a person who is no longer active: what their phone holds is taken, and set aside
until a manager decides; nothing is lost, nothing enters the record unseen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_hazards import fields
from tests.test_inked_slips import LISTED, PICTURE, SHA256
from tests.test_phones import contact, page
from tests.test_visits import start

Gone = tuple[Phone, FlaskClient]


@pytest.fixture
def gone(client_for: ClientFor, phone_of: Phones) -> Gone:
    """li's phone, still signed in, and the manager who has just deactivated li."""
    li, admin = phone_of("li"), client_for("admin")
    address = f"/office/people/{li.person}/deactivate"
    assert admin.post(address, data={"sure": "yes"}).status_code == 303
    return li, admin


def sent(phone: Phone, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The operation and its receipt, beside each other."""
    operation = phone.operation(kind, payload, **more)
    return {**operation, "receipt": phone.send(operation).json["receipt"]}


def hazards(database: Database) -> int:
    return int(one(database, "select count(*) from hazards"))


def decide(admin: FlaskClient, decision: str, *operations: dict[str, Any], reason: str = "") -> Any:
    chosen = [operation["id"] for operation in operations]
    given = {"decision": decision, "operation": chosen, "reason": reason}
    return admin.post("/office/set-aside", data=given)


def test_no_page_any_more_and_no_signing_in(gone: Gone, app: Any, demo: dict[str, str]) -> None:
    li, _ = gone
    for address in ("/today", "/office", "/me"):
        assert li.client.get(address).status_code == 303, address
    json_asked = li.client.get("/today", headers={"Accept": "application/json"})
    assert (json_asked.status_code, json_asked.json["error"]["code"]) == (401, "sign_in")
    typed = {"pin": "1234", "password": demo["password"]}
    assert li.client.post("/me/pin", data=typed).status_code == 303
    typed = {"name": "li", "password": demo["password"]}
    answer = app.test_client().post("/sign-in", data=typed)
    assert (answer.status_code, "账号已停用" in answer.text) == (403, True)
    wrong = app.test_client().post("/sign-in", data={**typed, "password": "x"})
    assert "登录名或密码不对" in wrong.text, "nobody learns it without the password"


def test_what_the_phone_held_is_set_aside_whole(gone: Gone, visit: str, database: Database) -> None:
    li, admin = gone
    before = hazards(database)
    payload = fields(visit, photos=[SHA256], location="离职前拍的")
    operation = li.operation("hazard.record", payload, photos=[LISTED])
    first, again = li.send(operation), li.send(operation)
    assert first.data == again.data
    receipt = first.json["receipt"]
    assert (receipt["outcome"], receipt["reason"]["params"]["flags"]) == ("applied", ["set_aside"])
    assert first.json["photos_missing"] == [SHA256]
    address = f"/sync/photos/{SHA256}?operation={operation['id']}"
    assert li.client.put(address, data=PICTURE).json["size"] == len(PICTURE)
    contact(li)
    assert hazards(database) == before
    assert "李晓峰（已停用）：1 条记录等待决定" in page(admin, "/office")
    assert "离职前拍的" in page(admin, "/office/set-aside")
    with admin.get(f"/photos/{SHA256}") as seen:
        assert seen.data == PICTURE


def test_the_photo_is_for_the_deciding_manager_only(
    gone: Gone, visit: str, client_for: ClientFor
) -> None:
    li, _ = gone
    operation = sent(li, "hazard.record", fields(visit, photos=[SHA256]), photos=[LISTED])
    li.client.put(f"/sync/photos/{SHA256}?operation={operation['id']}", data=PICTURE)
    for name in ("wang", "zhao", "stranger"):
        assert client_for(name).get(f"/photos/{SHA256}").status_code == 404, name


def test_taken_in_it_is_what_it_would_have_been(
    gone: Gone, visit: str, engagement: str, database: Database, client_for: ClientFor
) -> None:
    li, admin = gone
    begun = sent(li, "visit.start", start(visit, engagement))
    found = sent(li, "hazard.record", fields(visit, "L9", photos=[SHA256]), photos=[LISTED])
    edited = sent(
        li,
        "hazard.edit",
        fields(visit, hazard_id=found["id"], description="改过"),
        base=found["id"],
    )
    li.client.put(f"/sync/photos/{SHA256}?operation={found['id']}", data=PICTURE)
    receipts = [row["receipt"] for row in database.query("select receipt from operations")]
    assert decide(admin, "take_in", begun, found, edited).status_code == 303
    row = next(iter(database.query("select * from hazards where id = :id", {"id": found["id"]})))
    assert (row["label"], row["description"], row["recorded_by"]) == ("L9", "改过", li.person)
    assert row["received_at"] == found["receipt"]["received_at"]
    sql = "select started_at from visits where id = :id"
    assert one(database, sql, id=visit) == begun["made_at"]
    assert receipts == [row["receipt"] for row in database.query("select receipt from operations")]
    assert "没有需要处理的事项" in page(admin, "/office")
    assert "已收入" in page(admin, "/office/set-aside")
    seen = client_for("zhao").get(f"/office/visits/{visit}").text
    assert "改过" in seen
    links = [
        row["action"]
        for row in database.query("select action from trail order by seq desc limit 3")
    ]
    assert links == ["set_aside.take_in"] * 3
    assert trail.verify(database) is None
    assert li.send({k: v for k, v in found.items() if k != "receipt"}).status_code == 200


def test_left_with_a_reason_it_is_kept(gone: Gone, visit: str, database: Database) -> None:
    li, admin = gone
    before = hazards(database)
    found = sent(li, "hazard.record", fields(visit))
    without = decide(admin, "leave", found)
    assert (without.status_code, "请写明原因" in without.text) == (422, True)
    assert "等待决定" in page(admin, "/office")
    assert decide(admin, "leave", found, reason="重复登记").status_code == 303
    assert hazards(database) == before
    assert "不收入：重复登记" in page(admin, "/office/set-aside")
    sql = "select detail from trail where action = 'set_aside.leave'"
    assert json.loads(one(database, sql))["reason"] == "重复登记"
    kept = one(database, "select body from operations where id = :id", id=found["id"])
    assert "护罩缺失".encode() in kept or b"\\u62a4" in kept
    twice = decide(admin, "take_in", found)
    assert (twice.status_code, "已经处理过" in twice.text) == (422, True)
    assert hazards(database) == before


def test_what_the_verb_refuses_stays_and_the_rest_goes_in(
    gone: Gone, visit: str, database: Database
) -> None:
    li, admin = gone
    before = hazards(database)
    bad = sent(li, "hazard.record", fields(visit, location=" "))
    stale = sent(
        li, "record.write", {"visit_id": visit, "content": "一", "process": "", "result": ""}
    )
    stale_too = sent(
        li, "record.write", {"visit_id": visit, "content": "二", "process": "", "result": ""}
    )
    good = sent(li, "hazard.record", fields(visit))
    answer = decide(admin, "take_in", bad, stale, stale_too, good)
    assert answer.status_code == 422
    assert "有记录没有收入" in answer.text
    assert "必填内容还空着" in answer.text
    assert hazards(database) == before + 1
    assert one(database, "select content from service_records where visit_id = :v", v=visit) == "一"
    open_ones = "select count(*) from set_aside where decision is null"
    assert one(database, open_ones) == 1
    beside = one(
        database, "select fields from versions where operation_id = :id", id=stale_too["id"]
    )
    assert json.loads(beside)["content"] == "二"
    assert "两处修改" in page(admin, f"/office/visits/{visit}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"decision": "take_in"}, "请至少勾选一条"),
        ({"decision": "burn", "operation": "x"}, "不能识别"),
        ({"decision": "take_in", "operation": "01900000-0000-7000-8000-000000000000"}, "找不到了"),
        ({"operation": "x"}, "不能识别"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(client_for: ClientFor, given: dict[str, str], words: str) -> None:
    answer = client_for("admin").post("/office/set-aside", data=given)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text


def test_a_cut_off_phone_stays_cut_off(gone: Gone, visit: str, database: Database) -> None:
    li, admin = gone
    admin.post(f"/office/people/{li.person}/cut-off", data={"sure": "yes"})
    assert li.send(li.operation("hazard.record", fields(visit))).status_code == 401
    assert one(database, "select count(*) from set_aside") == 0


def test_back_again_only_after_everything_was_decided(
    gone: Gone, visit: str, client_for: ClientFor
) -> None:
    """What the phone brings next may build on what it brought before."""
    li, admin = gone
    found = sent(li, "hazard.record", fields(visit))
    address = f"/office/people/{li.person}/activate"
    early = admin.post(address, data={"sure": "yes"})
    assert (early.status_code, "请先决定" in early.text) == (422, True)
    decide(admin, "take_in", found)
    assert admin.post(address).status_code == 422
    assert admin.post(address, data={"sure": "yes"}).status_code == 303
    late = li.operation("hazard.record", fields(visit, "L2"))
    assert li.send(late).status_code == 401  # the phone keeps it and asks to sign in
    li.client = client_for("li")
    receipt = li.send(late).json["receipt"]
    assert receipt["reason"] is None


def test_others_are_never_set_aside(gone: Gone, phone_of: Phones, visit: str) -> None:
    wang = phone_of("wang")
    assert sent(wang, "hazard.record", fields(visit, "W1"))["receipt"]["reason"] is None


def test_what_came_before_keeps_its_receipt(
    phone_of: Phones, client_for: ClientFor, visit: str, database: Database
) -> None:
    li = phone_of("li")
    operation = li.operation("hazard.record", fields(visit, photos=[SHA256]), photos=[LISTED])
    first = li.send(operation).json["receipt"]
    client_for("admin").post(f"/office/people/{li.person}/deactivate", data={"sure": "yes"})
    assert li.send(operation).json["receipt"] == first
    address = f"/sync/photos/{SHA256}?operation={operation['id']}"
    assert li.client.put(address, data=PICTURE).status_code == 200
    assert one(database, "select count(*) from set_aside") == 0
