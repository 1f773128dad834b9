"""Sets of an outbox's numbers as ranges: (1, 40) stands for one to forty."""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[int, int]


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Sorted, without overlaps, neighbours as one."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def without(ranges: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """What is in `ranges` and in none of `others`."""
    found, cuts, at = [], joined(others), 0
    for first, last in joined(ranges):
        while at < len(cuts) and cuts[at][0] <= last:
            if cuts[at][0] > first:
                found.append((first, cuts[at][0] - 1))
            first = max(first, cuts[at][1] + 1)
            if first > last:  # this cut may reach into the next range
                break
            at += 1
        if first <= last:
            found.append((first, last))
    return found


def count(ranges: Iterable[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def lowest(ranges: Iterable[Range], wanted: int) -> list[Range]:
    """The first `wanted` numbers."""
    found: list[Range] = []
    for first, last in joined(ranges):
        if wanted > 0:
            found.append((first, min(last, first + wanted - 1)))
        wanted -= last - first + 1
    return found
