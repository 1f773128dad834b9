"""4.2 and 4.3 a, b, d, e: fair, honest and discreet service, pledged by each person every year."""

from __future__ import annotations

from collections.abc import Iterable

KINDS = ("integrity", "secrecy", "no_conflict")
FIRST, LAST = 2000, 2100
EARLY = "12"  # the month before the year in which it may be signed already

Signed = tuple[int, str, str]  # for which year, kind, signed on


def missing(signed: Iterable[Signed], day: str) -> tuple[str, ...]:
    """Of the three, those for this calendar year that were not signed up to `day`."""
    year = int(day[:4])
    there = {kind for of, kind, on in signed if of == year and on <= day}
    return tuple(kind for kind in KINDS if kind not in there)


def in_time(year: int, on: str) -> bool:
    """Signed in the year it is for, or in the December before: never for a year that is over."""
    return on[:4] == str(year) or on[:7] == f"{year - 1}-{EARLY}"
