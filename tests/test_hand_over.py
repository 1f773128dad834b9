"""离职交接: one form hands over all that hangs on a person; boards that name them are printed again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, one
from webapp.db import now, today, writing
from webapp.domain import boards as board_verbs
from webapp.domain import engagements
from webapp.queries import boards, credentials, leads
from webapp.routes import boards as board_routes


def person(database: Database, name: str) -> str:
    return str(one(database, "select id from people where sign_in_name = :n", n=name))


def consultant(database: Database, name: str) -> str:
    return str(one(database, "select id from people where name = :n", n=name))


@pytest.fixture
def able(app: Any, database: Database) -> str:
    """Li may lead too: he holds one of the three credentials."""
    li = person(database, "li")
    with app.app_context(), writing() as db:
        db.execute(
            "insert into credentials (id, person_id, kind, valid_to) values"
            " ('held', :id, 'safety_engineer', '2099-01-01')",
            {"id": li},
        )
    return li


def leave(client: Any, who: str, **form: str) -> Any:
    typed = {"reason": "本人离职", "sure": "yes", **form}
    return client.post(f"/office/people/{who}/hand-over", data=typed)


def test_a_lead_leaves_and_one_heir_has_it_all(
    client_for: ClientFor, database: Database, engagement: str, visit: str, able: str
) -> None:
    admin, wang = client_for("admin"), person(database, "wang")
    page = admin.get(f"/office/people/{wang}/hand-over").text
    assert ("计划的服务" in page, "印着此人的公示牌" in page, "项目负责人" in page) == (True,) * 3
    answer = leave(admin, wang, heir=able)
    assert (answer.status_code, answer.location) == (303, f"/office/people/{wang}/hand-over")
    row = next(iter(database.query("select * from engagements where id = ?", [engagement])))
    assert row["lead_id"] == able
    assert not one(database, "select active from people where id = :id", id=wang)
    left = "select count(*) from engagement_people where person_id = :id and engagement_id = :e"
    assert one(database, left, id=wang, e=engagement) == 0
    planned = "select count(*) from visit_people as x join visits as v on v.id = x.visit_id"
    planned += " where v.started_at is null and v.cancelled_at is null and x.person_id = :id"
    assert (one(database, planned, id=wang), one(database, planned, id=able) > 0) == (0, True)
    told = list(database.query("select action, detail from trail"))
    [whole] = [json.loads(row["detail"]) for row in told if row["action"] == "person.hand_over"]
    assert whole["reason"] == "本人离职"
    assert whole["heirs"][engagement] == able
    moved = [json.loads(row["detail"]) for row in told if row["action"] == "visit.assign"]
    assert all(row["reason"] == "本人离职" for row in moved)
    assert "离职交接" in admin.get("/office/audit").text
    after = admin.get(answer.location).text
    assert ("没有要交接的服务项目" in after, "需重新打印" in after) == (True, True)


def test_whoever_leaves_is_employed_until_that_day_and_counts_until_then(
    client_for: ClientFor, database: Database, engagement: str, able: str
) -> None:
    admin, wang = client_for("admin"), person(database, "wang")
    contract = one(database, "select id from labour_contracts where person_id = :id", id=wang)
    assert "同时终止未到期的劳动合同" in admin.get(f"/office/people/{wang}/hand-over").text
    assert leave(admin, wang, heir=able).status_code == 303
    ends = "select ends_on from labour_contracts where id = :id"
    assert one(database, ends, id=contract) == today()
    told = [row["action"] for row in database.query("select action from trail")]
    assert "labour_contract.end" in told
    row = next(iter(database.query("select * from people where id = ?", [wang])))
    unit = one(database, "select name from institution")
    yesterday = str(date.fromisoformat(today()) - timedelta(1))
    assert credentials.standing(database, row, unit, yesterday)["condition"] == []
    assert credentials.standing(database, row, unit, today())["condition"] == ["left"]
    # Done a second time it ends nothing anew.
    assert leave(admin, wang, heir=able).status_code in (303, 422)
    assert one(database, ends, id=contract) == today()


def test_a_board_is_to_be_printed_again_until_somebody_prints_it(
    client_for: ClientFor, database: Database, engagement: str, able: str
) -> None:
    admin, wang = client_for("admin"), person(database, "wang")
    board = one(database, "select id from boards where engagement_id = :id", id=engagement)
    enterprise = one(
        database, "select enterprise_id from engagements where id = :id", id=engagement
    )
    places = (f"/enterprises/{enterprise}", f"/office/engagements/{engagement}")
    assert "没有需要重新打印的公示牌" in admin.get("/office/boards").text
    assert leave(admin, wang, heir=able).status_code == 303
    for place in places:
        assert "! 需重新打印" in admin.get(place).text
    assert board in admin.get("/office/boards").text
    assert "牌上去掉：<b>王建国</b>" in admin.get("/office/boards").text
    assert "内容有变，需重新打印" in admin.get("/office").text
    assert client_for("zhao").get(f"/boards/{board}.pdf").status_code == 200
    assert "牌上去掉" in admin.get("/office/boards").text, "who only looks has hung up nothing"
    for row in list(database.query("select id from boards where revoked_on is null")):
        assert admin.get(f"/boards/{row['id']}.pdf").status_code == 200
    assert "牌上去掉" not in admin.get("/office/boards").text
    assert "! 需重新打印" not in admin.get(places[0]).text
    assert "内容有变，需重新打印" not in admin.get("/office").text


def test_only_a_paper_that_names_them_counts_as_printed(
    app: Any,
    client_for: ClientFor,
    database: Database,
    engagement: str,
    able: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody leaves while it is printed; and who asks for nothing but its heads has no paper."""
    admin = client_for("admin")
    board = one(database, "select id from boards where engagement_id = :id", id=engagement)

    def slowly(*_: Any) -> bytes:
        with writing() as db:
            db.execute("update people set active = 0 where name = '李晓峰'")
        return b"%PDF"

    with monkeypatch.context() as patch:
        patch.setattr(board_routes, "printed", slowly)
        assert admin.get(f"/boards/{board}.pdf").status_code == 200
    assert board in admin.get("/office/boards").text
    assert admin.head(f"/boards/{board}.pdf").status_code == 200
    assert board in admin.get("/office/boards").text
    assert admin.get(f"/boards/{board}.pdf").status_code == 200
    assert board not in admin.get("/office/boards").text


