"""4.2: professional skill that fits the service undertaken. The standard closes no list of service
items (3.2, clause 6): an item is what a contract calls it, and wants somebody judged able."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

BASES = ("credential", "experience", "training")


@dataclass(frozen=True)
class Competence:
    """`until`: the day it was taken back; from that day on it holds no longer."""

    person: str
    item: str
    since: str
    until: str | None = None

    def holds(self, day: str) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


Able = Mapping[str, Collection[str]]  # an item's name → whoever can


def named(item: str) -> str:
    """Full-width letters, blanks and capitals make no other item (4.2)."""
    return "".join(unicodedata.normalize("NFKC", item).casefold().split())


def able(held: Iterable[Competence], day: str) -> dict[str, set[str]]:
    """Who is competent for what on a day (4.2)."""
    found: dict[str, set[str]] = {}
    for one in held:
        if one.holds(day):
            found.setdefault(named(one.item), set()).add(one.person)
    return found


def uncovered(items: Iterable[str], team: Iterable[str], can: Able) -> list[str]:
    """Contracted items that nobody of the team is competent for (4.2), each once, as written."""
    people = set(team)
    lacking = (item for item in items if people.isdisjoint(can.get(named(item), ())))
    return list(dict.fromkeys(lacking))
