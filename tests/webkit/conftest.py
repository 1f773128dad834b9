"""WebKitGTK stands in for the iPhone: MiniBrowser on a virtual screen, driven by selenium."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.e2e.server import Server
from tests.webkit.hand import Hand

BROWSERS = "*/webkit2gtk-4.*/MiniBrowser"


@pytest.fixture(scope="session")
def screen() -> Iterator[None]:
    """Xvfb on a number of its own choice."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1200x1300x24"]
    process = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = f":{os.read(reading, 10).decode().strip()}"
    yield
    process.kill()
    process.wait()
    os.environ.pop("DISPLAY")
    if before is not None:
        os.environ["DISPLAY"] = before


@pytest.fixture
def hand(screen: None, server: Server, tmp_path: Path) -> Iterator[Hand]:
    """A new browser without a past, as tall as a phone."""
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CACHE", "CONFIG")}
    options = Options()
    options.binary_location = str(max(Path("/usr/lib").glob(BROWSERS)))
    options.add_argument("--automation")
    service = Service("/usr/bin/WebKitWebDriver", env={**os.environ, **homes})
    driver = webdriver.WebKitGTK(options=options, service=service)
    driver.set_window_size(390, 844)
    driver.set_script_timeout(30)
    yield Hand(driver, server)
    driver.quit()
