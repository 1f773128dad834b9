"""Reading what a person typed at the desk: nonsense is refused with the name of its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from webapp.domain.refusal import Refusal

Typed = Mapping[str, str]


def text(typed: Typed, field: str, needed: bool = False, longest: int = 200) -> str:
    value = " ".join(typed.get(field, "").split())
    if len(value) > longest:
        raise Refusal("too_long", field=field, longest=longest)
    if needed and not value:
        raise Refusal("empty_field", field=field)
    return value


def one_of(typed: Typed, field: str, values: tuple[str, ...]) -> str:
    value = typed.get(field, "")
    if value not in values:
        raise Refusal("bad_value", field=field)
    return value


def flag(typed: Typed, field: str) -> int:
    return int(typed.get(field, "") == "yes")


def day(typed: Typed, field: str, needed: bool = False) -> str | None:
    value = text(typed, field, needed)
    if not value:
        return None
    if not re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\d", value):
        raise Refusal("bad_day", field=field)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise Refusal("bad_day", field=field) from error


def past_day(typed: Typed, field: str, today: str) -> str:
    """A day on which something happened: not tomorrow."""
    value = day(typed, field, needed=True) or ""
    if value > today:
        raise Refusal("day_ahead", field=field)
    return value


def month(typed: Typed, field: str) -> str:
    value = text(typed, field, needed=True)
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", value):
        raise Refusal("bad_month", field=field)
    return value


def whole(typed: Typed, field: str) -> int:
    value = text(typed, field, needed=True)
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) == 0:
        raise Refusal("bad_number", field=field)
    return int(value)


def decimal(typed: Typed, field: str) -> str:
    """A number above zero as it was typed, or empty."""
    value = text(typed, field, longest=12)
    if not value:
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise Refusal("bad_number", field=field) from error
    if not number.is_finite() or not 0 < number < 1_000_000:
        raise Refusal("bad_number", field=field)
    return format(number, "f")
