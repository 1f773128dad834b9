"""Severities, deadlines and their days."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
SEVERITIES = ("general", "suspected_major")
# 立即 · 3 · 7 · 15 · 30 天 (domain.md 5.2; practice, not law)
DEADLINES = {"now": 0, "3": 3, "7": 7, "15": 15, "30": 30}
NO_PHOTO_REASONS = ("", "explosive", "forbidden", "secret", "none")


def shanghai_day(time: str) -> str:
    """UTC ISO time → the day in Shanghai."""
    return datetime.fromisoformat(time).astimezone(SHANGHAI).date().isoformat()


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
