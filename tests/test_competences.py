"""服务能力 (4.2): judged, taken back, and what a contract wants that nobody on it can."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.db import connect, today
from webapp.queries import competences as queries
from webapp.standard.competences import Competence, able, named, uncovered

MAJOR = "重大危险源辨识指导"
PEOPLE, ITEMS = st.sampled_from("abc"), st.sampled_from(["隐患", "预案", "Ｅ H S", "ehs"])
DAYS = st.dates().map(str)
HELD = st.lists(st.builds(Competence, PEOPLE, ITEMS, DAYS, st.none() | DAYS))


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-01", False), ("2026-03-02", True), ("2026-05-31", True), ("2026-06-01", False)],
)
def test_it_holds_from_its_day_until_it_is_taken_back(day: str, expected: bool) -> None:
    assert Competence("a", "x", "2026-03-02", "2026-06-01").holds(day) is expected


def test_blanks_and_capitals_make_no_other_item() -> None:
    assert named("ＥＨＳ 指导") == named("ehs指导")
    assert named("隐患排查指导") != named("隐患治理指导")


@given(HELD, st.lists(ITEMS), st.lists(PEOPLE), DAYS)
def test_an_item_is_covered_by_somebody_of_the_team_or_named(
    held: list[Competence], items: list[str], team: list[str], day: str
) -> None:
    lacking = uncovered(items, team, able(held, day))
    for item in items:
        can = any(
            one.person in team and named(one.item) == named(item) and one.holds(day) for one in held
        )
        assert (item in lacking) is not can
    assert set(lacking) <= set(items)
    assert len(lacking) == len(set(lacking))


@given(HELD, st.lists(ITEMS), st.lists(PEOPLE), PEOPLE, DAYS)
def test_one_more_on_the_team_never_uncovers(
    held: list[Competence], items: list[str], team: list[str], more: str, day: str
) -> None:
    can = able(held, day)
    assert set(uncovered(items, [*team, more], can)) <= set(uncovered(items, team, can))


def judged(**more: object) -> dict[str, object]:
    return {
        "item": [MAJOR], "other": "", "basis": "experience", "note": "精细化工12年",
        "judged_on": today(), "judged_by": "", **more,
    }  # fmt: skip


def plant(database: Database) -> str:
    """The engagement of the chemical plant, for whose item the demo has nobody."""
    sql = "select engagement_id from service_lines where item = :item"
    return str(one(database, sql, item=MAJOR))


def warned(client: FlaskClient, database: Database) -> tuple[bool, bool, bool]:
    """On the engagement's page, on the manager's home, on the list of items."""
    pages = (f"/office/engagements/{plant(database)}", "/office", "/office/competences")
    signs = ("没有人经本机构认定能承担", "合同服务项目没有具备能力的人员", f"示范化工 {MAJOR}")
    read = [words(client.get(page).text) for page in pages]
    return (signs[0] in read[0], signs[1] in read[1], signs[2] in read[2])


def test_a_contracted_item_without_a_competent_person_warns(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    assert warned(admin, database) == (True, True, True)
    conditions = words(admin.get("/office/conditions").text)
    assert "与合同服务项目相适应的能力 无佐证 没有具备能力人员的服务项目：1" in conditions
    lead = person(database, "王建国")
    address = f"/office/people/{who}/competences"
    typed = judged(judged_by=lead, scan=(io.BytesIO(PDF), "a.pdf"))
    assert admin.post(address, data=typed).status_code == 303
    assert warned(admin, database) == (False, False, False)
    page = words(admin.get(f"/office/people/{who}").text)
    assert "王建国 认定，依据：工作经历，精细化工12年" in page
    found = one(
        database,
        "select id from competences where person_id = :id and item = :item",
        id=who,
        item=MAJOR,
    )
    withdraw = f"/office/competences/{found}/withdraw"
    empty = admin.post(withdraw, data={"reason": " "})
    assert (empty.status_code, "有必填项没有填写" in empty.text) == (422, True)
    assert admin.post(withdraw, data={"reason": "年度考核未通过"}).status_code == 303
    assert warned(admin, database) == (True, True, True)
    assert "撤销：年度考核未通过" in words(admin.get(f"/office/people/{who}").text)
    assert admin.post(withdraw, data={"reason": "再一次"}).status_code == 404
    assert admin.post(address, data=judged(judged_by=lead)).status_code == 303  # judged anew


def test_who_left_or_whose_contract_ended_is_competent_for_nothing(
    client_for: ClientFor, database: Database, settings: object
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = judged(judged_by=person(database, "王建国"))
    assert admin.post(f"/office/people/{who}/competences", data=typed).status_code == 303
    assert queries.uncovered(database, today()) == []
    made = connect(settings.folder / "takan.db", readonly=False)  # type: ignore[attr-defined]
    for change in (
        "update people set active = 0",
        "update labour_contracts set ends_on = '2026-01-01'",
    ):
        made.execute("savepoint before")
        column = "id" if "people" in change else "person_id"
        made.execute(f"{change} where {column} = :id", {"id": who})
        assert [row["item"] for row in queries.uncovered(made, today())] == [MAJOR], change
        made.execute("rollback to before")
    made.close()


def test_an_engagement_that_ended_warns_no_more(database: Database) -> None:
    assert queries.uncovered(database, "2099-01-01") == []
    assert queries.uncovered(database, today(), NOBODY) == []
    assert [row["item"] for row in queries.uncovered(database, today(), plant(database))] == [MAJOR]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item": [], "other": " "}, "请至少勾选或填写一个服务项目"),
        ({"other": "长" * 81}, "填写太长"),
        ({"item": ["隐患排查与治理指导"]}, "已经认定过这个服务项目：隐患排查与治理指导"),
        ({"item": [], "other": "隐患排查 与治理指导"}, "已经认定过这个服务项目"),
        ({"basis": "hearsay"}, "请选一项"),
        ({"judged_by": NOBODY}, "请选一项"),
        ({"judged_by": "孙立新"}, "请选一项"),  # nobody judges oneself
        ({"judged_on": "2099-01-01"}, "还没有到"),
        ({"scan": (io.BytesIO(b"hello"), "a.pdf")}, "不是可识别的扫描件"),
    ],
)
def test_nonsense_is_refused_and_kept_on_the_page(
    client_for: ClientFor, database: Database, change: dict[str, object], sentence: str
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    before = one(database, "select count(*) from competences")
    typed = {**judged(judged_by=person(database, "王建国"), note="写了一半的依据"), **change}
    if typed["judged_by"] == "孙立新":
        typed["judged_by"] = who
    answer = admin.post(f"/office/people/{who}/competences", data=typed)
    assert (answer.status_code, sentence in words(answer.text)) == (422, True)
    assert "写了一半的依据" in answer.text
    if MAJOR in str(typed["item"]):
        assert f'value="{MAJOR}" checked' in answer.text
    assert one(database, "select count(*) from competences") == before


def test_one_judgement_covers_several_items(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    typed = judged(
        judged_by=person(database, "陈静"), item=[MAJOR, MAJOR], other=" 受限空间  指导 "
    )
    assert admin.post(f"/office/people/{who}/competences", data=typed).status_code == 303
    kept = database.query("select item from competences where person_id = :id", {"id": who})
    assert {row["item"] for row in kept} == {MAJOR, "受限空间 指导"}
    seen = words(admin.get("/office/competences").text)
    assert "受限空间 指导局外人" in seen


@pytest.mark.parametrize("name", ["li", "zhao", "stranger"])
def test_others_judge_nobody(client_for: ClientFor, database: Database, name: str) -> None:
    client, who = client_for(name), person(database, "李晓峰")
    held = one(
        database,
        "select id from competences where withdrawn_on is null and person_id = :id",
        id=who,
    )
    assert client.get("/office/competences").status_code == 404
    for address in (f"/office/people/{who}/competences", f"/office/competences/{held}/withdraw"):
        assert client.post(address, data=judged(reason="不行")).status_code == 404


def test_the_lead_sees_the_warning_too(client_for: ClientFor, database: Database) -> None:
    seen = client_for("wang").get(f"/office/engagements/{plant(database)}").text
    assert "没有人经本机构认定能承担" in seen
    assert "/office/competences" not in seen  # a page for managers


def test_a_contract_offers_the_words_that_people_were_judged_by(
    client_for: ClientFor, database: Database
) -> None:
    page = client_for("admin").get(f"/office/engagements/{plant(database)}/contract").text
    offered = page.split('<datalist id="items">')[1].split("</datalist>")[0]
    assert f'<option value="{MAJOR}">' in offered
    assert 'list="items"' in page
