"""The filters both template engines share (static/js/filters.js is the twin)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from webapp.languages import language
from webapp.standard.hazards import SHANGHAI, shanghai_day
from webapp.standard.ink import svg_path

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day_of(value: str) -> str:
    return shanghai_day(value) if len(value) > 10 else value


def day(value: str, tongue: str = "zh") -> str:
    """`2026-11-03` or a UTC time → `11月3日` or `3 Nov`; empty stays empty."""
    text = _day_of(value)
    if not text:
        return ""
    month, date = int(text[5:7]), int(text[8:10])
    return f"{date} {MONTHS[month - 1]}" if tongue == "en" else f"{month}月{date}日"


def full_day(value: str, tongue: str = "zh") -> str:
    year, short = _day_of(value)[:4], day(value, tongue)
    if not short:
        return ""
    return f"{short} {year}" if tongue == "en" else f"{year}年{short}"


def clock(value: str) -> str:
    """A UTC time → `09:10` in Shanghai."""
    return datetime.fromisoformat(value).astimezone(SHANGHAI).strftime("%H:%M") if value else ""


def path(value: Any) -> str:
    return svg_path(value) if value else ""


def grouped(code: str) -> str:
    """`K7Q2M9X` → `K7Q 2M9X`."""
    return f"{code[:3]} {code[3:]}" if code else ""


def short(value: str) -> str:
    return value[:8]


def percent(value: float) -> str:
    """0.375 → `37.5%`, 0.5 → `50%`."""
    tenths = int(value * 1000 + 0.5)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def without(values: Any, gone: Any) -> list[Any]:
    """What is in the first list and not in the second; either may be absent."""
    return [one for one in values or [] if one not in (gone or [])]


FILTERS = {
    "day": day,
    "full_day": full_day,
    "clock": clock,
    "path": path,
    "grouped": grouped,
    "short": short,
    "percent": percent,
    "without": without,
}


def spoken(filter_: Callable[[str, str], str]) -> Callable[..., str]:
    """In the reader's language, unless the template names one: what goes on paper is Chinese."""
    return lambda value, tongue="": filter_(value, tongue or language())


def init(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS | {"day": spoken(day), "full_day": spoken(full_day)})
