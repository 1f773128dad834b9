"""An iCalendar file (RFC 5545) of whole-day events: lines of at most 75 bytes, ended by CR LF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Event:
    uid: str
    day: str
    summary: str
    location: str = ""
    cancelled: bool = False
    sequence: int = 0  # higher after each change, or calendars keep the old day


def calendar(name: str, events: Iterable[Event], stamp: str) -> str:
    """`stamp`: UTC time of making, `20261124T010000Z`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Takan//visits//ZH", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(name)}"]
    for event in events:
        lines += _event(event, stamp)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(event: Event, stamp: str) -> list[str]:
    after = date.fromisoformat(event.day) + timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}@takan",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.day.replace('-', '')}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}",
        f"LOCATION:{escaped(event.location)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def folded(line: str) -> str:
    """Never within a character."""
    parts, part, room = [], "", 75
    for sign in line:
        if len((part + sign).encode()) > room:
            parts.append(part)
            part, room = "", 74  # the space that begins the next one counts
        part += sign
    return "\r\n ".join([*parts, part])
