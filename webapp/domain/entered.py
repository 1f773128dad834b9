"""Reading a desk form: what is nonsense is refused with the name of its field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from webapp.domain.refusal import Refusal

Form = Mapping[str, str]
LONGEST = 4000


def text(form: Form, field: str, needed: bool = False, longest: int = LONGEST) -> str:
    value = form.get(field, "").replace("\r\n", "\n").strip()
    if needed and not value:
        raise Refusal("field_needed", field=field)
    if len(value) > longest:
        raise Refusal("field_too_long", field=field, longest=longest)
    return value


def day(form: Form, field: str, needed: bool = False) -> str:
    """An ISO day, or empty."""
    value = text(form, field, needed, 10)
    if not value:
        return ""
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise Refusal("bad_day", field=field) from error
    if not 2000 <= found.year < 2100:
        raise Refusal("bad_day", field=field)
    return found.isoformat()


def past_day(form: Form, field: str, today: str) -> str:
    """A day on which something was done: not after today."""
    value = day(form, field, needed=True)
    if value > today:
        raise Refusal("day_to_come", field=field)
    return value


def choice(form: Form, field: str, values: Collection[str]) -> str:
    value = form.get(field, "")
    if value not in values:
        raise Refusal("choice_needed", field=field)
    return value


def chosen(picked: Collection[str], values: Collection[str], field: str) -> list[str]:
    """Every one of them must be on offer; the same one counts once."""
    if not set(picked) <= set(values):
        raise Refusal("bad_value", field=field)
    return list(dict.fromkeys(picked))


def whole(form: Form, field: str, most: int) -> int:
    """0 when empty."""
    value = text(form, field, longest=6)
    if value and not (value.isascii() and value.isdecimal() and int(value) <= most):
        raise Refusal("bad_whole", field=field)
    return int(value or 0)
