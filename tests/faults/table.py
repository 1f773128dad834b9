"""Collects what the marked tests proved, and writes docs/faults.md when asked:
`make e2e TABLE=docs/faults.md`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HEAD = """# What was done to it, and what arrived

Written by the run itself (`make e2e TABLE=docs/faults.md`): {rows} rows, {tests} tests, {broken} broken. Each row
is a test in real Chromium or WebKitGTK against a real server process, or of the server alone where
it says so. After each the **invariant** is checked on the database and the photo store, not on the
screen: every record and photo the phone called 已存本机 is on the server exactly once, byte for
byte; what is not there waits in the phone's store with its photos, or, where the browser threw that
store away, phone and office say what is missing; the trail is whole. *Places* are system calls at which
the server was killed, or which failed.
"""
PARTS = (  # by the folder or file of the test
    ("Between phone and office", ("test_network", "test_answers")),
    ("The phone", ("test_phone", "test_full_phone", "test_tabs", "test_clock", "test_updates", "e2e/test_screens",
                   "e2e/test_offline", "e2e/test_old", "e2e/test_flow")),
    ("Several people", ("test_two_phones", "test_versions", "e2e/test_phones")),
    ("The rescue file", ("faults/test_rescue",)),
    ("WebKitGTK", ("webkit/",)),
    ("The server alone", ("test_calls", "test_order", "test_disk", "test_migration", "test_mutants")),
    ("By chance", ("test_random",)),
)  # fmt: skip


@dataclass
class Row:
    test: str
    runs: int = 0
    places: int = 0
    failed: int = 0
    skipped: int = 0

    def note(self, report: pytest.TestReport, places: int) -> None:
        self.runs += 1
        self.places += places
        self.failed += report.failed
        self.skipped += report.skipped

    @property
    def result(self) -> str:
        if self.failed:
            return f"**broken**, {self.failed} of {self.runs}"
        if self.skipped:
            return "not proved here"
        of = f", {self.runs} times" if self.runs > 1 else ""
        return f"holds{of}" + (f", {self.places} places" if self.places else "")


found: dict[tuple[str, str], Row] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults-table", default="", help="write the table of faults to this file")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(title): a row of docs/faults.md")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    marker = item.get_closest_marker("row")
    if marker:
        report.user_properties.append(("row", marker.args[0]))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In the process that collects, whichever worker ran it. A test that could not be set up, or
    not be taken down, holds nothing."""
    noted = dict(report.user_properties)
    if "row" in noted and (report.when == "call" or not report.passed):
        test = report.nodeid.partition("[")[0]
        row = found.setdefault((str(noted["row"]), test), Row(test))
        row.note(report, int(str(noted.get("points", 0))))


def part_of(test: str) -> str:
    return next((name for name, files in PARTS if any(one in test for one in files)), "Other")


def line(title: str, row: Row) -> str:
    file, _, function = row.test.partition("::")
    words = title.removeprefix("server alone: ").removeprefix("WebKit: ")
    return f"| {words} | [{function}](../{file}) | {row.result} |"


def written() -> str:
    rows = sorted(found.items())
    broken = sum(row.failed > 0 for _, row in rows)
    text = HEAD.format(rows=len(rows), tests=sum(row.runs for _, row in rows), broken=broken)
    for name in [*dict(PARTS), "Other"]:
        lines = [line(key[0], row) for key, row in rows if part_of(row.test) == name]
        if lines:
            text += f"\n## {name}\n\n| Fault | Test | Result |\n|---|---|---|\n"
            text += "\n".join(lines) + "\n"
    return text


def pytest_sessionfinish(session: pytest.Session) -> None:
    place = session.config.getoption("--faults-table")
    if place and not hasattr(session.config, "workerinput"):
        Path(place).write_text(written())
