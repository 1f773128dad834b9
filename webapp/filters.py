"""The filters both template engines share (static/js/filters.js is the twin)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from webapp.standard.hazards import SHANGHAI, shanghai_day
from webapp.standard.ink import svg_path


def _day_of(value: str) -> str:
    return shanghai_day(value) if len(value) > 10 else value


def day(value: str) -> str:
    """`2026-11-03` or a UTC time → `11月3日`; empty stays empty."""
    text = _day_of(value)
    return f"{int(text[5:7])}月{int(text[8:10])}日" if text else ""


def full_day(value: str) -> str:
    text = _day_of(value)
    return f"{text[:4]}年{int(text[5:7])}月{int(text[8:10])}日" if text else ""


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


def init(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