def test_a_consent_taken_back_makes_a_board_stale_too(app: Any, database: Database) -> None:
    with app.app_context(), writing() as db:
        assert boards.stale(db, today()) == []
        db.execute("update consents set withdrawn_on = :day", {"day": today()})
        [found, *_] = boards.stale(db, today())
        assert (found["gone"], found["come"]) == ([], [])
        row = boards.by_id(db, found["id"])
        assert row
        printed = boards.to_print(db, row["engagement_id"], today())
        board_verbs.note_print(db, found["id"], printed)
        assert found["id"] not in {row["id"] for row in boards.stale(db, today())}


def test_who_cannot_lead_inherits_no_project(
    client_for: ClientFor, database: Database, engagement: str
) -> None:
    admin, wang, li = client_for("admin"), person(database, "wang"), person(database, "li")
    database_before = one(database, "select count(*) from trail")
    with_mallory = leave(admin, wang, heir=consultant(database, "局外人"))
    assert with_mallory.status_code == 422
    assert "不能担任项目负责人" in with_mallory.text
    assert "本人离职" in with_mallory.text
    for form in ({}, {"heir": "nobody"}, {"heir": wang}, {f"heir-{engagement}": "x", "heir": li}):
        assert leave(admin, wang, **form).status_code == 422, form
    assert leave(admin, wang, heir=li, reason="").status_code == 422
    assert leave(admin, wang, heir=li, sure="").status_code == 422
    assert one(database, "select count(*) from trail") == database_before
    assert one(database, "select active from people where id = :id", id=wang) == 1


def test_a_member_may_leave_his_place_empty(
    client_for: ClientFor, database: Database, engagement: str
) -> None:
    """The visits that were his go to whoever else goes there, or to the lead."""
    admin, li, wang = client_for("admin"), person(database, "li"), person(database, "wang")
    assert leave(admin, li).status_code == 422, "nobody is an answer, silence is none"
    assert one(database, "select active from people where id = :id", id=li) == 1
    assert leave(admin, li, heir="nobody").status_code == 303
    rows = database.query(
        "select v.id, (select count(*) from visit_people as x where x.visit_id = v.id) as n,"
        " (select count(*) from visit_people as x where x.visit_id = v.id and x.person_id = :li)"
        " as his from visits as v where v.engagement_id = :id and v.started_at is null"
        " and v.cancelled_at is null",
        {"id": engagement, "li": li},
    )
    assert [(row["n"] > 0, row["his"]) for row in rows]
    assert one(database, "select lead_id from engagements where id = :id", id=engagement) == wang


