"""Behind a TLS proxy: whose address is noted, and whom the server believes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from waitress.server import create_server

from webapp.config import Settings, from_environment
from webapp.serve import listen, options


def asked(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    names = ("REMOTE_ADDR", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_FOR")
    return ["|".join(str(environ.get(name, "")) for name in names).encode()]


def heard(proxy: str, **headers: str) -> str:
    """What the application hears of a request from 127.0.0.1, as the server hands it on."""
    listener = listen(0)
    given = options(replace(Settings(), trusted_proxy=proxy))
    server = create_server(asked, sockets=[listener], map={}, **given)
    environ = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "takan.example",
               "wsgi.url_scheme": "http", "SERVER_NAME": "takan", "SERVER_PORT": "80"}  # fmt: skip
    told = server.application({**environ, **headers}, lambda *_: None)
    server.task_dispatcher.shutdown()
    server.close()
    return b"".join(told).decode()


FORWARDED = {"HTTP_X_FORWARDED_FOR": "10.9.9.9, 203.0.113.7", "HTTP_X_FORWARDED_HOST": "evil.example",
             "HTTP_X_FORWARDED_PROTO": "https"}  # fmt: skip


@pytest.mark.parametrize("proxy", ["127.0.0.1", "*"])
def test_a_named_proxy_says_who_asks_and_nothing_else(proxy: str) -> None:
    """The last hop is the one that it saw itself: what stands before it anybody may have written."""
    told = heard(proxy, **FORWARDED).split("|")
    assert told[:3] == ["203.0.113.7", "takan.example", "http"]


@pytest.mark.parametrize("proxy", ["", "192.0.2.1"])
def test_nobody_else_is_believed(proxy: str) -> None:
    assert heard(proxy, **FORWARDED) == "127.0.0.1|takan.example|http|"


def test_it_is_closed_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    assert from_environment().trusted_proxy == ""
    for given in ("127.0.0.1", "::1", "*"):
        monkeypatch.setenv("TRUSTED_PROXY", given)
        assert from_environment().trusted_proxy == given
    for given in ("nginx", "10.0.0.0/8", "**"):
        monkeypatch.setenv("TRUSTED_PROXY", given)
        with pytest.raises(SystemExit, match="TRUSTED_PROXY"):
            from_environment()
