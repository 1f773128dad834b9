"""Severities, deadlines and their days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
SEVERITIES = ("general", "suspected_major")
# 立即 · 3 · 7 · 15 · 30 天 (domain.md 5.2; practice, not law)
DEADLINES = {"now": 0, "3": 3, "7": 7, "15": 15, "30": 30}
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"  # for reading aloud: no I, L, O, U
NO_PHOTO_REASONS = ("", "explosive", "forbidden", "secret", "none")


def shanghai_day(time: str) -> str:
    """UTC ISO time → the day in Shanghai."""
    return datetime.fromisoformat(time).astimezone(SHANGHAI).date().isoformat()


def shanghai_time(time: str) -> str:
    """UTC ISO time → day and time in Shanghai, as a table sorts them; nothing stays nothing."""
    local = datetime.fromisoformat(time).astimezone(SHANGHAI) if time else None
    return local.strftime("%Y-%m-%d %H:%M:%S") if local else ""


def due_on(made_at: str, deadline: str) -> str:
    """Calendar days after the day it was found; due at 24:00 of that day."""
    day = date.fromisoformat(shanghai_day(made_at))
    return (day + timedelta(days=DEADLINES[deadline])).isoformat()


def label_number(label: str, letter: str) -> int:
    """`L12` → 12 for letter L, else 0."""
    digits = label[len(letter) :]
    own = label.startswith(letter) and digits.isascii() and digits.isdigit()
    return int(digits) if own else 0


def next_label(labels: list[str], letter: str) -> str:
    return f"{letter}{max([0, *(label_number(label, letter) for label in labels)]) + 1}"


def letters(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """person → the letters of their labels, from (id, own letter) of everyone on an engagement.

    A letter that two share is used by neither: each takes it with letters of his own id behind. So
    it does not matter how old the list on a phone is: who came later never has what another had.
    """
    groups: dict[str, list[str]] = {}
    for person, letter in dict(people).items():
        found = next((one for one in letter.upper() if "A" <= one <= "Z"), "A")
        groups.setdefault(found, []).append(person)
    return {
        person: letter if len(group) == 1 else letter + _apart(person, group)
        for letter, group in groups.items()
        for person in group
    }


def _apart(person: str, group: list[str]) -> str:
    """As few letters as tell the group apart, two at least."""
    long = {one: _spelled(one) for one in group}
    enough = (n for n in range(2, 6) if len({text[:n] for text in long.values()}) == len(group))
    return long[person][: next(enough, 6)]


def _spelled(person: str) -> str:
    number = int(hashlib.sha256(person.encode()).hexdigest()[:16], 16)
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(6))
