"""How long a file is kept. The standard names no period (5.6); the floors are custom and the civil
code's limitation (3 years after the contract), and the rating's ban of two years (3 years)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FLOOR, MOST = 3, 30  # years
PLACE_DAYS = 365  # where a visit began, as the phone measured it
CAUSES = ("accident", "dispute", "authority", "other")
LIFTED = ("settled", "mistake")


@dataclass(frozen=True)
class Periods:
    """Years; what is below the floor counts as the floor."""

    service: int = FLOOR
    rating: int = FLOOR


@dataclass(frozen=True)
class Facts:
    """Of one enterprise's file. Days are ISO. `ends`: the last day of each contract; `last_done`:
    of the last thing that was done for it, or empty; `open_major`: suspected major hazards that
    nobody has closed; `accident_lifted`: when the hold for an accident last ended, or empty."""

    ends: Sequence[str] = ()
    last_done: str = ""
    open_major: int = 0
    held: bool = False
    accident_lifted: str = ""


@dataclass(frozen=True)
class Keeping:
    """`until`: the last day on which it must be kept; empty: no day is in sight, or there is
    nothing to keep. `why`: hold, open_major, running, service, rating, accident, nothing."""

    until: str
    why: str

    def may_go(self, day: str) -> bool:
        return self.why == "nothing" or (bool(self.until) and self.until < day)


def keeping(facts: Facts, periods: Periods, day: str) -> Keeping:
    """Which of the reasons keeps it longest; what has no end in sight goes before every date."""
    if facts.held:
        return Keeping("", "hold")
    if facts.open_major:
        return Keeping("", "open_major")
    service, rating = max(FLOOR, periods.service), max(FLOOR, periods.rating)
    last = max([*facts.ends, facts.last_done]) if facts.ends or facts.last_done else ""
    found = []
    if last:
        found.append((years_after(last, service), "service"))
        found.append((f"{int(last[:4]) + rating:04d}-12-31", "rating"))
    if facts.accident_lifted:
        found.append((years_after(facts.accident_lifted, service), "accident"))
    if not found:
        return Keeping("", "nothing")
    until, why = max(found)
    return Keeping(until, "running" if max([*facts.ends, ""]) >= day else why)


def years_after(day: str, years: int) -> str:
    """The same day of a later year; 29 February becomes 1 March where there is none."""
    found = date.fromisoformat(day)
    try:
        return found.replace(year=found.year + years).isoformat()
    except ValueError:
        return date(found.year + years, 3, 1).isoformat()
