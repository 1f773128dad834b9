"""4.2 and 4.3 of own people on the conditions page: on record, or no evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import words
from webapp.db import today
from webapp.queries.staff import facts
from webapp.standard.staff import Facts, answers, trained_since

GOOD = Facts(consultants=5)


def states(of: Facts) -> str:
    return "".join("+" if one.state == "met" else "?" for one in answers(of))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (Facts(), "????"),
        (GOOD, "++++"),
        (replace(GOOD, without_experience=1), "?+++"),
        (replace(GOOD, uncovered=2), "+?++"),
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
        consultants=7, without_experience=1, uncovered=1, untrained=1, unpledged=2
    )
    later = words(admin.get("/office/conditions?day=2099-01-01").text)
    assert "一年内参加业务培训 无佐证 还没有登记的技术服务人员：7" in later


def test_what_people_did_is_no_enterprise_s(database: Database) -> None:
    """Deleting an enterprise's file (domain/erasing.py) reaches none of it."""
    for table in ("experiences", "competences", "pledges"):
        named = one(database, f"select count(*) from {table}")
        keys = database.query(
            'select "table" as t from pragma_foreign_key_list(:table)', {"table": table}
        )
        assert {row["t"] for row in keys} <= {"people", "evidence"}
        assert named
