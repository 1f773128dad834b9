"""What strangers ask for: not too often from one place, and written down.

No cookie, no session, nobody followed: a line has the time, the address, which door and the answer.
网络安全法 wants such logs for six months at least; after that they go.
"""

from __future__ import annotations

import contextlib
import ipaddress
from pathlib import Path

from flask import Flask, Response, g, request
from flask_login import current_user
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from webapp.db import folder, now
from webapp.standard.credentials import month_before

MONTHS = 6  # whole ones, beside the running one: a file for each
# A minute, one address, one server process. A canteen scans a board through one Wi-Fi, and a page
# brings its portraits; a slip to verify is read whole, a password is costly to check.
LOOKS, DEEDS = RateLimitItemPerMinute(600), RateLimitItemPerMinute(60)
FIRST = RateLimitItemPerMinute(1)  # of what was refused one line: a flood must not fill the disk


def init(app: Flask) -> None:
    """Before anything else is asked. Counted in the memory of each process: a row for each look
    would take the write lock that what phones deliver needs."""
    counted = app.extensions["open_doors"] = MemoryStorage()
    limiter = FixedWindowRateLimiter(counted)

    @app.before_request
    def not_too_often() -> None:
        limit = LOOKS if request.method in {"GET", "HEAD"} else DEEDS
        place = source(request.remote_addr or "")
        if place and stranger_at_the_door() and not limiter.hit(limit, place):
            g.told = not limiter.hit(FIRST, "refused", place)
            raise TooManyRequests(retry_after=60)

    @app.after_request
    def written_down(response: Response) -> Response:
        if stranger_at_the_door() and not g.pop("told", False):
            address = (request.remote_addr or "-")[:45]
            note(folder(), now(), f"{address} {door()} {response.status_code}")
        return response


def stranger_at_the_door() -> bool:
    """Files of the app itself are none: they say nothing, and a first load takes thirty of them."""
    return request.blueprint != "assets" and not current_user.is_authenticated


def source(address: str) -> str:
    """Whom to count: a line of IPv6 has a whole /64. "" for this machine itself, behind whose proxy
    everybody stands as long as TRUSTED_PROXY names none; what is no address counts as it stands."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return ""
    width = 64 if found.version == 6 else 32
    return str(ipaddress.ip_network((found, width), strict=False))


def door() -> str:
    """The rule, not the address: some have a secret in them. "-" where there is no such door."""
    return f"{request.method} {request.url_rule or '-'}"


def months_before(month: str, many: int) -> str:
    for _ in range(many):
        month = month_before(month)
    return month


def note(base: Path, moment: str, line: str) -> None:
    """Whoever asks is answered also when the disk is full."""
    place = base / "access" / f"{moment[:7]}.log"
    with contextlib.suppress(OSError):
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.touch(mode=0o600)
            for old in place.parent.glob("*.log"):
                if old.stem < months_before(moment[:7], MONTHS):
                    old.unlink(missing_ok=True)
        with place.open("a") as file:
            file.write(f"{moment} {line}\n")
