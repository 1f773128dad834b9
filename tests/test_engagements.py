"""服务项目: refusals, flags, and the line from the first visit to the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, one
from tests.test_hazards import fields
from tests.test_people import person
from webapp import db as clock
from webapp.config import Settings
from webapp.db import connect
from webapp.queries.leads import SERVED_ON

TODAY = clock.today()


def ahead(days: int) -> str:
    return (date.fromisoformat(TODAY) + timedelta(days=days)).isoformat()


@pytest.fixture
def plant(database: Database, engagement: str) -> str:
    return one(database, "select enterprise_id from engagements where id = :id", id=engagement)


def staff(database: Database, lead: str, **more: object) -> dict[str, object]:
    terms = {"starts_on": TODAY, "ends_on": ahead(300), "frequency": "每月一次"}
    return {
        "lead_id": person(database, lead),
        "people": [person(database, "李晓峰")],
        **terms,
        **more,
    }


def test_an_engagement_begins_with_a_lead_who_may_lead(
    client_for: ClientFor, plant: str, database: Database
) -> None:
    address = f"/enterprises/{plant}/engagements/new"
    assert "无有效负责人证书" in client_for("admin").get(address).text
    answer = client_for("admin").post(address, data=staff(database, "王建国"))
    assert answer.status_code == 303
    page = client_for("admin").get(answer.location).text
    assert "没有初访记录" in page
    assert "没有签订合同" in page


def test_a_credential_that_was_taken_out_makes_no_lead(
    client_for: ClientFor, plant: str, database: Database
) -> None:
    lead = person(database, "王建国")
    sql = "select id from credentials where person_id = :id and removed_at is null"
    for row in list(database.query(sql, {"id": lead})):
        client_for("admin").post(f"/office/credentials/{row['id']}/remove", data={"sure": "yes"})
    answer = client_for("admin").post(
        f"/enterprises/{plant}/engagements/new", data=staff(database, "王建国")
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("lead", ["徐静怡", "孙立新"])  # expired; an engineer's title
def test_without_such_a_lead_it_cannot_begin(
    client_for: ClientFor, plant: str, database: Database, lead: str
) -> None:
    before = one(database, "select count(*) from engagements")
    typed = staff(database, lead)
    answer = client_for("admin").post(f"/enterprises/{plant}/engagements/new", data=typed)
    assert answer.status_code == 422
    assert "不能担任项目负责人（5.4.1 a）" in answer.text
    assert ahead(300) in answer.text
    assert one(database, "select count(*) from engagements") == before


def test_beginning_refuses_strangers_and_nonsense(
    client_for: ClientFor, plant: str, engagement: str, database: Database
) -> None:
    for address in (
        f"/enterprises/{plant}/engagements/new",
        f"/office/engagements/{engagement}/edit",
    ):
        typed = staff(database, "王建国")
        for name in ("li", "wang", "zhao", "stranger"):
            assert client_for(name).post(address, data=typed).status_code == 404
        zhao = [person(database, "赵敏")]
        for wrong in (
            {"lead_id": "x"},
            {"people": zhao},
            *([{"ends_on": ahead(-1)}, {"starts_on": "x"}] if address.endswith("new") else []),
        ):
            answer = client_for("admin").post(address, data={**typed, **wrong})
            assert answer.status_code == 422, wrong


def test_coming_visits_follow_the_people(
    client_for: ClientFor, engagement: str, visit: str, database: Database
) -> None:
    """Who leaves the engagement goes to none of its visits; the new lead hears of them."""

    def going() -> set[str]:
        sql = "select person_id as id from visit_people where visit_id = :id"
        return {row["id"] for row in database.query(sql, {"id": visit})}

    li, wu, zhou = (person(database, name) for name in ("李晓峰", "吴志强", "周海燕"))
    address, admin = f"/office/engagements/{engagement}/edit", client_for("admin")
    before = {"people": [li, wu], "lines": []}
    assert admin.post(f"/office/visits/{visit}/assign", data=before).status_code == 303
    typed = staff(database, "周海燕", people=[wu])
    assert admin.post(address, data=typed).status_code == 303
    assert going() == {wu, zhou}  # the lead for who left
    typed = staff(database, "周海燕", people=[wu, li])
    assert admin.post(address, data=typed).status_code == 303
    assert going() == {wu, zhou, li}  # all went, so all of the new go
    listed = client_for("wang").get("/today", headers={"Accept": "application/json"}).json
    assert visit not in {one["id"] for one in listed["visits"]}


def test_a_lapsed_lead_keeps_nobody_from_the_rest(
    client_for: ClientFor, engagement: str, settings: Settings, database: Database
) -> None:
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute("update credentials set valid_to = '2020-01-01'")
    other.close()
    address, lead = f"/office/engagements/{engagement}/edit", "王建国"
    assert client_for("admin").post(address, data=staff(database, lead)).status_code == 303
    refused = client_for("admin").post(address, data=staff(database, "周海燕"))
    assert refused.status_code == 422


def test_the_contract_says_the_term(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    sql = "select starts_on || ends_on from engagements where id = :id"
    before, address = one(database, sql, id=engagement), f"/office/engagements/{engagement}/edit"
    admin = client_for("admin")
    assert 'name="ends_on"' not in admin.get(address).text
    assert admin.post(address, data=staff(database, "王建国", ends_on=ahead(9))).status_code == 303
    assert one(database, sql, id=engagement) == before


def test_who_left_stays_in_what_was_written(
    client_for: ClientFor, engagement: str, settings: Settings, database: Database
) -> None:
    other = connect(settings.folder / "takan.db", readonly=False)
    sql = "select person_id from initial_visit_people where engagement_id = :id"
    gone = one(other, sql, id=engagement)
    other.execute("update people set active = 0 where id = :id", {"id": gone})
    other.close()
    address = f"/office/engagements/{engagement}/write/initial-visit"
    page = client_for("admin").get(address).text
    assert re.search(f'value="{gone}"[^>]*checked', page)
    typed = {"visited_on": TODAY, "met": "钱大成", "record": "谈了范围", "people": [gone]}
    assert client_for("admin").post(address, data=typed).status_code == 303
    assert one(database, sql, id=engagement) == gone


def test_another_lead_is_written_down(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    address = f"/office/engagements/{engagement}/edit"
    assert client_for("admin").get(address).status_code == 200
    assert client_for("admin").post(address, data=staff(database, "周海燕")).status_code == 303
    lead = one(database, "select lead_id from engagements where id = :id", id=engagement)
    assert lead == person(database, "周海燕")
    assert one(database, "select action from trail order by seq desc") == "engagement.change"


def test_what_somebody_recorded_who_left_a_project_still_comes_in_with_a_flag(
    client_for: ClientFor,
    phone_of: Callable[[str], Phone],
    visit: str,
    engagement: str,
    database: Database,
) -> None:
    li = phone_of("li")
    gone = staff(database, "周海燕", people=[person(database, "王建国")])
    before = li.operation("hazard.record", fields(visit))
    address = f"/office/engagements/{engagement}/edit"
    assert client_for("admin").post(address, data=gone).status_code == 303
    after = li.operation("hazard.record", fields(visit, "L2"))
    assert li.send(before).json["receipt"]["outcome"] == "applied"
    receipt = li.send(after).json["receipt"]
    assert receipt["outcome"] == "applied"
    assert receipt["reason"] == {"code": "flagged", "params": {"flags": ["left_project"]}}
    li.do("record.write", {"visit_id": visit, "content": "查", "process": "看", "result": "无"})
    assert "记录人已不在项目中" in client_for("admin").get("/office/reviews").text
    assert li.client.get(f"/visits/{visit}").status_code == 404


def test_an_engagement_ends_once(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    address = f"/office/engagements/{engagement}/end"
    typed = {"ended_on": TODAY, "sure": "yes"}
    for wrong in ({"sure": ""}, {"ended_on": ahead(1)}, {"ended_on": "2001-01-01"}):
        assert client_for("admin").post(address, data={**typed, **wrong}).status_code == 422
    for name in ("wang", "li", "stranger"):
        assert client_for(name).post(address, data=typed).status_code == 404
    assert client_for("admin").post(address, data=typed).status_code == 303
    assert client_for("admin").post(address, data=typed).status_code == 422
    assert "服务结束后没有回访" in client_for("admin").get(f"/office/engagements/{engagement}").text


def test_an_end_that_was_none_is_taken_back(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    admin, place = client_for("admin"), f"/office/engagements/{engagement}"
    coming = (
        "select group_concat(id) from (select id from visits where engagement_id = :id"
        " and started_at is null and cancelled_at is null order by id)"
    )
    before = one(database, coming, id=engagement)
    gone = before.split(",")[0]
    assert "," in before
    cancelled = admin.post(f"/office/visits/{gone}/cancel", data={"reason": "企业停产"})
    assert cancelled.status_code == 303
    assert admin.post(f"{place}/reopen", data={"reason": "x"}).status_code == 422
    assert admin.post(f"{place}/end", data={"ended_on": TODAY, "sure": "yes"}).status_code == 303
    assert one(database, coming, id=engagement) is None
    assert admin.post(f"{place}/reopen", data={"reason": " "}).status_code == 422
    for name in ("wang", "li", "zhao", "stranger"):
        assert client_for(name).post(f"{place}/reopen", data={"reason": "x"}).status_code == 404
    assert admin.post(f"{place}/reopen", data={"reason": "点错了"}).status_code == 303
    assert one(database, "select ended_on from engagements where id = :id", id=engagement) is None
    assert one(database, coming, id=engagement).split(",") == before.split(",")[1:]
    assert "恢复服务项目" in admin.get("/office/audit?kind=change").text
    again = {"ended_on": TODAY, "sure": "yes"}
    assert admin.post(f"{place}/end", data=again).status_code == 303


def test_it_does_not_end_before_what_was_served(
    client_for: ClientFor, engagement: str, database: Database, write: Callable[..., None]
) -> None:
    """What is owed counts up to the end: a wrong month would forgive it."""
    served = one(
        database,
        f"select max({SERVED_ON}) from visits as v where engagement_id = :id",
        id=engagement,
    )
    before = (date.fromisoformat(served) - timedelta(days=1)).isoformat()
    address = f"/office/engagements/{engagement}/end"
    refused = client_for("admin").post(address, data={"ended_on": before, "sure": "yes"})
    assert refused.status_code == 422
    assert f"结束日期不能更早：{served}" in refused.text
    assert f'value="{before}"' in refused.text
    told = {"ended_on": served, "sure": "yes"}
    wrong_clock = "update visits set started_at = '2099-01-01T00:00:00.000Z' where id ="
    write(
        f"{wrong_clock} (select id from visits where engagement_id = :id and started_at is null"
        " limit 1)",
        id=engagement,
    )
    assert client_for("admin").post(address, data=told).status_code == 303


def test_the_page_is_not_for_the_enterprise_nor_for_strangers(
    client_for: ClientFor, engagement: str
) -> None:
    for name in ("zhao", "stranger"):
        assert client_for(name).get(f"/office/engagements/{engagement}").status_code == 404
    page = client_for("li").get(f"/office/engagements/{engagement}").text
    assert "process__step_done" in page
    assert "style=" not in page
