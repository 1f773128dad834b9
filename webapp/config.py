"""Every setting, its default, and why."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent

# The same policy stands on what the worker renders; it copies this from the context's answer.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)


@dataclass(frozen=True)
class Settings:
    """Where things lie and how the world reaches us."""

    data: Path = Path("data")
    # Printed on boards and in QR codes; empty means "as the browser asked".
    public_url: str = ""
    # The proxy in front of us, by its address; "*": nobody else reaches the port. Empty: none, and
    # whoever connects is the client.
    trusted_proxy: str = ""
    build: Path = HERE / "static" / "build"
    # argon2 rounds: 1 in tests only, where a hundred sign-ins would take a minute.
    password_rounds: int = 3
    # Below this much free disk the server refuses early (507) instead of failing in the middle.
    disk_reserve: int = 200 * 1024 * 1024
    # The largest body taken: a photo the phone could not shrink is at most about 15 MB.
    largest_body: int = 32 * 1024 * 1024
    # A rescue file holds all of a phone's photos: 600 of them are about 200 MB.
    largest_rescue: int = 1024 * 1024 * 1024
    # The institution's mail server: smtps://user:password@host:465, or smtp:// with STARTTLS.
    smtp: str = field(default="", repr=False)
    # Whom mail comes from, where that is not the user of the server.
    mail_from: str = ""
    # When the daily digest goes, by the clock in Shanghai.
    digest_at: str = "08:00"

    @property
    def folder(self) -> Path:
        """The institution's own folder: the only one with a database, or `institution`."""
        found = sorted(path.parent for path in self.data.glob("*/takan.db"))
        return found[0] if found else self.data / "institution"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def from_environment() -> Settings:
    """`DATA` (or `TAKAN_DATA`), `PUBLIC_URL`, `TRUSTED_PROXY`, `SMTP`, `MAIL_FROM` and `DIGEST_AT`;
    everything else has one right value."""
    data = os.environ.get("DATA") or os.environ.get("TAKAN_DATA") or "data"
    smtp = os.environ.get("SMTP", "")
    digest_at = os.environ.get("DIGEST_AT") or Settings.digest_at
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", digest_at):
        sys.exit(f"DIGEST_AT={digest_at}: 08:00")
    proxy = os.environ.get("TRUSTED_PROXY", "")
    if proxy not in {"", "*"} and not address(proxy):
        sys.exit(f"TRUSTED_PROXY={proxy}: 127.0.0.1")
    return Settings(
        trusted_proxy=proxy,
        data=Path(data).resolve(),
        public_url=os.environ.get("PUBLIC_URL", "").rstrip("/"),
        smtp=smtp,
        mail_from=os.environ.get("MAIL_FROM") or unquote(urlsplit(smtp).username or ""),
        digest_at=digest_at,
    )


def address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
