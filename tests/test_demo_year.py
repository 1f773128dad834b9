"""The demo's year: made by the verbs, the same from the same seed, whole when verified."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests import recount
from tests.conftest import made, tenth_of_a_year
from webapp import create_app, db
from webapp.config import Settings
from webapp.domain import people
from webapp.queries import agenda, service_steps
from webapp.verify import broken


@pytest.fixture
def year(year_folder: Path) -> Path:
    return year_folder / "institution"


def number(database: Database, sql: str) -> int:
    return int(next(iter(next(iter(database.query(sql))).values())))


def said(database: Database) -> list[Any]:
    """What a person reads of it, without ids, codes and the password."""
    texts = (
        "select number, label, location, description, severity, due_on, withdrawn_reason,"
        " recorded_at, received_at from hazards order by number",
        "select number, planned_on, started_at, ended_at, place, cancelled_reason from visits"
        " order by planned_on, number, started_at",
        "select name, short_name, credit_code, address, principal from enterprises order by name",
        "select satisfaction, comments, made_at from confirmations order by made_at, comments",
        "select number, signed_on, fee, uploaded_on from contracts order by number",
    )
    return [list(database.query(sql)) for sql in texts]


def test_the_year_has_what_a_real_one_has(year: Path) -> None:
    database = db.connect(year / "takan.db")
    assert number(database, "select count(*) from people where role <> 'safety_manager'") == 12
    assert number(database, "select count(*) from hazards where withdrawn_at is not null") > 3
    assert number(database, "select count(*) from visit_moves") > 2
    late = f"started_at is null and cancelled_at is null and planned_on < '{db.today()}'"
    assert number(database, f"select count(*) from visits where {late}") > 0
    assert number(database, "select count(*) from operations where received_at > made_at") > 50
    assert number(database, "select count(*) from operations where outcome <> 'applied'") == 0
    assert number(database, "select count(*) from engagements where ended_on is not null") > 1
    assert number(database, "select count(*) from visits where place is not null") > 20
    assert number(database, "select count(*) from devices") > 4
    database.close()


def test_the_year_is_whole(year: Path) -> None:
    assert broken(year) == []


def test_the_same_seed_makes_the_same_year(year: Path, tmp_path: Path) -> None:
    other = made(tmp_path, tenth_of_a_year) / "institution"
    first, again = (db.connect(folder / "takan.db") for folder in (year, other))
    assert said(first) == said(again)
    first.close()
    again.close()


def test_every_page_says_what_the_raw_rows_say(year: Path, tmp_path: Path) -> None:
    """Counted again in plain Python (tests/recount.py); `make bench` does it on the whole year."""
    shutil.copytree(year, tmp_path / "institution")
    app = create_app(replace(Settings(), data=tmp_path, password_rounds=1, disk_reserve=0))
    app.testing = True
    database = db.connect(tmp_path / "institution" / "takan.db", readonly=False)
    people.set_password(database, number_of(database, "admin"), "recounted-9", 1)
    client = app.test_client()
    typed = {"name": "admin", "password": "recounted-9"}
    assert client.post("/sign-in", data=typed).status_code == 303
    raw, days = recount.Raw(database, db.today()), recount.asked_on(db.today())
    assert recount.numbers(raw, days)["lines, due and done"] > 15
    assert len({recount.counters(raw, day) for day in days}) > 2
    assert list(recount.differences(client, raw, days)) == []
    database.close()
    db.drop_connection()


def number_of(database: Database, name: str) -> str:
    sql = "select id from people where sign_in_name = :name"
    return str(next(iter(database.query(sql, {"name": name})))["id"])


def test_what_a_line_lacks_is_reckoned_as_the_standard_does(year: Path) -> None:
    """`agenda.behind` counts in one statement what `Line.short_by` says of each line."""
    database, day = db.connect(year / "takan.db"), db.today()
    who = {"person": "", "role": "manager", "day": day}
    said = {row["engagement_id"]: row["short"] for row in agenda.behind(database, who)}
    wanted = {
        row["id"]: sum(
            line["facts"].short_by(day) for line in service_steps.lines(database, row["id"], day)
        )
        for row in database.query("select * from engagements")
        if row["ended_on"] is None and row["ends_on"] >= day
    }
    assert said == {engagement: short for engagement, short in wanted.items() if short}
    assert said
    database.close()
