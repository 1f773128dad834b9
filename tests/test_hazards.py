"""登记、修改、作废 over the wire and through the web door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from webapp.db import today
from webapp.standard import hazards as standard


def fields(visit: str, label: str = "L1", **more: Any) -> dict[str, Any]:
    return {
        "visit_id": visit, "label": label, "location": "冲压车间", "plan_id": "", "pin_x": None,
        "pin_y": None, "description": "护罩缺失", "category": "机械", "severity": "general",
        "basis_document": "", "basis_clause": "", "suggestion": "加护罩", "deadline": "7",
        "no_photo_reason": "explosive", "photos": [], **more,
    }  # fmt: skip


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_hazard_is_recorded_once(phone_of: Phones, visit: str, database: Database) -> None:
    li, year = phone_of("li"), today()[:4]
    before = one(database, f"select count(*) from hazards where number like '{year}-%'")
    operation = li.operation("hazard.record", fields(visit))
    first, again = li.send(operation), li.send(operation)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    row = next(iter(database.query("select * from hazards where id = :id", operation)))
    assert row["label"] == "L1"
    assert row["number"] == f"{year}-{before + 1:04}"
    assert row["due_on"] == standard.due_on(operation["made_at"], "7")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"description": " "}, "empty_field"),
        ({"location": ""}, "empty_field"),
        ({"severity": "grave"}, "bad_value"),
        ({"deadline": "8"}, "bad_value"),
        ({"pin_x": 2, "pin_y": 0.1}, "bad_value"),
        ({"pin_x": "a"}, "bad_value"),
        ({"no_photo_reason": ""}, "photo_or_reason"),
        ({"photos": ["a" * 64]}, "bad_value"),
        ({"photos": "x"}, "bad_value"),
        ({"plan_id": "no-plan"}, "bad_value"),
        ({"visit_id": "01900000-0000-7000-8000-000000000000"}, "unknown_visit"),
        ({"visit_id": 5}, "bad_value"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(
    phone_of: Phones, visit: str, database: Database, wrong: dict[str, Any], code: str
) -> None:
    before = database["hazards"].count
    receipt = phone_of("li").do("hazard.record", fields(visit, **wrong))
    assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", code)
    assert database["hazards"].count == before


def test_a_stranger_cannot_record(phone_of: Phones, visit: str) -> None:
    receipt = phone_of("stranger").do("hazard.record", fields(visit))
    assert receipt["reason"]["code"] == "not_tied"


def test_a_taken_label_gets_a_small_letter_and_a_flag(phone_of: Phones, visit: str) -> None:
    li, wang = phone_of("li"), phone_of("wang")
    li.do("hazard.record", fields(visit, "L1"))
    receipt = wang.do("hazard.record", fields(visit, "L1"))
    assert receipt["outcome"] == "applied"
    assert receipt["reason"]["params"]["flags"] == ["label_taken"]


def test_an_edit_on_an_old_version_is_a_conflict(
    phone_of: Phones, visit: str, database: Database
) -> None:
    li, wang = phone_of("li"), phone_of("wang")
    hazard = li.do("hazard.record", fields(visit))["operation_id"]
    edit = {**fields(visit), "hazard_id": hazard}
    first = li.do("hazard.edit", {**edit, "description": "一"}, base=hazard)
    second = wang.do("hazard.edit", {**edit, "description": "二"}, base=hazard)
    assert (first["outcome"], second["outcome"]) == ("applied", "conflict")
    assert one(database, "select description from hazards where id = :id", id=hazard) == "一"
    third = wang.do("hazard.edit", {**edit, "description": "三"}, base=first["operation_id"])
    assert third["outcome"] == "applied"


def test_withdrawing_needs_a_reason_and_deletes_nothing(
    phone_of: Phones, visit: str, database: Database
) -> None:
    li = phone_of("li")
    hazard = li.do("hazard.record", fields(visit))["operation_id"]
    named = {"visit_id": visit, "hazard_id": hazard}
    assert li.do("hazard.withdraw", {**named, "reason": ""})["outcome"] == "refused"
    assert li.do("hazard.withdraw", {**named, "reason": "重复登记"})["outcome"] == "applied"
    again = li.do("hazard.withdraw", {**named, "reason": "又一次"})
    assert again["reason"]["params"]["flags"] == ["withdrawn_twice"]
    sql = "select withdrawn_reason from hazards where id = :id"
    assert one(database, sql, id=hazard) == "重复登记"


# The web door: the same without JavaScript.


def web_form(**more: Any) -> dict[str, Any]:
    kept = {k: v for k, v in fields("").items() if k not in {"photos", "pin_x", "pin_y"}}
    return {**kept, "label": "L1", "pin_x": "", "pin_y": "", "photo_files": [], **more}


def test_a_form_with_a_photo_is_recorded(
    client_for: ClientFor, visit: str, database: Database
) -> None:
    form = web_form(photo_files=[(io.BytesIO(picture()), "a.jpg")], no_photo_reason="")
    client = client_for("li")
    answer = client.post(f"/visits/{visit}/hazards", data=form)
    assert answer.status_code == 303
    assert "护罩缺失" in client.get(answer.location).text
    sha256 = one(
        database,
        "select p.sha256 from hazard_photos as p join hazards as h on h.id = p.hazard_id"
        " where h.visit_id = :id",
        id=visit,
    )
    for address, kind in {"": "image/jpeg", "/thumbnail": "image/webp"}.items():
        with client.get(f"/photos/{sha256}{address}") as answer:
            assert answer.mimetype == kind
    assert client_for("stranger").get(f"/photos/{sha256}").status_code == 404


def test_the_same_form_sent_twice_is_one_hazard(
    client_for: ClientFor, visit: str, database: Database
) -> None:
    client, form = client_for("li"), web_form(operation_id="01900000-0000-7000-8000-00000000abcd")
    before = database["hazards"].count
    assert [client.post(f"/visits/{visit}/hazards", data=form).status_code for _ in "ab"] == [
        303,
        303,
    ]
    assert database["hazards"].count == before + 1


def test_a_bad_form_keeps_what_was_typed_and_says_why(client_for: ClientFor, visit: str) -> None:
    form = web_form(no_photo_reason="", description="写了很久的描述")
    answer = client_for("li").post(f"/visits/{visit}/hazards", data=form)
    assert answer.status_code == 422
    assert "写了很久的描述" in answer.text
    assert "照片" in answer.text


def test_a_file_that_is_no_picture_is_refused(client_for: ClientFor, visit: str) -> None:
    form = web_form(photo_files=[(io.BytesIO(b"<script>"), "a.jpg")], no_photo_reason="")
    answer = client_for("li").post(f"/visits/{visit}/hazards", data=form)
    assert answer.status_code == 422


def test_edit_and_withdraw_through_the_web_door(
    client_for: ClientFor, phone_of: Phones, visit: str, database: Database
) -> None:
    hazard = phone_of("li").do("hazard.record", fields(visit))["operation_id"]
    client, place = client_for("li"), f"/visits/{visit}/hazards/{hazard}"
    edit = web_form(description="改过", base=hazard)
    assert client.post(place, data=edit).status_code == 303
    assert client.post(f"{place}/withdraw", data={"reason": ""}).status_code == 422
    assert client.post(f"{place}/withdraw", data={"reason": "重复"}).status_code == 303
    assert "已作废" in client.get(place).text


def test_deadlines_are_calendar_days_in_shanghai() -> None:
    late = "2026-11-23T16:30:00.000Z"  # half past midnight on the 24th in Shanghai
    assert standard.due_on(late, "now") == "2026-11-24"
    assert standard.due_on(late, "30") == "2026-12-24"


def test_labels_go_on_from_the_highest_of_ones_own() -> None:
    assert standard.next_label([], "L") == "L1"
    assert standard.next_label(["L1", "W7", "L3", "L2b", "Lx"], "L") == "L4"
