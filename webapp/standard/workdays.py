"""Working days with the make-up days of the State Council (row 6 of appendix A; domain.md 9).

A year's arrangement is published in the November before it. Until the library knows a year, the
weekday rule and the statutory days answer, and the answer says that it is provisional.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

LIMIT = 10  # working days from signing to the first on-site service
Overrides = Mapping[date, bool]  # one's own table: day → is it a working day


@dataclass(frozen=True)
class Reckoned:
    """A day, and whether a calendar not yet published could still move it."""

    day: date
    provisional: bool


def is_workday(day: date, overrides: Overrides | None = None) -> tuple[bool, bool]:
    """(working day?, provisional?); one's own table goes before everything."""
    if overrides and day in overrides:
        return overrides[day], False
    try:
        return chinese_calendar.is_workday(day), False
    except NotImplementedError:  # the arrangement of this year is not in the library yet
        return day.weekday() < 5 and day not in _statutory(), True


@cache
def _statutory() -> Container[date]:
    # Imported when first asked: a tenth of a second of every start, for years not yet arranged.
    import holidays

    return holidays.country_holidays("CN")


def after(signed: date, count: int = LIMIT, overrides: Overrides | None = None) -> Reckoned:
    """The `count`-th working day after `signed`; the day of signing is not counted (民法典 201)."""
    day, left, provisional = signed, count, False
    while left:
        day += timedelta(days=1)
        works, unsure = is_workday(day, overrides)
        provisional |= unsure
        left -= works
    return Reckoned(day, provisional)


def left(today: date, due: date, overrides: Overrides | None = None) -> int:
    """Working days after `today` up to `due`; past it, minus those since."""
    sign, first, last = (1, today, due) if due >= today else (-1, due, today)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sign * sum(is_workday(day, overrides)[0] for day in days)
