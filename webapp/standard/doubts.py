"""Which service records a lead should read first (5.4.1 b): codes, worst first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

SHORT = 40  # characters of the whole record; below it hardly anything is said
ORDER = (
    "suspected_major",
    "flagged",
    "short_text",
    "no_photo",
    "no_lines",
    "not_confirmed",
)


def of_record(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """`facts`: text, flags, hazards, photos, suspected, lines, confirmed."""
    holds = {
        "suspected_major": facts["suspected"] > 0,
        "flagged": bool(facts["flags"]),
        "short_text": len(str(facts["text"])) < SHORT,
        "no_photo": facts["photos"] == 0,
        "no_lines": facts["lines"] == 0,
        "not_confirmed": not facts["confirmed"],
    }
    return tuple(code for code in ORDER if holds[code])


def weight(codes: Collection[str]) -> tuple[int, int]:
    """Sorts the doubtful first: by the worst doubt, then by how many."""
    return min((ORDER.index(code) for code in codes), default=len(ORDER)), -len(codes)
