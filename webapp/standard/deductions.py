"""What the gaps of one engagement would cost in the rating (appendix A, rows 4, 5, 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from webapp.standard import service_steps, workdays
from webapp.standard.service_steps import DEDUCTED_FIELDS, Engagement

UPLOAD_DAYS = 15  # A-4 names no deadline; this is ours
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Deduction:
    """Proposed, never decided: `row` of appendix A, `code` says why."""

    row: str
    code: str
    points: Fraction


def of_engagement(
    of: Engagement, day: str, overrides: workdays.Overrides | None = None
) -> list[Deduction]:
    return [
        *_contract(of, day),
        *_file(of, day),
        *_fulfilment(of, day, overrides),
        *_board(of, day),
    ]


def _contract(of: Engagement, day: str) -> list[Deduction]:
    if not of.signed_on:
        return [Deduction("A-4", "served_without_contract", HALF)] if of.visited else []
    found = []
    if any(name not in of.contract_fields for name in DEDUCTED_FIELDS):
        found.append(Deduction("A-4", "contract_unclear", HALF))
    by = date.fromisoformat(of.signed_on) + timedelta(days=UPLOAD_DAYS)
    if not of.uploaded_on and day > by.isoformat():
        found.append(Deduction("A-4", "not_uploaded", Fraction(1)))
    return found


def _file(of: Engagement, day: str) -> list[Deduction]:
    """Row 5: each step that is done without its written record."""
    last = service_steps.steps(of, day)[-1]
    return [Deduction("A-5", f"unfiled_{name}", HALF) for name in last.lacks]


def _fulfilment(of: Engagement, day: str, overrides: workdays.Overrides | None) -> list[Deduction]:
    """Row 6 pools all contracts; this is what it would be if there were only this one."""
    alone = service_steps.fulfilment([of], day, overrides)
    found = [Deduction("A-6", "begun_late", HALF)] if alone.late else []
    if alone.process.part:
        found.append(Deduction("A-6", "process_unfinished", 2 * alone.process.ratio))
    if alone.frequency.part:
        found.append(Deduction("A-6", "frequency_unfinished", 2 * alone.frequency.ratio))
    return found


def _board(of: Engagement, day: str) -> list[Deduction]:
    begun = bool(of.signed_on) and of.signed_on <= day
    return [Deduction("A-9", "no_board", Fraction(1))] if begun and not of.board_shown_on else []
