"""Collects what the marked tests proved, and writes docs/faults.md when asked:
`pytest --faults-table docs/faults.md` (`make faults-table`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HEAD = """# What was done to it, and what arrived

Written by the run itself (`make faults-table`). Each row is a test in real Chromium against a real
server process, or a test of the server alone where it says so. After each the **invariant** is
checked on the database and the photo store, not on the screen: every record and photo the phone
called 已存本机 is on the server exactly once, byte for byte; what is not there waits on the phone
and is shown; the trail is whole.

| Fault | Result | Seconds |
|---|---|---|
"""
found: dict[str, tuple[str, float]] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults-table", default="", help="write the table of faults to this file")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(title): a row of docs/faults.md")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    marker = item.get_closest_marker("row")
    if marker and report.when == "call":
        report.user_properties.append(("row", marker.args[0]))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, title in report.user_properties:
        if name == "row" and report.when == "call":
            before = found.get(str(title), ("holds", 0.0))
            held = "holds" if report.passed and before[0] == "holds" else "**broken**"
            found[str(title)] = (held, before[1] + report.duration)


def pytest_sessionfinish(session: pytest.Session) -> None:
    place = session.config.getoption("--faults-table")
    if place and not hasattr(session.config, "workerinput"):
        lines = [f"| {title} | {held} | {took:.1f} |" for title, (held, took) in found.items()]
        Path(place).write_text(HEAD + "\n".join(sorted(lines)) + "\n")
