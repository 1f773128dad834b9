"""4.2 and 4.3 of own people on the conditions page: on record, or no evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import words
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries.staff import facts
from webapp.standard.staff import Facts, answers, trained_since

GOOD = Facts(serving=5, contracted=9)


def states(of: Facts) -> str:
    return "".join("+" if one.state == "met" else "?" for one in answers(of))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (Facts(), "????"),
        (GOOD, "++++"),
        (replace(GOOD, without_experience=1), "?+++"),
        (replace(GOOD, uncovered=2), "+?++"),
        (replace(GOOD, contracted=0), "+?++"),
        (replace(GOOD, serving=0), "?+??"),
        (replace(GOOD, untrained=1), "++?+"),
        (replace(GOOD, unpledged=5), "+++?"),
    ],
)
def test_nothing_recorded_is_no_evidence(of: Facts, expected: str) -> None:
    assert states(of) == expected


def test_a_training_counts_for_a_year() -> None:
    assert trained_since("2026-11-23") == "2025-11-23"


def test_the_conditions_page_links_to_each(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    page = admin.get("/office/conditions").text
    for address in (
        "/office/people",
        "/office/competences",
        "/office/trainings",
        "/office/pledges",
    ):
        assert f'href="{address}"' in page
    found = facts(database, today())
    assert found == Facts(
        serving=7, without_experience=1, contracted=7, uncovered=1, untrained=1, unpledged=2
    )
    later = words(admin.get("/office/conditions?day=2099-01-01").text)
    assert "这一部分总是按今天的人员和合同" in later
    assert "一年内参加业务培训 无佐证 未登记此项的服务人员：1" in later


def test_who_leads_serves_whatever_else_they_are(database: Database, settings: Settings) -> None:
    """A consultant who becomes a manager and goes on leading is asked as before."""
    before = facts(database, today())
    made = connect(settings.folder / "takan.db", readonly=False)
    made.execute("update people set role = 'manager' where role = 'consultant'")
    idle = "select count(*) from people as p where role = 'manager' and active = 1 and not exists"
    idle += " (select 1 from engagements as e where e.lead_id = p.id or exists (select 1 from"
    idle += " engagement_people as x where x.engagement_id = e.id and x.person_id = p.id))"
    everyone = one(made, "select count(*) from people where role = 'manager' and active = 1")
    after = facts(made, today())
    assert after.serving == everyone - one(made, idle) > 1
    assert after.uncovered == before.uncovered
    made.close()


def test_what_people_did_is_no_enterprise_s(database: Database) -> None:
    """Deleting an enterprise's file (domain/erasing.py) reaches none of it."""
    for table in ("experiences", "competences", "pledges"):
        named = one(database, f"select count(*) from {table}")
        keys = database.query(
            'select "table" as t from pragma_foreign_key_list(:table)', {"table": table}
        )
        assert {row["t"] for row in keys} <= {"people", "evidence"}
        assert named
