"""4.1 a to f on a day: met, not met, or no evidence, each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from webapp.standard.credentials import FEWEST, UNPROVED

AREA = Decimal(100)  # ㎡, 4.1 b; 100 itself is enough
POLICIES = ("conduct", "training", "workflow", "follow_up", "secrecy", "integrity")
USE_COUNTS = 365  # days; a policy last used longer ago has no evidence of being lived by


@dataclass(frozen=True)
class Facts:
    """What is on record. `members`: each person's reasons not to count (4.1 c). `served`: county →
    first day of business there; `notified`: county → day of 从业告知. `bare`: clause → what was
    only typed, (what, about)."""

    credit_code: str = ""
    licence: bool = False
    licence_valid_to: str | None = None
    area: Decimal | None = None
    lease: bool = False
    lease_to: str | None = None
    equipment: int = 0
    members: Sequence[Sequence[str]] = ()
    issued: Mapping[str, str] = field(default_factory=dict)  # policy → first day of a version
    used: Mapping[str, str] = field(default_factory=dict)  # policy → its last use
    served: Mapping[str, str] = field(default_factory=dict)
    notified: Mapping[str, str] = field(default_factory=dict)
    other: str = ""  # 4.1 f as a person answered it: "", met, not_met
    bare: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """`against` makes it not met; `missing` alone makes it no evidence. Reasons: (code, about).
    `bare` is what counts and has no scan: it changes nothing, a person sees it."""

    clause: str
    against: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    bare: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> str:
        return "not_met" if self.against else "no_evidence" if self.missing else "met"


def answers(facts: Facts, day: str) -> list[Answer]:
    found = {
        "a": _legal(facts, day),
        "b": _premises(facts, day),
        "c": _people(facts),
        "d": _policies(facts, day),
        "e": _notifications(facts, day),
        "f": _other(facts),
    }
    return [
        Answer(clause, tuple(against), tuple(missing), tuple(facts.bare.get(clause, ())))
        for clause, (against, missing) in found.items()
    ]


Reasons = list[tuple[str, str]]


def _legal(facts: Facts, day: str) -> tuple[Reasons, Reasons]:
    ended = bool(facts.licence_valid_to and facts.licence_valid_to < day)
    against = [("licence_expired", str(facts.licence_valid_to))] if ended else []
    missing = [] if facts.credit_code else [("no_credit_code", "")]
    return against, missing + ([] if facts.licence else [("no_licence", "")])


def _premises(facts: Facts, day: str) -> tuple[Reasons, Reasons]:
    against, missing = [], []
    if facts.area is None:
        missing.append(("no_area", ""))
    elif facts.area < AREA:
        against.append(("area_small", format(facts.area, "f")))
    if facts.lease_to and facts.lease_to < day:
        against.append(("lease_ended", facts.lease_to))
    if not facts.lease:
        missing.append(("no_lease", ""))
    if not facts.equipment:
        missing.append(("no_equipment", ""))
    return against, missing


def _people(facts: Facts) -> tuple[Reasons, Reasons]:
    """Below five because of what is against people: not met; because of what nobody wrote down:
    no evidence."""
    count = sum(not gaps for gaps in facts.members)
    if count >= FEWEST:
        return [], []
    could = sum(set(gaps) <= UNPROVED - {"no_credential"} for gaps in facts.members)
    reasons = [("too_few", str(count))]
    return ([], reasons) if could >= FEWEST or not facts.members else (reasons, [])


def used_since(day: str) -> str:
    """A use of a policy on this day or later shows on `day` that it is lived by."""
    return str(date.fromisoformat(day) - timedelta(days=USE_COUNTS)) if day > "0002" else day


def _policies(facts: Facts, day: str) -> tuple[Reasons, Reasons]:
    since, missing = used_since(day), []
    for policy in POLICIES:
        if facts.issued.get(policy, "9") > day:
            missing.append(("no_policy", policy))
        elif not since <= facts.used.get(policy, "") <= day:
            missing.append(("no_use", policy))
    return [], missing


def _notifications(facts: Facts, day: str) -> tuple[Reasons, Reasons]:
    """Before business begins in the county, so on the day itself at the latest."""
    against, missing = [], []
    for county, first in sorted(facts.served.items()):
        if first > day:
            continue
        notified = facts.notified.get(county)
        if notified is None or notified > day:
            missing.append(("no_notification", county))
        elif notified > first:
            against.append(("notified_late", county))
    if not facts.served and not facts.notified:
        missing.append(("no_notification", ""))
    return against, missing


def _other(facts: Facts) -> tuple[Reasons, Reasons]:
    if facts.other == "not_met":
        return [("other_not_met", "")], []
    return [], [] if facts.other == "met" else [("not_answered", "")]
