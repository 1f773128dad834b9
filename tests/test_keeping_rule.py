"""How long a file is kept: the rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from webapp.standard import keeping as standard
from webapp.standard.keeping import Facts, Periods, keeping, years_after

days = st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(date.isoformat)
some_facts = st.builds(
    Facts, ends=st.lists(days, max_size=4), last_done=st.just("") | days,
    open_major=st.integers(0, 2), held=st.booleans(), accident_lifted=st.just("") | days,
)  # fmt: skip
some_periods = st.builds(Periods, st.integers(0, 12), st.integers(0, 12))


@given(some_facts, some_periods, days)
def test_a_hold_and_an_open_major_hazard_keep_without_end(
    facts: Facts, periods: Periods, day: str
) -> None:
    found = keeping(facts, periods, day)
    if facts.held or facts.open_major:
        assert not found.may_go(day)
        assert not found.may_go("2999-01-01")
        assert found.why == ("hold" if facts.held else "open_major")


@given(some_facts, some_periods, days)
def test_nothing_goes_before_three_years(facts: Facts, periods: Periods, day: str) -> None:
    """Whatever the institution has set, and however short that is."""
    found = keeping(facts, periods, day)
    if found.may_go(day) and found.why != "nothing":
        for last in filter(None, (*facts.ends, facts.last_done, facts.accident_lifted)):
            assert day > years_after(last, 3)
        for last in filter(None, (*facts.ends, facts.last_done)):
            assert day > f"{int(last[:4]) + 3}-12-31"
    if found.why == "nothing":
        assert not (facts.ends)
        assert not (facts.last_done)
        assert not (facts.accident_lifted)


@given(some_facts, some_periods, days, days)
def test_one_more_thing_done_never_shortens_it(
    facts: Facts, periods: Periods, day: str, more: str
) -> None:
    found = keeping(facts, periods, day)
    for later in (
        replace(facts, ends=[*facts.ends, more]),
        replace(facts, last_done=max(facts.last_done, more)),
        replace(facts, held=True),
    ):
        then = keeping(later, periods, day)
        assert not then.until or then.until >= found.until


@given(days, st.integers(3, 30))
def test_years_are_never_shorter_than_the_calendar(day: str, years: int) -> None:
    assert years_after(day, years)[5:] in {day[5:], "03-01"}
    assert int(years_after(day, years)[:4]) == int(day[:4]) + years


def test_what_each_reason_says() -> None:
    ended = Facts(ends=["2023-01-31"], last_done="2023-01-20")
    assert keeping(ended, Periods(), "2026-11-24") == standard.Keeping("2026-12-31", "rating")
    assert keeping(ended, Periods(service=5), "2026-11-24").until == "2028-01-31"
    assert keeping(ended, Periods(), "2023-01-31").why == "running"
    after = replace(ended, accident_lifted="2025-02-01")
    assert keeping(after, Periods(), "2026-11-24") == standard.Keeping("2028-02-01", "accident")
    assert years_after("2024-02-29", 3) == "2027-03-01"
