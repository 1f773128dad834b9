"""合同: what it says and lacks, its lines, the plan that follows, the ten working days."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.recount import text
from tests.test_engagements import TODAY, ahead, staff
from tests.test_people import person
from webapp.queries import service_steps


@pytest.fixture
def fresh(client_for: ClientFor, database: Database, engagement: str) -> str:
    """A new engagement of the plant, without anything."""
    plant = one(database, "select enterprise_id from engagements where id = :id", id=engagement)
    answer = client_for("admin").post(
        f"/enterprises/{plant}/engagements/new", data=staff(database, "王建国")
    )
    return answer.location.rsplit("/", 1)[1]


def form(database: Database, **more: Any) -> dict[str, Any]:
    return {
        "signed_on": TODAY, "lead_id": person(database, "王建国"), "starts_on": TODAY,
        "ends_on": ahead(300), "quality": "按频次到场", "rights_and_duties": "双方配合",
        "fee": "50000 元", "number": "TK-1", "line_id": ["", "", ""],
        "line_item": ["安全生产标准化创建指导", "隐患排查与治理指导", ""], "line_times": ["5", "10", ""],
        "line_unit": ["次", "次", "次"], "line_standardization": ["yes", "", ""], **more,
    }  # fmt: skip


def test_a_contract_with_lines_is_written_and_read_again(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}/contract"
    assert client.post(address, data=form(database)).status_code == 303
    page = client.get(address).text
    assert "隐患排查与治理指导" in page
    assert "按频次到场" in page
    shown = client.get(f"/office/engagements/{fresh}").text
    assert "没有系统上报凭证" in shown
    assert "还有 <b>10</b>" in shown
    assert one(database, "select ends_on from engagements where id = :id", id=fresh) == ahead(300)


def test_what_it_lacks_is_a_flag_with_its_price(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    bare = {
        "lead_id": "",
        "starts_on": "",
        "ends_on": "",
        "quality": "",
        "rights_and_duties": "",
        "fee": "",
    }
    typed = form(database, **bare, line_times=["", "", ""])
    address = f"/office/engagements/{fresh}"
    assert client_for("admin").post(f"{address}/contract", data=typed).status_code == 303
    page = client_for("admin").get(address).text
    for words in (
        "未明确服务期限（A-4 扣分）",
        "未明确服务次数（A-4 扣分）",
        "未明确项目负责人（违反 5.3",
        "未明确收费",
        "未明确服务质量",
        "未明确双方责、权",
    ):
        assert words in page
    assert "合同未明确服务内容、期限或次数" in page
    assert client_for("admin").get(f"{address}/plan").status_code == 422


@pytest.mark.parametrize("part", ["contract", "plan", "receipt"])
def test_contracts_are_the_managers(client_for: ClientFor, fresh: str, part: str) -> None:
    for name in ("wang", "li", "zhao", "stranger"):
        answer = client_for(name).post(f"/office/engagements/{fresh}/{part}", data={})
        assert answer.status_code == 404


def test_the_countys_receipt(client_for: ClientFor, fresh: str, database: Database) -> None:
    address = f"/office/engagements/{fresh}"
    typed = {"uploaded_on": TODAY, "receipt_no": "ZJG-7"}
    assert client_for("admin").post(f"{address}/receipt", data=typed).status_code == 422
    client_for("admin").post(f"{address}/contract", data=form(database))
    assert (
        client_for("admin").post(f"{address}/receipt", data={"uploaded_on": ahead(1)}).status_code
        == 422
    )
    early = client_for("admin").post(f"{address}/receipt", data={**typed, "uploaded_on": ahead(-1)})
    assert (early.status_code, "上报日期早于合同签订日期" in early.text) == (422, True)
    assert client_for("admin").post(f"{address}/receipt", data=typed).status_code == 303
    assert "ZJG-7" in client_for("admin").get(address).text


def proposal(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, day in re.findall(r'name="(due-[0-9a-f-]+)" value="([^"]+)"', page):
        found.setdefault(name, []).append(day)
    return found


def planned(client: FlaskClient, address: str, database: Database) -> dict[str, list[str]]:
    """A contract of two lines, its plan confirmed as proposed; the plan."""
    client.post(f"{address}/contract", data=form(database))
    due = proposal(client.get(f"{address}/plan").text)
    assert client.post(f"{address}/plan", data=due).status_code == 303
    return due


def test_a_plan_is_proposed_changed_and_confirmed(
    client_for: ClientFor, fresh: str, database: Database, phone_of: Phones
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    client.post(f"{address}/contract", data=form(database))
    due = proposal(client.get(f"{address}/plan").text)
    assert sorted(len(days) for days in due.values()) == [5, 10]
    assert client.post(f"{address}/plan", data=due).status_code == 303
    sql = "select count(*) from visits where engagement_id = :id and cancelled_at is null"
    assert one(database, sql, id=fresh) == 10  # one visit serves both lines of a day
    sql = "select count(*) from visit_lines where visit_id in (select id from visits where engagement_id = :id)"
    assert one(database, sql, id=fresh) == 15
    hazards = next(name for name, days in due.items() if len(days) == 10)
    due[hazards] = [TODAY, *due[hazards][1:9]]  # one earlier, one fewer
    assert client.post(f"{address}/plan", data=due).status_code == 303
    assert due[hazards] == proposal(client.get(f"{address}/plan").text)[hazards]
    li: Phone = phone_of("li")
    today = li.client.get("/today", headers={"Accept": "application/json"}).json
    assert fresh in {visit["engagement_id"] for visit in today["visits"]}


def test_a_plan_outside_the_term_is_refused(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    client.post(f"{address}/contract", data=form(database))
    due = proposal(client.get(f"{address}/plan").text)
    line = next(iter(due))
    for days in ([ahead(400)], [TODAY, TODAY], ["x"]):
        answer = client.post(f"{address}/plan", data={**due, line: days})
        assert answer.status_code == 422
        assert f'value="{days[0]}"' in answer.text
    assert one(database, "select count(*) from visits where engagement_id = :id", id=fresh) == 0


def test_a_visit_counts_on_each_line_it_serves(
    client_for: ClientFor, fresh: str, database: Database, phone_of: Phones
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    client.post(f"{address}/contract", data=form(database))
    due = {name: [TODAY] for name in proposal(client.get(f"{address}/plan").text)}
    client.post(f"{address}/plan", data=due)
    visit = one(database, "select id from visits where engagement_id = :id", id=fresh)
    lines = service_steps.lines(database, fresh)
    assert [line["facts"].short_by(TODAY) for line in lines] == [1, 1]
    start = {
        "visit_id": visit,
        "engagement_id": fresh,
        "number": 1,
        "place": None,
        "also_present": "",
        "accompanied_by": "",
        "service_date": "",
        "planned_on": "",
    }
    phone_of("li").do("visit.start", start)
    lines = service_steps.lines(database, fresh)
    assert [line["facts"].served_by(TODAY) for line in lines] == [1, 1]
    # A line that a visit serves cannot be taken out of the contract.
    kept = form(
        database,
        line_id=[lines[0]["id"], "", ""],
        line_item=[lines[0]["item"], "", ""],
        line_times=["5", "", ""],
    )
    answer = client.post(f"{address}/contract", data=kept)
    assert answer.status_code == 422
    assert "不能删去" in answer.text


def test_the_office_begins_with_who_has_not_been_visited(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client_for("admin").post(f"/office/engagements/{fresh}/contract", data=form(database))
    for name in ("admin", "wang"):
        page = client_for(name).get("/office").text
        assert f"/office/engagements/{fresh}" in page
        assert "还有 <b>10</b> 个工作日" in page
        assert "已超过" in page  # the chemical plant of the demo
    for name in ("zhao", "stranger"):
        assert fresh not in client_for(name).get("/office").text


def test_what_is_due_today_is_owed_when_the_day_is_over(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    client.post(f"{address}/contract", data=form(database))
    client.post(
        f"{address}/plan",
        data={name: [TODAY] for name in proposal(client.get(f"{address}/plan").text)},
    )
    assert "已服务次数少于应服务次数" not in client.get(address).text


def test_a_plan_leaves_alone_what_somebody_did_by_hand(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    """A visit added between, lines given by hand, a visit cancelled for a reason."""
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    due = planned(client, address, database)
    sql = "select id from visits where engagement_id = :id order by planned_on"
    first, second = [row["id"] for row in database.query(sql, {"id": fresh})][:2]
    client.post(f"/office/visits/{first}/cancel", data={"reason": "企业停产"})
    own = {"planned_on": ahead(1), "people": [person(database, "李晓峰")]}
    assert client.post(f"{address}/visits/new", data=own).status_code == 303
    line = next(name for name, days in due.items() if len(days) == 10).removeprefix("due-")
    own = {"people": [person(database, "李晓峰")], "lines": [line]}
    client.post(f"/office/visits/{second}/assign", data=own)
    every = "select id, planned_on, cancelled_at from visits order by id"
    before, served = list(database.query(every)), "select * from visit_lines order by 1, 2"
    lines = list(database.query(served))
    assert client.post(f"{address}/plan", data=due).status_code == 303
    assert list(database.query(every)) == before
    assert list(database.query(served)) == lines
    fewer = {name: days[:-1] for name, days in due.items()}
    assert client.post(f"{address}/plan", data=fewer).status_code == 303
    changed = [row for row in database.query(every) if row not in before]
    assert changed
    assert all(row["cancelled_at"] for row in changed)
    assert ahead(1) not in {row["planned_on"] for row in changed}


def test_a_visit_added_on_a_day_of_the_plan_is_not_of_the_plan(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    due = planned(client, address, database)
    day = next(days for days in due.values() if len(days) == 10)[5]
    own = {"planned_on": day, "people": [person(database, "李晓峰")]}
    assert client.post(f"{address}/visits/new", data=own).status_code == 303
    sql = (
        "select id, planned_on, cancelled_at from visits where engagement_id = :id order by number"
    )
    mine = list(database.query(sql, {"id": fresh}))[-1]
    moved = {name: [one for one in days if one != day] for name, days in due.items()}
    assert client.post(f"{address}/plan", data=moved).status_code == 303
    assert mine in list(database.query(sql, {"id": fresh}))


def test_times_without_a_day_are_seen_planned_and_owed_at_the_end(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    client.post(f"{address}/contract", data=form(database))
    due = proposal(client.get(f"{address}/plan").text)
    client.post(f"{address}/plan", data={name: days[:3] for name, days in due.items()})
    assert "只排了 3" in text(client.get(address).text)
    page = client.get(f"{address}/plan").text
    assert len(re.findall('name="due-[0-9a-f-]+" value=""', page)) == 2 + 7
    owed = text(client.get(f"{address}?on={ahead(400)}").text)
    assert re.search("应服务.*? 5 （只排了 3） .*? 10 （只排了 3）", owed)
    assert client.get(f"{address}?on=x").status_code == 422
    assert client.post(f"{address}/plan", data=due).status_code == 303
    assert "只排了" not in client.get(address).text


def test_an_ended_engagement_has_no_coming_visit(
    client_for: ClientFor, fresh: str, database: Database, phone_of: Phones
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    due = planned(client, address, database)
    typed = {"ended_on": TODAY, "sure": "yes"}
    assert client.post(f"{address}/end", data=typed).status_code == 303
    today = phone_of("li").client.get("/today", headers={"Accept": "application/json"}).json
    assert fresh not in {visit["engagement_id"] for visit in today["visits"]}
    assert client.get(f"{address}/plan").status_code == 422
    assert client.post(f"{address}/plan", data=due).status_code == 422
    own = {"planned_on": TODAY, "people": [person(database, "李晓峰")]}
    assert client.post(f"{address}/visits/new", data=own).status_code == 422


def test_a_plan_confirmed_again_leaves_moved_visits_where_they_are(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    client, address = client_for("admin"), f"/office/engagements/{fresh}"
    due = planned(client, address, database)
    sql = "select id from visits where engagement_id = :id order by planned_on"
    visit = one(database, sql, id=fresh)
    client.post(f"/office/visits/{visit}/move", data={"planned_on": ahead(2), "reason": "停电"})
    before = list(database.query("select id, planned_on, cancelled_at from visits order by id"))
    lines = list(database.query("select * from visit_lines order by visit_id, line_id"))
    assert client.post(f"{address}/plan", data=due).status_code == 303
    assert before == list(
        database.query("select id, planned_on, cancelled_at from visits order by id")
    )
    assert lines == list(database.query("select * from visit_lines order by visit_id, line_id"))
