"""From lines to days: every line its times, within the term, one visit for several lines."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.standard import doubts, icalendar, visit_plan, workdays
from webapp.standard.icalendar import Event

START = st.dates(date(2025, 1, 1), date(2026, 6, 1))


@settings(max_examples=60, deadline=None)
@given(START, st.integers(0, 400), st.lists(st.integers(0, 24), max_size=5))
def test_each_line_has_its_days(starts: date, length: int, times: list[int]) -> None:
    ends = starts + timedelta(days=length)
    made = visit_plan.proposed(starts, ends, times)
    most = max(made, key=len, default=[])
    for count, days in zip(times, made, strict=True):
        assert len(days) == min(count, max(times), length + 1)
        assert days == sorted(set(days))
        assert set(days) <= set(most)
        assert all(starts <= day <= ends for day in days)


@settings(max_examples=40, deadline=None)
@given(START, st.integers(1, 12))
def test_in_a_year_they_fall_on_working_days(starts: date, times: int) -> None:
    ends = starts + timedelta(days=364)
    [days] = visit_plan.proposed(starts, ends, [times])
    assert all(workdays.is_workday(day)[0] for day in days)


def test_the_first_is_no_later_than_the_tenth_working_day() -> None:
    by = date(2026, 3, 23)
    [days] = visit_plan.proposed(date(2026, 3, 9), date(2027, 3, 8), [4], by)
    assert days[0] == by
    assert days[1] > by


def test_a_calendar_file_folds_within_75_bytes_and_escapes() -> None:
    event = Event("1", "2026-12-31", "现场服务" * 20 + "; 第1次, a\\b", "苏州\n园区", True, 3)
    text = icalendar.calendar("踏勘", [event], "20261124T010000Z")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101" in whole
    assert "\\; 第1次\\, a\\\\b" in whole
    assert "LOCATION:苏州\\n园区" in whole
    assert "STATUS:CANCELLED" in whole


def test_the_doubtful_come_first() -> None:
    whole = {"text": "x" * 99, "flags": [], "photos": 2, "suspected": 0, "lines": 1, "confirmed": 1}
    assert doubts.of_record(whole) == ()
    odd = [{**whole, **more} for more in ({"text": "好"}, {"suspected": 1}, {"photos": 0}, {})]
    judged = sorted((doubts.of_record(one) for one in odd), key=doubts.weight)
    assert judged == [("suspected_major",), ("short_text",), ("no_photo",), ()]
