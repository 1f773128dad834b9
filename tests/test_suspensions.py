"""暂停与恢复: a suspension has its days, and says nothing of the days before and after."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, credential, person, words
from webapp import db as storage
from webapp.db import today
from webapp.queries import leads


def visited(database: Database, name: str) -> tuple[str, str]:
    """An engagement led by this person with a visit that took place, and that visit's day."""
    row = next(
        iter(
            database.query(
                "select v.engagement_id as id, v.service_date, v.started_at from visits as v join"
                " engagements as e on e.id = v.engagement_id where e.lead_id = :lead"
                " and v.started_at is not null order by v.started_at limit 1",
                {"lead": person(database, name)},
            )
        )
    )
    return row["id"], leads.served_on(row)


def days(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(by)).isoformat()


def test_a_suspension_says_nothing_of_visits_before_it_and_stays_true_when_lifted(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")
    engagement, day = visited(database, "王建国")
    form = f"/office/credentials/{held}/suspend"
    assert not leads.lapsed_visits(database, engagement)
    assert admin.post(form, data={"suspended_on": days(day, 1)}).status_code == 303
    assert not leads.lapsed_visits(database, engagement)  # it was suspended after that visit
    taken = one(database, "select id from suspensions")
    remove = f"/office/suspensions/{taken}/remove"
    assert admin.post(remove).status_code == 422
    assert admin.post(remove, data={"sure": "yes"}).status_code == 303
    assert admin.post(form, data={"suspended_on": days(day, -1)}).status_code == 303
    assert len(leads.lapsed_visits(database, engagement)) >= 1
    again = admin.post(form, data={"suspended_on": today()})
    assert (again.status_code, "已经登记为暂停" in again.text) == (422, True)
    standing = one(database, "select id from suspensions where removed_at is null")
    resume = f"/office/suspensions/{standing}/resume"
    early = admin.post(resume, data={"resumed_on": days(day, -2)})
    assert (early.status_code, "早于开始" in early.text) == (422, True)
    assert admin.post(resume, data={"resumed_on": days(day, 1)}).status_code == 303
    lapsed = [row["served_on"] for row in leads.lapsed_visits(database, engagement)]
    assert lapsed
    assert set(lapsed) == {day}
    seen = words(admin.get(f"/office/credentials/{held}").text)
    assert "起暂停或被吊销" in seen
    assert "起恢复" in seen
    assert trail.verify(database) is None


def test_the_counters_of_a_day_before_the_suspension_stay(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")

    def counted(day: str) -> list[str]:
        page = admin.get(f"/office/people?day={day}").text
        return re.findall(r"chip_(?:good|warn)\">[✓✕] (\d+)", page)[:2]

    before = counted(days(today(), -1))
    assert counted(today()) == before
    typed = {"suspended_on": today()}
    assert admin.post(f"/office/credentials/{held}/suspend", data=typed).status_code == 303
    assert counted(days(today(), -1)) == before
    assert counted(today()) == [str(int(number) - 1) for number in before]


def test_nonsense_and_strangers(client_for: ClientFor, database: Database) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")
    form = f"/office/credentials/{held}/suspend"
    for day, sentence in (("", "必填"), ("x", "日期不能识别"), ("2099-01-01", "还没有到")):
        answer = admin.post(form, data={"suspended_on": day})
        assert (answer.status_code, sentence in answer.text) == (422, True), day
    assert one(database, "select count(*) from suspensions") == 0
    admin.post(form, data={"suspended_on": today()})
    taken = one(database, "select id from suspensions")
    for name in ("li", "zhao", "stranger"):
        for address in (form, f"/office/suspensions/{taken}/resume"):
            assert client_for(name).post(address, data={}).status_code == 404
        assert client_for(name).post(f"/office/suspensions/{taken}/remove").status_code == 404
    for deed in ("resume", "remove"):
        assert admin.post(f"/office/suspensions/{NOBODY}/{deed}").status_code == 404
    wrong = admin.post(f"/office/suspensions/{taken}/resume", data={"resumed_on": "2099-01-01"})
    assert wrong.status_code == 422


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database as 0018 left it: ticks and flags, and a trail that knows some of their days."""
    folder = tmp_path / "webapp" / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync" / "schema.sql").write_bytes(
        (storage.HERE.parent / "sync/schema.sql").read_bytes()
    )
    for file in (storage.HERE / "migrations").glob("*.sql"):
        if file.stem < "0019":
            (folder / file.name).write_bytes(file.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(storage, "HERE", tmp_path / "webapp")
        return storage.create(tmp_path / "takan.db")


def told(database: Database, action: str, subject: str, at: str, detail: dict[str, Any]) -> None:
    trail.append(database, at, None, "p", action, subject, detail)


def test_what_was_a_tick_gets_the_days_the_trail_knows(old: Database) -> None:
    old.execute("begin immediate")
    old.execute(
        "insert into people (id, name, role, session_stamp) values ('p', '王', 'manager', 's')"
    )
    gone = "insert into people (id, name, role, session_stamp, active) values (:id, '李', 'consultant', 's', 0)"
    for name in ("left", "unknown"):
        old.execute(gone, {"id": name})
    sql = "insert into credentials (id, person_id, kind, suspended) values (:id, 'p', 'fire_engineer', :on)"
    for name, on in (("noted", 1), ("lifted", 0), ("bare", 1), ("never", 0)):
        old.execute(sql, {"id": name, "on": on})
    old.execute("insert into credential_checks values ('k', 'noted', '2026-01-01', 'n', 'p', 't')")
    ticked, lifted = {"after": {"suspended": 1}}, {"after": {"suspended": 0}}
    told(old, "credential.edit", "credential noted", "2026-03-01T17:00:00.000Z", ticked)
    told(old, "credential.edit", "credential lifted", "2026-03-01T02:00:00.000Z", ticked)
    told(old, "credential.edit", "credential lifted", "2026-04-01T02:00:00.000Z", lifted)
    told(old, "person.deactivate", "person left", "2026-05-01T02:00:00.000Z", {})
    for name, day, at in (
        ("plan", "2026-09-01", "2026-08-01"),
        ("held", "2026-07-01", "2026-08-01"),
    ):
        old.execute(
            "insert into trainings (id, held_on, topic) values (:id, :day, 't')",
            {"id": name, "day": day},
        )
        told(old, "training.add", f"training {name}", f"{at}T02:00:00.000Z", {"held_on": day})
    paper = "insert into notifications (id, county, notified_on, removed_at) values (:id, '甲', :day, :gone)"
    for name, day, at in (
        ("first", "2025-01-01", "x"),
        ("wrong", "2024-01-01", "x"),
        ("new", "2026-01-01", None),
    ):
        old.execute(paper, {"id": name, "day": day, "gone": at})
    told(old, "notification.remove", "notification wrong", "2026-05-01T02:00:00.000Z", {})
    old.execute("commit")
    storage.migrate(old)
    spans = {
        row["credential_id"]: (row["suspended_on"], row["resumed_on"])
        for row in old.query("select * from suspensions")
    }
    assert spans == {
        "noted": ("2026-03-02", None), "lifted": ("2026-03-01", "2026-04-01"), "bare": (None, None),
    }  # fmt: skip
    left = {row["id"]: row["deactivated_on"] for row in old.query("select * from people")}
    assert left == {"p": None, "left": "2026-05-01", "unknown": None}
    recorded = {row["id"]: row["recorded_on"] for row in old.query("select * from trainings")}
    assert recorded == {"plan": None, "held": "2026-08-01"}
    standing = old.query("select id from notifications where removed_at is null order by id")
    assert [row["id"] for row in standing] == ["first", "new"]
    assert list(old.query("pragma foreign_key_check")) == []
    assert one(old, "select credential_id from credential_checks") == "noted"
