"""Two phones, one visit: whoever delivers first, and what each page then says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_hazards import fields
from tests.test_visits import context_of, start
from webapp.ids import new_id
from webapp.standard import joining
from webapp.standard.slip import CROCKFORD


def code_for(engagement: str) -> tuple[str, str]:
    code = joining.drawn(engagement, 123456)
    return code, joining.visit_of(engagement, code)


def join(visit: str, engagement: str, code: str, **more: Any) -> dict[str, Any]:
    ids = {"visit_id": visit, "engagement_id": engagement, "code": code}
    return {**ids, "number": 4, "planned_on": "", **more}


@pytest.mark.parametrize("first", ["starter", "colleague"])
def test_two_phones_are_one_visit_whoever_delivers_first(
    phone_of: Phones, engagement: str, database: Database, first: str
) -> None:
    code, visit = code_for(engagement)
    li, wang = phone_of("li"), phone_of("wang")
    begun = [
        (li, li.operation("visit.start", start(visit, engagement, number=4, code=code))),
        (li, li.operation("hazard.record", fields(visit, "L1"))),
    ]
    came = [
        (wang, wang.operation("visit.join", join(visit, engagement, code))),
        (wang, wang.operation("hazard.record", fields(visit, "W1"))),
    ]
    for phone, operation in [*begun, *came] if first == "starter" else [*came, *begun]:
        receipt = phone.send(operation).json["receipt"]
        assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    sql = "select group_concat(label) from (select label from hazards where visit_id = :id order by 1)"
    assert one(database, sql, id=visit) == "L1,W1"
    seen = context_of(wang, visit)["visit"]
    assert (seen["number"], seen["code"]) == (4, code)
    assert seen["started_at"] == begun[0][1]["made_at"]
    assert seen["joined_at"] == came[0][1]["made_at"]
    assert [colleague["name"] for colleague in seen["colleagues"]] == ["李晓峰"]
    assert context_of(li, visit)["visit"]["joined_at"] == begun[0][1]["made_at"]


def test_a_planned_visit_is_joined_by_its_own_code_or_by_a_tap(
    phone_of: Phones, visit: str, engagement: str
) -> None:
    wang = phone_of("wang")
    known = next(
        found
        for one_of in wang.client.get("/today", headers={"Accept": "application/json"}).json[
            "engagements"
        ]
        for found in one_of["open_visits"]
        if found["id"] == visit
    )
    assert (
        known["code"]
        == joining.of_visit(engagement, visit)
        == context_of(wang, visit)["visit"]["code"]
    )
    assert wang.do("visit.join", join(visit, engagement, known["code"]))["outcome"] == "applied"
    first = context_of(wang, visit)["visit"]["joined_at"]
    assert wang.do("visit.join", join(visit, engagement, ""))["outcome"] == "applied"
    assert context_of(wang, visit)["visit"]["joined_at"] == first


def test_a_colleague_who_was_not_planned_finds_it_on_his_today(
    phone_of: Phones, engagement: str, database: Database
) -> None:
    code, visit = code_for(engagement)
    wang = phone_of("wang")
    wang.do("visit.join", join(visit, engagement, code))
    today = wang.client.get("/today", headers={"Accept": "application/json"}).json
    [listed] = [found for found in today["visits"] if found["id"] == visit]
    assert listed["joined_at"] != ""
    assert listed["started_at"] == ""


def test_a_stranger_or_nonsense_joins_nothing(
    phone_of: Phones, visit: str, engagement: str, database: Database
) -> None:
    code, walk_in = code_for(engagement)
    before = database["visits"].count, database["visit_people"].count
    stranger, li = phone_of("stranger"), phone_of("li")
    refused = stranger.do("visit.join", join(walk_in, engagement, code))
    assert refused["reason"]["code"] == "not_tied"
    for wrong, why in (
        ({"engagement_id": new_id()}, "unknown_engagement"),
        ({"visit_id": "x"}, "bad_value"),
        ({"code": "K7Q2M9X"}, "bad_code"),
        ({"code": code[:-1]}, "bad_code"),
        ({"code": 7}, "bad_value"),
        ({"visit_id": new_id()}, "bad_code"),
        ({"number": "4"}, "bad_value"),
    ):
        receipt = li.do("visit.join", {**join(walk_in, engagement, code), **wrong})
        assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", why), wrong
    assert (database["visits"].count, database["visit_people"].count) == before


def test_a_visit_of_another_engagement_is_not_joined(
    phone_of: Phones, visit: str, engagement: str, database: Database
) -> None:
    sql = "select id from engagements where id <> :id"
    other = one(database, sql, id=engagement)
    receipt = phone_of("li").do("visit.join", join(visit, other, ""))
    assert receipt["reason"]["code"] == "unknown_visit"


def test_one_person_on_two_phones_is_told_which_began(
    phone_of: Phones, visit: str, engagement: str
) -> None:
    """His second phone labels apart (tests/js/twins.test.js); a form sent without the app does not count."""
    li = phone_of("li")
    li.do("visit.start", start(visit, engagement))
    li.do("visit.join", join(visit, engagement, ""), device="second")
    assert context_of(li, visit)["visit"]["joined_device"] == f"phone-{li.person}"


# Without JavaScript.


def test_the_page_says_at_once_what_is_wrong_and_keeps_what_was_typed(
    client_for: ClientFor, engagement: str
) -> None:
    client = client_for("wang")
    code, visit = code_for(engagement)
    wrong = code[:-1] + CROCKFORD[CROCKFORD.index(code[-1]) - 1]
    told = client.get("/today/join", query_string={"engagement": engagement, "code": wrong}).text
    assert "这个加入码不对" in told
    assert wrong in told
    unknown = joining.of_visit(engagement, new_id())
    told = client.get("/today/join", query_string={"engagement": engagement, "code": unknown}).text
    assert "本机没有这次计划服务" in told
    told = client.get("/today/join", query_string={"code": code}).text
    assert "请选同事正在服务的企业" in told
    found = client.get(
        "/today/join", query_string={"engagement": engagement, "code": code.lower()}
    ).text
    assert f"/visits/{visit}/join" in found


def test_joining_without_javascript(client_for: ClientFor, engagement: str) -> None:
    code, visit = code_for(engagement)
    form = {"engagement_id": engagement, "code": code, "number": "4", "planned_on": ""}
    assert client_for("stranger").post(f"/visits/{visit}/join", data=form).status_code == 404
    client = client_for("wang")
    answer = client.post(f"/visits/{visit}/join", data={**form, "code": "K7Q2M9X"})
    assert answer.status_code == 422
    assert "加入码" in answer.text
    answer = client.post(f"/visits/{visit}/join", data=form)
    assert (answer.status_code, answer.location) == (303, f"/visits/{visit}")
    page = client.get(f"/visits/{visit}").text
    assert "服务中" in page
    assert "拍隐患" in page
    assert "还没有人签到？由我签到开始" in page  # nobody has: he is not locked out of it


def test_a_walk_in_shows_the_code_its_id_follows_from(
    client_for: ClientFor, engagement: str
) -> None:
    client = client_for("li")
    page = client.get(f"/engagements/{engagement}/visit").text
    code = page.split('name="code" value="')[1][:7]
    visit = joining.visit_of(engagement, code)
    assert f'action="/visits/{visit}/start"' in page
    begin = {"engagement_id": engagement, "number": "4", "code": code}
    assert client.post(f"/visits/{visit}/start", data=begin).status_code == 303
    assert f"{code[:3]} {code[3:]}" in client.get(f"/visits/{visit}").text
    going = client_for("wang").get("/today/join").text
    assert f"code={code}" in going
    assert "李晓峰" in going


def test_two_with_one_letter_are_told_apart_in_every_context(
    phone_of: Phones, visit: str, database: Database
) -> None:
    li, wang = phone_of("li"), phone_of("wang")
    database.execute("pragma query_only = off")
    database.execute("update people set letter = 'A'")
    seen = [context_of(phone, visit)["person"]["letter"] for phone in (li, wang)]
    assert seen[0] != seen[1]
    listed = context_of(li, visit)["engagement"]["people"]
    assert len({person["letter"] for person in listed}) == len(listed) > 2
    assert json.dumps(listed) == json.dumps(context_of(wang, visit)["engagement"]["people"])