def test_a_form_of_before_hands_nothing_over(
    client_for: ClientFor, database: Database, engagement: str
) -> None:
    """Somebody else did it meanwhile, in another window."""
    admin, li, wang = client_for("admin"), person(database, "li"), person(database, "wang")
    ours = {f"heir-{engagement}": ""}
    gone = admin.post(f"/office/engagements/{engagement}/edit", data={
        "lead_id": wang, "people": [wang], "starts_on": "2020-01-01", "ends_on": "2099-01-01",
        "frequency": "",
    })  # fmt: skip
    assert gone.status_code in (303, 422)
    known = one(database, "select count(*) from engagement_people where person_id = :id", id=li)
    answer = leave(admin, li, heir=wang, **ours, **{"heir-elsewhere": wang})
    assert (answer.status_code, "内容已在别处改过" in answer.text) == (422, True)
    sql = "select count(*) from engagement_people where person_id = :id"
    assert one(database, sql, id=li) == known
    assert one(database, "select active from people where id = :id", id=li) == 1


def test_what_he_recorded_still_arrives(
    client_for: ClientFor, database: Database, phone_of: Any, visit: str
) -> None:
    phone: Phone = phone_of("li")
    assert leave(client_for("admin"), phone.person, heir="nobody").status_code == 303
    phone.do("visit.start", {"visit_id": visit, "place": None})
    assert one(database, "select count(*) from set_aside") == 1


def test_the_last_manager_and_oneself_stay(client_for: ClientFor, database: Database) -> None:
    admin = person(database, "admin")
    answer = leave(client_for("admin"), admin)
    assert (answer.status_code, "不能停用自己的账号" in answer.text) == (422, True)


def test_only_a_manager_hands_over_and_only_ours(client_for: ClientFor, database: Database) -> None:
    wang, zhao = person(database, "wang"), person(database, "zhao")
    for name in ("li", "wang", "zhao"):
        client = client_for(name)
        assert client.get(f"/office/people/{wang}/hand-over").status_code == 404
        assert leave(client, wang).status_code == 404
        assert client.get("/office/boards").status_code == 404
    admin = client_for("admin")
    assert admin.get(f"/office/people/{zhao}/hand-over").status_code == 404
    assert leave(admin, "nobody").status_code == 404


def test_who_was_only_deactivated_is_a_duty_until_handed_over(
    client_for: ClientFor, database: Database, able: str
) -> None:
    admin, wang = client_for("admin"), person(database, "wang")
    admin.post(f"/office/people/{wang}/deactivate", data={"sure": "yes"})
    assert "已停用，还没有交接的服务项目" in admin.get("/office").text
    assert leave(admin, wang, heir=able).status_code == 303
    assert "已停用，还没有交接的服务项目" not in admin.get("/office").text


def test_a_contract_keeps_the_lead_it_names(
    client_for: ClientFor, database: Database, engagement: str, able: str
) -> None:
    """It is a signed paper: saving it again later does not lose who stands in it."""
    admin, wang = client_for("admin"), person(database, "wang")
    assert leave(admin, wang, heir=able).status_code == 303
    page = admin.get(f"/office/engagements/{engagement}/contract").text
    assert f'<option value="{wang}" selected>' in page
    sql = "select id, item, times from service_lines where engagement_id = :id"
    lines = list(database.query(sql, {"id": engagement}))
    form: dict[str, Any] = {"signed_on": today(), "lead_id": wang}
    form |= {f"line_{name}": [line[name] for line in lines] for name in ("id", "item", "times")}
    form |= {f"line_{name}": ["" for _ in lines] for name in ("unit", "standardization")}
    answer = admin.post(f"/office/engagements/{engagement}/contract", data=form)
    assert answer.status_code == 303
    sql = "select lead_id from contracts where engagement_id = :id"
    assert one(database, sql, id=engagement) == wang


def test_a_visit_of_before_is_judged_by_who_led_then(
    app: Any, database: Database, engagement: str, able: str
) -> None:
    """The heir's credential began yesterday: it says nothing about the visits before."""
    wang, admin = person(database, "wang"), person(database, "admin")
    with app.app_context(), writing() as db:
        db.execute("update credentials set valid_from = :day where id = 'held'", {"day": today()})
        before = leads.lapsed_visits(db, engagement)
        engagements.replace(db, engagement, wang, able, admin, today(), now())
        assert leads.lapsed_visits(db, engagement) == before == []
