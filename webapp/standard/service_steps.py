"""Clause 5 as a line the eye can follow: the steps of one engagement, what is due, what is missing,
and what it costs in row 6 of appendix A (readings of domain.md 8.1 and 13). Exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from webapp.standard import workdays

# 5.3 names seven contents; A-4 deducts for the first three only.
DEDUCTED_FIELDS = ("content", "term", "frequency")
CONTRACT_FIELDS = (*DEDUCTED_FIELDS, "lead", "quality", "rights_and_duties", "fee")
STANDARDIZATION_VISITS = 5  # 5.4.2: on the standardization-creation line only
OUTCOMES = ("accepted", "accepted_after_supplement", "declined")
ROW_6 = 5  # points of A-6


@dataclass(frozen=True)
class Line:
    """One line of the contract; days as ISO text, one for each time due and each time served."""

    item: str
    due: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    standardization: bool = False

    @property
    def too_few(self) -> bool:
        return self.standardization and len(self.due) < STANDARDIZATION_VISITS

    def due_by(self, day: str) -> int:
        return sum(one <= day for one in self.due)

    def served_by(self, day: str) -> int:
        return sum(one <= day for one in self.served)

    def short_by(self, day: str) -> int:
        """Times missing; more than due here never makes up for another line."""
        return max(0, self.due_by(day) - self.served_by(day))


@dataclass(frozen=True)
class Engagement:
    """Facts of one engagement; "" is a day that nobody recorded."""

    initial_visit_on: str = ""
    own_consultant_present: bool = False
    assessed_on: str = ""
    declined: bool = False  # the assessment's outcome: no contract is owed then
    assessment_complete: bool = False  # lead, participants, content and criteria named (5.2 c, d)
    signed_on: str = ""
    contract_fields: frozenset[str] = frozenset()
    uploaded_on: str = ""
    lines: tuple[Line, ...] = ()
    visited: tuple[str, ...] = ()  # days of on-site guidance
    unconfirmed: tuple[str, ...] = ()  # days of visits without both signatures
    board_shown_on: str = ""
    ended_on: str = ""
    followed_up_on: str = ""
    filed: frozenset[str] = field(default_factory=frozenset)  # steps whose written record is kept


@dataclass(frozen=True)
class Step:
    """`state`: done, running (nothing lacks so far), missing (due and not whole) or later; `lacks`
    are codes for the reader."""

    name: str
    clause: str
    state: str
    lacks: tuple[str, ...] = ()


def steps(of: Engagement, day: str) -> list[Step]:
    """The six steps as they stand on `day`."""
    found = [
        _step("initial_visit", "5.1", True, _initial_visit(of, day)),
        _step("assessment", "5.2", True, _assessment(of, day)),
        _step("contract", "5.3", in_service(of, day) or not of.declined, _contract(of, day)),
        _step("visits", "5.4", _begun(of.signed_on, day), _visits(of, day), _goes_on(of, day)),
        _step("follow_up", "5.5", _over(of, day), _follow_up(of, day)),
    ]
    whole = [step.name for step in found if step.state in {"done", "running"}]
    unfiled = tuple(name for name in whole if name not in of.filed)
    return [*found, _step("file", "5.6", bool(whole), unfiled, not _begun(of.ended_on, day))]


def _step(name: str, clause: str, due: bool, lacks: tuple[str, ...], goes_on: bool = False) -> Step:
    whole = "running" if goes_on else "done"
    return Step(name, clause, "later" if not due else "missing" if lacks else whole, lacks)


def in_service(of: Engagement, day: str) -> bool:
    """A contract, or service without one; row 6 counts no other."""
    return _begun(of.signed_on, day) or any(on <= day for on in of.visited)


def _over(of: Engagement, day: str) -> bool:
    """A follow-up is of a service: where none was agreed or given, none is owed."""
    return _begun(of.ended_on, day) and in_service(of, day)


def _goes_on(of: Engagement, day: str) -> bool:
    """Visits are still to come."""
    served = any(on <= day for on in of.visited)
    open_lines = any(line.served_by(day) < len(line.due) for line in of.lines)
    return not _begun(of.ended_on, day) and (open_lines or not served)


def _begun(on: str, day: str) -> bool:
    return bool(on) and on <= day


def _codes(*given: tuple[bool, str]) -> tuple[str, ...]:
    return tuple(code for holds, code in given if holds)


def _initial_visit(of: Engagement, day: str) -> tuple[str, ...]:
    if not _begun(of.initial_visit_on, day):
        return ("no_initial_visit",)
    return _codes((not of.own_consultant_present, "no_own_consultant"))


def _assessment(of: Engagement, day: str) -> tuple[str, ...]:
    if not _begun(of.assessed_on, day):
        return ("no_assessment",)
    late = bool(of.signed_on) and of.assessed_on > of.signed_on
    return _codes(
        (not of.assessment_complete, "assessment_incomplete"), (late, "assessed_after_signing")
    )


def _contract(of: Engagement, day: str) -> tuple[str, ...]:
    if not _begun(of.signed_on, day):
        return ("no_contract",)
    lacks = tuple(f"no_{name}" for name in CONTRACT_FIELDS if name not in of.contract_fields)
    few = any(line.too_few for line in of.lines)
    return lacks + _codes(
        (not of.uploaded_on, "not_uploaded"),
        (few, "fewer_than_five"),
        (of.declined, "signed_though_declined"),
    )


def _visits(of: Engagement, day: str) -> tuple[str, ...]:
    until = cut_off(of, day)
    return _codes(
        (any(line.short_by(until) for line in of.lines), "visits_short"),
        (any(on <= day for on in of.unconfirmed), "unconfirmed_visits"),
        (not _begun(of.board_shown_on, day), "no_board"),
    )


def _follow_up(of: Engagement, day: str) -> tuple[str, ...]:
    return _codes((not _begun(of.followed_up_on, day), "no_follow_up"))


def cut_off(of: Engagement, day: str) -> str:
    """What an ended engagement still owed counts up to its end."""
    return min(day, of.ended_on) if of.ended_on else day


@dataclass(frozen=True)
class FirstService:
    """The first on-site guidance after signing against the tenth working day (A-6)."""

    due: workdays.Reckoned
    served_on: str  # "" when not yet
    late: bool


def first_service(
    of: Engagement, day: str, overrides: workdays.Overrides | None = None
) -> FirstService | None:
    """None before signing. Visits before it are initial visits and do not count."""
    if not _begun(of.signed_on, day):
        return None
    due = workdays.after(date.fromisoformat(of.signed_on), overrides=overrides)
    served = min((on for on in of.visited if of.signed_on <= on <= day), default="")
    return FirstService(due, served, (served or day) > due.day.isoformat())


@dataclass(frozen=True)
class Share:
    """A part of a whole; of nothing, nothing is missing."""

    part: int
    whole: int

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.part, self.whole) if self.whole else Fraction(0)


@dataclass(frozen=True)
class Fulfilment:
    """Row 6: contracts begun late, p = steps missing of those due, f = times missing of due."""

    late: int
    process: Share
    frequency: Share

    @property
    def deduction(self) -> Fraction:
        return Fraction(self.late, 2) + 2 * self.process.ratio + 2 * self.frequency.ratio

    @property
    def score(self) -> Fraction:
        return max(Fraction(0), ROW_6 - self.deduction)


def fulfilment(
    all_of: Iterable[Engagement], day: str, overrides: workdays.Overrides | None = None
) -> Fulfilment:
    """Pooled over the engagements in service on `day`; round only when showing."""
    late = missing = due = short = times = 0
    for of in all_of:
        if not in_service(of, day):
            continue
        first = first_service(of, day, overrides)
        late += bool(first and first.late)
        states = [step.state for step in steps(of, day)]
        missing += states.count("missing")
        due += len(states) - states.count("later")
        until = cut_off(of, day)
        short += sum(line.short_by(until) for line in of.lines)
        times += sum(line.due_by(until) for line in of.lines)
    return Fulfilment(late, Share(missing, due), Share(short, times))
