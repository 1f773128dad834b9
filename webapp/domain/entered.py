"""Reading a desk form: what is nonsense is refused with the name of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.domain.refusal import Refusal
from webapp.standard import counties

Form = Mapping[str, str]
Readers = Mapping[str, Callable[[Form], Any]]  # by field
LONGEST_LINE = 200
LONGEST_TEXT = 4000
MOST = 99_999
DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d")
PHONE = re.compile(r"\+?[0-9(][0-9 ()-]{1,24}")
MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


def line(form: Form, field: str, needed: bool = False, longest: int = LONGEST_LINE) -> str:
    """One line: breaks and runs of blanks are one blank."""
    return _held(" ".join(form.get(field, "").split()), field, needed, longest)


def text(form: Form, field: str, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
    """As many lines as were written."""
    return _held(form.get(field, "").replace("\r\n", "\n").strip(), field, needed, longest)


def county(form: Form, field: str) -> str:
    """In full: under two names a county would be two."""
    value = line(form, field, needed=True, longest=40)
    if name := counties.meant(value):
        raise Refusal("county_in_full", field=field, name=name)
    return value


def phone(form: Form, field: str, needed: bool = False) -> str:
    """One that a phone can dial."""
    value = line(form, field, needed, 40)
    if value and not PHONE.fullmatch(value):
        raise Refusal("bad_phone", field=field)
    return value


def _held(value: str, field: str, needed: bool, longest: int) -> str:
    if needed and not value:
        raise Refusal("empty_field", field=field)
    if len(value) > longest:
        raise Refusal("too_long", field=field, longest=longest)
    return value


def day(form: Form, field: str, needed: bool = False) -> str:
    """An ISO day, or empty."""
    value = line(form, field, needed)
    if not value:
        return ""
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise Refusal("bad_day", field=field)


def past_day(form: Form, field: str, today: str) -> str:
    """A day on which something was done: not after today."""
    value = day(form, field, needed=True)
    if value > today:
        raise Refusal("day_ahead", field=field)
    return value


def unchanged(form: Form, stands: str) -> None:
    """`seen`: what stood when the form was opened; two windows do not undo each other unseen."""
    if form.get("seen", stands) != stands:
        raise Refusal("changed_meanwhile")


def in_order(starts: str, ends: str, field: str) -> None:
    """Either may be missing; `field` is the later one."""
    if starts and ends and ends < starts:
        raise Refusal("ends_before", field=field)


def month(form: Form, field: str, needed: bool = True) -> str:
    value = line(form, field, needed)
    if value and not MONTH.fullmatch(value):
        raise Refusal("bad_month", field=field)
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


def flag(form: Form, field: str) -> int:
    return int(form.get(field, "") == "yes")


def whole(form: Form, field: str, least: int = 0, most: int = MOST) -> int:
    """0 when empty, where 0 may be."""
    value = form.get(field, "").strip() or "0"
    digits = value.isascii() and value.isdecimal() and len(value) <= len(str(MOST))
    if not digits or not least <= int(value) <= most:
        raise Refusal("bad_whole", field=field, least=least, most=most)
    return int(value)


def decimal(form: Form, field: str) -> str:
    """A number above zero as it was written, or empty."""
    value = line(form, field, longest=12)
    if not value:
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise Refusal("bad_number", field=field) from error
    if not number.is_finite() or not 0 < number < 1_000_000:
        raise Refusal("bad_number", field=field)
    return format(number, "f")


def read(form: Form, readers: Readers) -> dict[str, Any]:
    """Every field as its reader takes it; the first that is refused ends it."""
    return {name: reader(form) for name, reader in readers.items()}


def wrong(form: Form, readers: Readers) -> dict[str, Refusal]:
    """What each field is refused for, all of them at once: a row of a workbook."""
    found = {}
    for name, reader in readers.items():
        try:
            reader(form)
        except Refusal as refusal:
            found[name] = refusal
    return found
