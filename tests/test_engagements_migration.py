"""A database of before lines had days: its visits and lines are tied as they were meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import one
from webapp import db

PEOPLE = "insert into people (id, name, role, session_stamp) values ('p', '王', 'consultant', 's')"
ENTERPRISE = "insert into enterprises (id, name, short_name) values ('n', '甲', '甲')"
ENGAGEMENT = (
    "insert into engagements (id, enterprise_id, lead_id, starts_on, ends_on)"
    " values ('e', 'n', 'p', '2026-01-01', '2026-12-31')"
)


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Migrated up to what came before."""
    old = tmp_path / "webapp" / "migrations"
    old.mkdir(parents=True)
    (tmp_path / "sync").mkdir()
    shutil.copy(db.HERE.parent / "sync" / "schema.sql", tmp_path / "sync")
    for file in (db.HERE / "migrations").glob("*.sql"):
        if file.name < "0009":
            shutil.copy(file, old)
    with monkeypatch.context() as then:
        then.setattr(db, "HERE", tmp_path / "webapp")
        made = db.create(tmp_path / "takan.db")
    for text in (PEOPLE, ENTERPRISE, ENGAGEMENT):
        made.execute(text)
    for number, (item, times) in enumerate((("安全生产标准化创建指导", 5), ("隐患排查", 2))):
        row = {"id": f"l{number}", "position": number, "item": item, "times": times}
        made.execute(
            "insert into service_lines (id, engagement_id, position, item, times) values (:id, 'e', :position, :item, :times)",
            row,
        )
    for number in (1, 2, 3):
        row = {"id": f"v{number}", "number": number, "day": f"2026-0{number}-10"}
        made.execute(
            "insert into visits (id, engagement_id, number, planned_on) values (:id, 'e', :number, :day)",
            row,
        )
    made.close()
    return tmp_path / "takan.db"


def test_the_first_visits_serve_each_line_as_often_as_it_says(before: Path) -> None:
    now = db.create(before)
    for table in ("visit_lines", "due_days"):
        counts = {
            line: one(now, f"select count(*) from {table} where line_id = :id", id=line)
            for line in ("l0", "l1")
        }
        assert counts == {"l0": 3, "l1": 2}
    assert one(now, "select group_concat(id) from service_lines where standardization = 1") == "l0"
    now.close()
