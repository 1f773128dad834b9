"""The lead reads records in batches, doubtful first; a changed record comes again."""

from __future__ import annotations

import re

from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_visits import start


def seen(database: Database, visit: str) -> str:
    sql = "select visit_id || '/' || latest_operation from service_records where visit_id = :id"
    return one(database, sql, id=visit)


def test_a_lead_acknowledges_and_a_change_brings_it_back(
    client_for: ClientFor, phone_of: Phones, visit: str, engagement: str, database: Database
) -> None:
    li = phone_of("li")
    li.do("visit.start", start(visit, engagement))
    texts = {"content": "查", "process": "看", "result": "无"}
    li.do("record.write", {"visit_id": visit, **texts})
    page = client_for("wang").get("/office/reviews").text
    assert page.index("疑似重大隐患") < page.index("文字很短")
    old = one(
        database,
        "select visit_id from service_records where visit_id <> :id and visit_id in (select visit_id from hazards)",
        id=visit,
    )
    chosen = {"seen": [seen(database, visit), seen(database, old)], f"note-{visit}": "请写详细"}
    assert client_for("wang").post("/office/reviews", data=chosen).status_code == 303
    assert "没有待审阅" in client_for("wang").get("/office/reviews").text
    assert "王建国" in client_for("admin").get(f"/office/engagements/{engagement}").text
    base = one(
        database, "select latest_operation from service_records where visit_id = :id", id=visit
    )
    li.do("record.write", {"visit_id": visit, **texts, "result": "无隐患"}, base=base)
    assert "无隐患" in client_for("wang").get("/office/reviews").text
    late = client_for("wang").post("/office/reviews", data=chosen)
    assert late.status_code == 422
    assert "刚被修改过" in late.text
    # what was ticked of others stays so
    ticked = {"seen": [seen(database, visit), "x/y"]}
    again = client_for("wang").post("/office/reviews", data=ticked)
    assert again.status_code == 422
    assert re.search(f'value="{ticked["seen"][0]}" checked', again.text)


def test_only_the_lead_acknowledges(client_for: ClientFor, database: Database) -> None:
    visit = one(
        database,
        "select visit_id from service_records where visit_id in (select visit_id from hazards)",
    )
    chosen = {"seen": [seen(database, visit)]}
    before = one(database, "select count(*) from acknowledgements")
    for name in ("li", "stranger"):  # consultants, but not its lead
        assert client_for(name).post("/office/reviews", data=chosen).status_code == 422
    for name in ("admin", "zhao"):
        assert client_for(name).post("/office/reviews", data=chosen).status_code == 404
    for nonsense in ({}, {"seen": ["x"]}, {"seen": ["x/y"]}):
        assert client_for("wang").post("/office/reviews", data=nonsense).status_code == 422
    assert one(database, "select count(*) from acknowledgements") == before
    assert "由各项目负责人审阅" in client_for("admin").get("/office/reviews").text
    assert client_for("zhao").get("/office/reviews").status_code == 404


def test_a_note_without_its_tick_is_asked_about(client_for: ClientFor, database: Database) -> None:
    waiting = database.query(
        "select r.visit_id from service_records as r join visits as v on v.id = r.visit_id"
        " join engagements as e on e.id = v.engagement_id join people as p on p.id = e.lead_id"
        " where p.sign_in_name = 'wang'"
    )
    visit = next(iter(waiting))["visit_id"]
    refused = client_for("wang").post("/office/reviews", data={f"note-{visit}": "请补照片"})
    assert (refused.status_code, "没有勾选" in refused.text) == (422, True)
