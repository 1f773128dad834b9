"""From the contract's lines to days: spread over the term, one visit for several lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from webapp.standard import workdays


def proposed(
    starts: date,
    ends: date,
    times: Sequence[int],
    first_by: date | None = None,
    overrides: workdays.Overrides | None = None,
) -> list[list[date]]:
    """For each line its days, ascending and different, within the term, on working days where the
    term has enough of them. The line with most times gives the days of the others. `first_by`:
    the tenth working day after signing."""
    most = min(max(times, default=0), (ends - starts).days + 1)
    days = _days(starts, ends, most, overrides)
    if days and first_by and starts <= first_by < days[0]:
        days[0] = first_by
    return [_some_of(days, min(count, most)) for count in times]


def _days(starts: date, ends: date, count: int, overrides: workdays.Overrides | None) -> list[date]:
    """The middle of each of `count` equal parts, then the next working day still free."""
    span = (ends - starts).days + 1
    found: list[date] = []
    for part in range(count):
        wanted = starts + timedelta(days=(2 * part + 1) * span // (2 * count))
        found.append(_free(wanted, starts, ends, set(found), overrides))
    return sorted(found)


def _free(
    wanted: date, starts: date, ends: date, taken: set[date], overrides: workdays.Overrides | None
) -> date:
    """The nearest free day of the term, working days before others, later before earlier."""
    span = (ends - starts).days + 1
    steps = sorted(range(-span, span + 1), key=lambda step: (abs(step), -step))
    near = [
        day
        for step in steps
        if starts <= (day := wanted + timedelta(days=step)) <= ends and day not in taken
    ]
    return next((day for day in near if workdays.is_workday(day, overrides)[0]), near[0])


def _some_of(days: list[date], count: int) -> list[date]:
    return [days[part * len(days) // count] for part in range(count)]
