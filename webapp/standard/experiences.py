"""4.2: work experience that fits the service, as months of work."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[str, str | None]  # first and last month as 2015-07; None: until now


def months(spans: Iterable[Span], until: str) -> int:
    """Calendar months with work in them up to the month `until`, the first and the last of a span
    included; two jobs in one month are one month of experience."""
    last = _number(until)
    worked: set[int] = set()
    for starts, ends in spans:
        worked |= set(range(_number(starts), min(_number(ends or until), last) + 1))
    return len(worked)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])
