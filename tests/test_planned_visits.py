"""Visits moved, cancelled and given to people at the desk, and what phones hear of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_engagements import TODAY, ahead
from tests.test_people import person
from tests.test_visits import start


def today_of(client_for: ClientFor, name: str) -> dict[str, Any]:
    answer = client_for(name).get("/today", headers={"Accept": "application/json"})
    found: dict[str, Any] = answer.json
    return found


def test_a_moved_visit_is_moved_on_the_phone(
    client_for: ClientFor, visit: str, database: Database
) -> None:
    address = f"/office/visits/{visit}/move"
    typed = {"planned_on": ahead(3), "reason": "企业停电"}
    assert client_for("wang").post(address, data=typed).status_code == 303
    found = {one["id"]: one["planned_on"] for one in today_of(client_for, "li")["visits"]}
    assert found[visit] == ahead(3)
    assert "企业停电" in client_for("admin").get(f"/office/visits/{visit}/plan").text
    for wrong in (
        {"reason": ""},
        {"planned_on": "x"},
        {"planned_on": ""},
        {"planned_on": ahead(9999)},
    ):
        assert client_for("wang").post(address, data={**typed, **wrong}).status_code == 422


def test_a_cancelled_visit_leaves_the_phone_with_its_reason_kept(
    client_for: ClientFor, visit: str, engagement: str
) -> None:
    address = f"/office/visits/{visit}/cancel"
    assert client_for("admin").post(address, data={"reason": " "}).status_code == 422
    assert client_for("admin").post(address, data={"reason": "企业停产"}).status_code == 303
    assert visit not in {one["id"] for one in today_of(client_for, "li")["visits"]}
    assert "已取消：企业停产" in client_for("admin").get(f"/office/engagements/{engagement}").text
    for part in ("cancel", "move"):
        typed = {"reason": "x", "planned_on": ahead(2)}
        again = client_for("admin").post(f"/office/visits/{visit}/{part}", data=typed)
        assert again.status_code == 422


def test_what_happened_on_site_stands_though_it_was_cancelled(
    client_for: ClientFor, visit: str, engagement: str, phone_of: Phones, database: Database
) -> None:
    client_for("admin").post(f"/office/visits/{visit}/cancel", data={"reason": "误取消"})
    phone_of("li").do("visit.start", start(visit, engagement))
    flags = json.loads(one(database, "select flags from visits where id = :id", id=visit))
    assert flags == ["was_cancelled"]
    assert visit in {one["id"] for one in today_of(client_for, "li")["visits"]}
    for part in ("cancel", "move"):
        typed = {"reason": "x", "planned_on": ahead(2)}
        late = client_for("admin").post(f"/office/visits/{visit}/{part}", data=typed)
        assert late.status_code == 422
        assert "已经签到开始" in late.text


def test_people_and_lines_of_a_visit(
    client_for: ClientFor, visit: str, engagement: str, database: Database
) -> None:
    lines = [
        row["id"]
        for row in database.query(
            "select id from service_lines where engagement_id = :id order by position",
            {"id": engagement},
        )
    ]
    typed = {"people": [person(database, "吴志强")], "lines": lines[:1]}
    address = f"/office/visits/{visit}/assign"
    assert client_for("wang").post(address, data=typed).status_code == 303
    assert visit not in {one["id"] for one in today_of(client_for, "li")["visits"]}
    sql = "select count(*) from visit_lines where visit_id = :id"
    assert one(database, sql, id=visit) == 1
    for wrong in ({"people": []}, {"people": [person(database, "周海燕")]}, {"lines": ["x"]}):
        answer = client_for("wang").post(address, data={**typed, **wrong})
        assert answer.status_code == 422, wrong


def test_the_slip_names_the_lines_of_this_visit(
    client_for: ClientFor, visit: str, engagement: str, database: Database
) -> None:
    line = one(
        database,
        "select id from service_lines where engagement_id = :id and position = 1",
        id=engagement,
    )
    typed = {"people": [person(database, "李晓峰")], "lines": [line]}
    client_for("wang").post(f"/office/visits/{visit}/assign", data=typed)
    context = client_for("li").get(f"/visits/{visit}", headers={"Accept": "application/json"}).json
    assert context["engagement"]["items"] == ["隐患排查与治理指导"]


def test_a_visit_without_lines_claims_none(
    client_for: ClientFor, visit: str, engagement: str, database: Database
) -> None:
    """A slip that named all of the contract would claim what was not done."""
    typed = {"people": [person(database, "李晓峰")], "lines": []}
    client_for("wang").post(f"/office/visits/{visit}/assign", data=typed)
    for address in (f"/visits/{visit}", f"/engagements/{engagement}/visit"):
        context = client_for("li").get(address, headers={"Accept": "application/json"}).json
        assert context["engagement"]["items"] == []
    assert "见服务记录" in client_for("li").get(f"/visits/{visit}").text
    pdf = client_for("li").get(f"/visits/{visit}/slip.pdf").data
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "见服务记录" in text
    assert "隐患排查与治理指导" not in text


def test_another_visit_is_planned(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    address = f"/office/engagements/{engagement}/visits/new"
    typed = {"planned_on": TODAY, "people": [person(database, "李晓峰")]}
    assert client_for("wang").get(address).status_code == 200
    assert client_for("wang").post(address, data=typed).status_code == 303
    assert (
        len([v for v in today_of(client_for, "li")["visits"] if v["engagement_id"] == engagement])
        == 2
    )
    for wrong in ({"planned_on": ""}, {"people": []}):
        assert client_for("wang").post(address, data={**typed, **wrong}).status_code == 422


@pytest.mark.parametrize("part", ["plan", "move", "cancel", "assign"])
def test_planning_is_the_leads_and_the_managers(
    client_for: ClientFor, visit: str, part: str
) -> None:
    for name in ("li", "zhao", "stranger"):
        client, address = client_for(name), f"/office/visits/{visit}/{part}"
        answer = client.get(address) if part == "plan" else client.post(address, data={})
        assert answer.status_code == 404, name


def test_a_refused_form_keeps_what_was_chosen(
    client_for: ClientFor, visit: str, engagement: str, database: Database
) -> None:
    admin, place = client_for("admin"), f"/office/visits/{visit}"
    line = one(
        database, "select id from service_lines where engagement_id = :id limit 1", id=engagement
    )
    refused = admin.post(f"{place}/assign", data={"people": [], "lines": [line]})
    assert refused.status_code == 422
    ticked = re.findall(r'value="([^"]+)"[^>]* checked', refused.text)
    assert ticked == [line]
    typed = {"planned_on": ahead(9999), "reason": "太远"}
    far = admin.post(f"{place}/move", data=typed)
    assert (far.status_code, "日期要在这两天之间" in far.text, "太远" in far.text) == (
        422,
        True,
        True,
    )
    new = f"/office/engagements/{engagement}/visits/new"
    wang = person(database, "王建国")
    assert admin.post(new, data={"planned_on": "2001-01-01", "people": [wang]}).status_code == 422
