"""Ten working days with the make-up days; a year not published yet is provisional."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.standard import workdays

DAYS = st.dates(date(2005, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("signed", "due"),
    [
        ("2026-02-09", "2026-02-28"),  # a Saturday made up for the Spring Festival
        ("2026-04-27", "2026-05-13"),
        ("2026-09-21", "2026-10-12"),
        ("2026-12-17", "2026-12-31"),
    ],
)
def test_the_computed_days_of_domain_9(signed: str, due: str) -> None:
    found = workdays.after(date.fromisoformat(signed))
    assert (found.day.isoformat(), found.provisional) == (due, False)


def test_what_reaches_an_unpublished_year_is_provisional() -> None:
    found = workdays.after(date(2031, 12, 18))
    assert found.provisional
    assert found.day > date(2032, 1, 1)
    assert workdays.is_workday(date(2032, 1, 1)) == (False, True)


def test_our_own_table_goes_before_everything() -> None:
    closed = {date(2026, 11, 3): False, date(2026, 11, 7): True, date(2026, 11, 8): True}
    assert workdays.after(date(2026, 11, 2)).day == date(2026, 11, 16)
    assert workdays.after(date(2026, 11, 2), overrides=closed).day == date(2026, 11, 13)
    sure = {date(2031, 12, 19) + timedelta(days=n): True for n in range(10)}
    assert workdays.after(date(2031, 12, 18), overrides=sure) == workdays.Reckoned(
        date(2031, 12, 28), False
    )


@given(DAYS, st.integers(1, 30))
def test_the_due_day_is_a_working_day_and_exactly_that_many_after(day: date, count: int) -> None:
    due = workdays.after(day, count).day
    assert workdays.is_workday(due)[0]
    between = (day + timedelta(days=n) for n in range(1, (due - day).days + 1))
    assert sum(workdays.is_workday(one)[0] for one in between) == count
    assert workdays.left(day, due) == count


@given(DAYS, st.integers(-60, 60))
def test_what_is_left_falls_with_each_day_and_is_negative_when_past(a: date, away: int) -> None:
    b = a + timedelta(days=away)
    left = workdays.left(a, b)
    assert (left >= 0) == (b >= a) or left == 0
    tomorrow = workdays.left(a + timedelta(days=1), b)
    assert tomorrow == left - workdays.is_workday(a + timedelta(days=1))[0]
