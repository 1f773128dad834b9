"""Training and reviews: planned, missed, held."""

from __future__ import annotations

import io

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries import staff


def test_a_plan_is_no_training_until_somebody_writes_down_who_came(
    client_for: ClientFor, database: Database, settings: Settings
) -> None:
    admin, li, wang = client_for("admin"), person(database, "李晓峰"), person(database, "王建国")
    change = connect(settings.folder / "takan.db", readonly=False)
    change.execute("delete from training_people")
    planned = {"held_on": "2099-05-01", "topic": "高处作业", "person": [li, wang]}
    assert admin.post("/office/trainings", data=planned).status_code == 303
    before = staff.facts(database, today()).untrained
    change.execute("update trainings set held_on = :day where topic = '高处作业'", {"day": today()})
    change.close()
    assert staff.facts(database, today()).untrained == before  # its day came and went
    training = one(database, "select id from trainings where topic = '高处作业'")
    form = f"/office/trainings/{training}/held"
    for wrong, sentence in (
        ({"held_on": "2099-05-01", "person": [li]}, "还没有到"),
        ({"held_on": today(), "person": []}, "至少"),
        ({"held_on": today(), "person": [NOBODY]}, ""),
    ):
        answer = admin.post(form, data=wrong)
        assert (answer.status_code, sentence in answer.text) == (422, True), wrong
    assert admin.post(form, data={"held_on": today(), "person": [li]}).status_code == 303
    assert staff.facts(database, today()).untrained == before - 1  # Wang did not come
    came = "select count(*) from training_people where training_id = :id"
    assert one(database, came, id=training) == 1
    sheet = {"held_on": today(), "person": [li, wang], "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post(form, data=sheet).status_code == 303
    assert one(database, came, id=training) == 2
    assert one(database, "select evidence_id from trainings where id = :id", id=training)
    assert client_for("li").post(form).status_code == 404
    assert admin.post(f"/office/trainings/{NOBODY}/held").status_code == 404


def test_a_missed_review_and_a_certificate_of_tomorrow_say_so(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    card = {"kind": "special_operation", "number": "A1", "valid_to": "2099-01-01"}
    typed = {**card, "review_on": "2020-01-01"}
    admin.post(f"/office/people/{who}/credentials", data=typed)
    seen = words(admin.get(f"/office/people/{who}").text)
    assert "特种作业操作证 待复审" in seen
    assert "已过期" not in seen
    coming = {**card, "kind": "fire_engineer", "number": "A2", "valid_from": "2098-01-01"}
    admin.post(f"/office/people/{who}/credentials", data=coming)
    seen = words(admin.get(f"/office/people/{who}").text)
    assert "注册消防工程师 尚未生效" in seen
    assert "证书尚未生效" in seen


def test_training_is_planned_and_held(client_for: ClientFor, database: Database) -> None:
    admin, li = client_for("admin"), person(database, "李晓峰")
    typed = {"held_on": "2099-05-01", "topic": "高处作业", "hours": "1.5", "person": [li]}
    assert admin.post("/office/trainings", data=typed).status_code == 303
    seen = words(client_for("li").get(f"/office/people/{li}").text)
    assert "2099年5月1日 高处作业 · 1.5 学时 计划" in seen
    for wrong in (
        {"person": []},
        {"topic": ""},
        {"hours": "-1"},
        {"hours": "nan"},
        {"person": [NOBODY]},
    ):
        answer = admin.post("/office/trainings", data={**typed, **wrong})
        assert answer.status_code == 422, wrong
    assert "高处作业" in answer.text
    training = one(database, "select id from trainings where topic = '高处作业'")
    remove = f"/office/trainings/{training}/remove"
    assert client_for("li").post(remove).status_code == 404
    assert admin.post(remove).status_code == 303
    assert admin.post(remove).status_code == 404
