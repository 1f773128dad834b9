"""What a browser says it runs on, as far as it is cheap to tell: a hint for people, never a key."""

from __future__ import annotations

import re

ANDROID = re.compile(r"Android [\d.]+; (?:[a-z]{2}-[a-zA-Z]{2}; )?([^;)]+?)(?: Build/[^;)]*)?[;)]")
MACHINES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
# The brands' own browsers first: each of them also calls itself Chrome, and Chrome Safari.
BROWSERS = [
    *("MicroMessenger", "MiuiBrowser", "HuaweiBrowser", "HeyTapBrowser", "VivoBrowser"),
    *("SamsungBrowser", "QQBrowser", "UCBrowser", "Edg", "Firefox", "Chrome", "Safari"),
]


def short(text: str) -> str:
    """`M2012K11AC · MiuiBrowser`; empty when nothing is known."""
    model = ANDROID.search(text)
    machine = next((name for name in MACHINES if name in text), "")
    if model and len(model[1]) > 1:  # newer browsers say only "K"
        machine = model[1]
    browser = next((name for name in BROWSERS if name in text), "")
    return " · ".join(part for part in (machine, browser) if part)
