"""Kinds of credentials, whether they are valid on a day, and how a number is shown."""

from __future__ import annotations

from datetime import date

# The three that make a lead (5.4.1 a); engineer titles count for A-2 only.
LEAD_KINDS = ("safety_engineer", "safety_assessor", "fire_engineer")


def state(valid_to: str | None, suspended: bool, day: str) -> str:
    """valid, due_30, due_7, expired or suspended. The last day still counts as valid."""
    if suspended:
        return "suspended"
    if not valid_to:
        return "valid"
    left = (date.fromisoformat(valid_to) - date.fromisoformat(day)).days
    if left < 0:
        return "expired"
    return "due_7" if left <= 7 else "due_30" if left <= 30 else "valid"


def holds(state_of: str) -> bool:
    return state_of in {"valid", "due_30", "due_7"}


def masked(number: str) -> str:
    """The last four, as on public pages; a certificate number may contain an identity number."""
    return "" if not number else "****" + number[-4:] if len(number) > 4 else "****"
