"""Kinds of credentials, their states on a day, and who counts for 4.1 c and for row 2 of A."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

# The three that make a lead (5.4.1 a); the junior grade and engineer titles count for A-2 only.
LEAD_KINDS = ("safety_engineer", "safety_assessor", "fire_engineer")
RATING_KINDS = (*LEAD_KINDS, "junior_safety_engineer", "engineer_title")
KINDS = (*RATING_KINDS, "safety_officer", "special_operation", "special_equipment")
# Kinds that have no end date (domain.md 9); of every other kind a missing date is a gap.
ENDLESS = ("safety_assessor", "engineer_title")
# Registration at a unit belongs to the two registered professions alone.
REGISTERED = ("safety_engineer", "fire_engineer")
FEWEST = 5  # 4.1 c, A-2
INSURED_MONTHS = 3  # in a row, after the labour contract (4.1 c)
HOLDING = ("valid", "due_90", "due_30", "due_7")
# From best to worst; a review that was missed is no end: it can still be made up for.
STATES = (*HOLDING, "unknown", "not_begun", "review_missed", "expired", "suspended")
# What only says that nothing was recorded; the other gaps say that something is against it.
UNPROVED = {"no_credential", "validity_unknown", "not_begun", "unit_unknown", "no_contract"} | {
    "insurance_short"
}


@dataclass(frozen=True)
class Credential:
    kind: str
    valid_to: str | None = None
    review_on: str | None = None  # the second date: a review within the validity
    registered_unit: str = ""
    valid_from: str | None = None
    suspensions: tuple[tuple[str, str | None], ...] = ()  # first day ("": always), day it is lifted
    replaced_on: str | None = None  # from this day on what it was exchanged for counts instead

    def on(self, day: str) -> str:
        """The worst of its two dates."""
        if any(since <= day and (not until or day < until) for since, until in self.suspensions):
            return "suspended"
        if self.valid_from and day < self.valid_from:
            return "not_begun"
        if self.replaced_on is not None and self.replaced_on <= day:
            return "expired"
        return max(state(self.valid_to, day, self.kind), self.reviewed(day), key=STATES.index)

    def reviewed(self, day: str) -> str:
        found = state(self.review_on, day) if self.review_on else "valid"
        return "review_missed" if found == "expired" else found

    def due(self) -> str:
        """The nearer of its two dates, or "" for none."""
        return min((one for one in (self.valid_to, self.review_on) if one), default="")

    def holds(self, day: str) -> bool:
        return holds(self.on(day))

    def goes_on(self, day: str, renewal: Credential) -> bool:
        """Is nothing to do about it, since its renewal is there, or begins before it ends?"""
        begins = renewal.valid_from or ""
        joined = bool(self.valid_to and self.holds(day) and begins <= day_after(self.valid_to))
        return begins <= day or joined


@dataclass(frozen=True)
class Member:
    """What 4.1 c and A-2 ask of one person. `contracts`: (from, to or None); months "YYYY-MM";
    `left_on`: from this day on one of us no more, "" where nobody knows the day."""

    credentials: tuple[Credential, ...] = ()
    contracts: tuple[tuple[str, str | None], ...] = ()
    full_time: bool = True
    employed_elsewhere: bool = False
    insured: frozenset[str] = field(default_factory=frozenset)
    left_on: str | None = None

    def employed_since(self, day: str) -> str | None:
        """The first day of the unbroken row of labour contracts that covers this day: renewing
        one begins nothing anew."""
        since = day
        begun = [one for one in self.contracts if one[0] <= day]
        rows = sorted(begun, key=lambda one: one[0], reverse=True)
        for starts, ends in rows:
            if ends is None or since <= day_after(ends):
                since = min(since, starts)
        covered = any(starts <= day and (ends is None or day <= ends) for starts, ends in rows)
        return since if covered else None


def state(valid_to: str | None, day: str, kind: str = "") -> str:
    """valid, due_90, due_30, due_7, expired or unknown. The last day is still valid."""
    if not valid_to:
        return "valid" if not kind or kind in ENDLESS else "unknown"
    left = (date.fromisoformat(valid_to) - date.fromisoformat(day)).days
    if left < 0:
        return "expired"
    return next((f"due_{days}" for days in (7, 30, 90) if left <= days), "valid")


def holds(state_of: str) -> bool:
    return state_of in HOLDING


def shown_outside(state_of: str) -> str:
    """On public pages, boards and phones three months ahead is no news yet."""
    return "valid" if state_of == "due_90" else state_of


def masked(number: str) -> str:
    """The last four, as on public pages, and of a short one fewer: four stay hidden. A certificate
    number may contain an identity number."""
    shown = min(4, max(0, len(number) - 4))
    return "" if not number else "****" + number[len(number) - shown :]


def has_identity(number: str) -> bool:
    """Does an identity number stand in it, in whatever groups? (特种作业操作证: "T" and the number
    itself.)"""
    plain = re.sub(r"[\s\-\u2010-\u2015\u2212._]", "", unicodedata.normalize("NFKC", number))
    return re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", plain) is not None


def may_lead(held: Iterable[Credential], day: str) -> bool:
    """5.4.1 a: one of the three kinds, valid on this service date."""
    return any(one.kind in LEAD_KINDS and one.holds(day) for one in held)


def condition_gaps(member: Member, unit: str, day: str) -> list[str]:
    """Why this person does not count for 4.1 c on this day; none: counts."""
    if has_left(member, day):
        return ["left"]
    found = _credential_gaps(member, LEAD_KINDS, day)
    found += [] if found else _unit_gaps(member, unit, day)
    found += _work_gaps(member, day)
    found += ["employed_elsewhere"] if member.employed_elsewhere else []
    short = insured_in_a_row(member, day) < INSURED_MONTHS
    return found + (["insurance_short"] if short else [])


def rating_gaps(member: Member, day: str) -> list[str]:
    """Why not for A-2, which also takes engineer titles and asks for no insurance. Employment
    elsewhere is a deduction of its own there."""
    if has_left(member, day):
        return ["left"]
    return _credential_gaps(member, RATING_KINDS, day) + _work_gaps(member, day)


def has_left(member: Member, day: str) -> bool:
    return member.left_on is not None and member.left_on <= day


def _credential_gaps(member: Member, kinds: tuple[str, ...], day: str) -> list[str]:
    """The best of those that could count says what is wrong."""
    states = [one.on(day) for one in member.credentials if one.kind in kinds]
    best = min(states, key=STATES.index, default=None)
    if best is None:
        return ["no_credential"]
    return [] if best in HOLDING else ["validity_unknown" if best == "unknown" else best]


def _unit_gaps(member: Member, unit: str, day: str) -> list[str]:
    """Registered here and only here: where one registers at all."""
    held = [one for one in member.credentials if one.kind in LEAD_KINDS and one.holds(day)]
    units = {_plain(one.registered_unit) for one in held if one.kind in REGISTERED}
    if units - {_plain(unit), ""}:
        return ["registered_elsewhere"]
    free = any(one.kind not in REGISTERED for one in held)
    return [] if free or _plain(unit) in units else ["unit_unknown"]


def _work_gaps(member: Member, day: str) -> list[str]:
    found = [] if member.full_time else ["not_full_time"]
    if member.employed_since(day) is None:
        ended = any(starts <= day for starts, _ in member.contracts)
        found.append("contract_ended" if ended else "no_contract")
    return found


def _plain(name: str) -> str:
    """Brackets and blanks are typed in many ways."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def meets_condition(member: Member, unit: str, day: str) -> bool:
    return not condition_gaps(member, unit, day)


def counts_for_rating(member: Member, day: str) -> bool:
    return not rating_gaps(member, day)


def insured_in_a_row(member: Member, day: str) -> int:
    """Months in a row up to this one or the last (the running month may not be booked yet), none
    before the labour contract."""
    since = member.employed_since(day)
    month = day[:7]
    if month not in member.insured:
        month = month_before(month)
    found = 0
    while since and month >= since[:7] and month in member.insured:
        found, month = found + 1, month_before(month)
    return found


def month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1:04d}-12" if number == 1 else f"{year:04d}-{number - 1:02d}"


def day_after(day: str | None) -> str:
    if not day or day == date.max.isoformat():
        return day or ""
    return str(date.fromisoformat(day) + timedelta(days=1))
