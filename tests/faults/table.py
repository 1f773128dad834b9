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
points: dict[str, int] = {}  # places in which a test of many broke something


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
    noted = dict(report.user_properties)
    if "row" in noted and report.when == "call":
        title = str(noted["row"])
        before = found.get(title, ("holds", 0.0))
        held = "holds" if report.passed and before[0] == "holds" else "**broken**"
        found[title] = (held, before[1] + report.duration)
        points[title] = points.get(title, 0) + int(str(noted.get("points", 0)))


def result(title: str, held: str) -> str:
    return f"{held}, {points[title]} places" if points[title] else held


def pytest_sessionfinish(session: pytest.Session) -> None:
    place = session.config.getoption("--faults-table")
    if place and not hasattr(session.config, "workerinput"):
        lines = [
            f"| {title} | {result(title, held)} | {took:.1f} |"
            for title, (held, took) in found.items()
        ]
        Path(place).write_text(HEAD + "\n".join(sorted(lines)) + "\n")
