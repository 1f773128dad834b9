"""Daily checks by the county and complaints about us (7.2): answered in time or not."""

from __future__ import annotations

from datetime import date, timedelta

KINDS = ("check", "complaint")
ANSWER_DAYS = 15  # where nobody said by when


def answer_by(happened_on: str) -> str:
    return (date.fromisoformat(happened_on) + timedelta(days=ANSWER_DAYS)).isoformat()


def state(by: str, answered_on: str | None, day: str) -> str:
    """open, late, answered or answered_late. The last day is still in time."""
    if answered_on:
        return "answered" if answered_on <= by else "answered_late"
    return "open" if day <= by else "late"


def masked(source: str) -> str:
    """Who complained: enough to tell two apart."""
    return f"{source[0]}**" if source else ""
