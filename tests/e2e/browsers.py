"""Real Chromium and a real server, for every test that asks for them: one browser a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.proxy import Proxy
from tests.e2e.server import Server
from webapp.db import today

PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


made: dict[str, Path] = {}


@pytest.fixture
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo institution a day, made by the real command; each test works on a copy of it. Its
    visit due today is not due any more when midnight in Shanghai passes while tests run."""
    if today() not in made:
        data = tmp_path_factory.mktemp("demo") / "data"
        server = Server(data)
        server.start()
        server.kill()
        made[today()] = data
    return made[today()]


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(demo_data, tmp_path / "data")
    server = Server(tmp_path / "data")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "install Debian's package chromium"
    browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    context = new_context(browser)
    yield context
    context.close()


def new_context(browser: Browser, **more: Any) -> BrowserContext:
    settings: dict[str, Any] = {
        "viewport": PHONE,
        "has_touch": True,
        "is_mobile": True,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        **more,
    }
    context = browser.new_context(**settings)
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page on which any error in its scripts fails the test."""
    return context.new_page()


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """The same server behind a network a test can spoil."""
    found = Proxy(server.port)
    yield found
    found.close()
