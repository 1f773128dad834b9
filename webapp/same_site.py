"""Cross-site requests are refused by their headers: a token in a cached page would be stale."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from webapp.domain.refusal import Refusal


def init(app: Flask) -> None:
    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site in {"same-origin", "none"}:
            return
        origin = request.headers.get("Origin")
        # A client that sends neither is no browser, and carries no one's cookie by accident.
        if site is None and (origin is None or urlsplit(origin).netloc == request.host):
            return
        raise Refusal("other_site")
