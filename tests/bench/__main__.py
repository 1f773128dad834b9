"""`make bench`: the budgets of the README, measured and printed as one table.

The machine is noisy: sizes are exact, times are medians, and the raw limit beside
them ran in the same minute.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import large, pages, throughput
from tests.e2e.browsers import FLAGS, new_context
from tests.e2e.server import Server
from tests.e2e.walk import fill_hazard, sign_in, start_visit_due_today

BUILD = Path("webapp/static/build")


def gzipped(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files)


def median(of: Callable[[], object], times: int = 9) -> float:
    """Milliseconds."""
    found = []
    for _ in range(times):
        before = time.perf_counter()
        of()
        found.append((time.perf_counter() - before) * 1000)
    return statistics.median(found)


def row(name: str, value: str, budget: str = "") -> None:
    print(f"| {name} | {value} | {budget} |")


def sizes(server: Server) -> None:
    manifest = json.loads((BUILD / "manifest.json").read_text())
    first = [BUILD / file for file in manifest["first_load"]]
    every = [*BUILD.glob("*.js")]
    row("JavaScript of the first load, gzipped", f"{gzipped(*first) / 1024:.1f} KB", "60 KB")
    row("JavaScript of the whole field, gzipped", f"{gzipped(*every) / 1024:.1f} KB", "120 KB")
    words = gzipped(BUILD / manifest["words_en.json"])
    row("English for the phone, an asset apart, gzipped", f"{words / 1024:.1f} KB")
    page = urllib.request.urlopen(f"{server.url}/b/{server.demo['board_code']}").read()
    style = BUILD / manifest["public.css"]
    size = len(gzip.compress(page, 9)) + gzipped(style)
    row("Public page with its style sheet, gzipped", f"{size / 1024:.1f} KB", "14 KB")


def tap_to_saved(browser: Browser, server: Server) -> None:
    context = new_context(browser)
    page = context.new_page()
    sign_in(page, server, "li")
    visit = start_visit_due_today(page)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    found = [one_tap(page, f"{visit}/hazards/new", number) for number in range(7)]
    row(
        "Tap to saved and shown, 4× slowed CPU, median of 7",
        f"{statistics.median(found):.0f} ms",
        "100 ms",
    )
    context.close()


def one_tap(page: Page, form: str, number: int) -> float:
    page.goto(form)
    fill_hazard(page, description=f"第{number}处测量")
    page.wait_for_timeout(1000)  # what the page does when it opens is over before a person taps
    shown: float = page.evaluate(
        """() => new Promise(resolve => {
          const before = performance.now();
          new MutationObserver((_, self) => {
            if (!document.querySelector('[id^="hazard-01"], [id^="hazard-0"]')) return;
            self.disconnect(); resolve(performance.now() - before);
          }).observe(document.body, {childList: true, subtree: true});
          document.querySelector('form[data-operation="hazard.record"] [type=submit]').click();
        })"""
    )
    return shown


def papers(server: Server) -> None:
    from webapp.db import connect
    from webapp.documents.slip import slip_pdf
    from webapp.queries.confirmations import latest_delivered

    database = connect(next(server.data.glob("*/takan.db")), readonly=True)
    slip = latest_delivered(database)
    slip_pdf(slip, server.url)
    row("Slip as PDF/A, warm, median of 9", f"{median(lambda: slip_pdf(slip, server.url)):.0f} ms")


def large_visit(browser: Browser, server: Server) -> None:
    found = large.measured(browser, server)
    what = "Visit of 300 hazards and 600 photos of 300 KB, all waiting:"
    row(f"{what} opened without a network", f"{found['opened']:.0f} ms")
    row("… longest frame while scrolling", f"{found['worst']:.0f} ms")
    row("… made into one encrypted rescue file", f"{found['rescued']:.0f} s")
    row("… delivered whole, durability on", f"{found['drained']:.0f} s")
    row("… most memory of the server meanwhile, all processes", f"{found['peak']:.0f} MB")
    row("… memory of the phone's page and worker while all waits", f"{found['waiting']:.0f} MB")
    row("… and at most, while it is delivered", f"{found['phone']:.0f} MB")


def year(folder: Path) -> None:
    """The slowest pages on a year of work; `python -m tests.bench.pages` prints them all."""
    before = time.perf_counter()
    found = pages.make(folder)
    row("A year of 40 enterprises and 6,200 hazards, made", f"{time.perf_counter() - before:.0f} s")
    every, _ = pages.measured(folder, found)
    numbers, differing = pages.recounted(folder, found)
    total = f"{sum(numbers.values())} numbers, {len(differing)} differ"
    row("… what its pages say, counted again from raw rows", total, "0 differ")
    empty = next(page for page in every if page.rule == "/bench/empty")
    row(f"{len(every)} pages on it, an empty page", f"{empty.best:.1f} ms")
    for page in every[:6]:
        name = f"… {page.rule} {page.kind}".strip()
        times = f"{page.best:.0f} ms, {page.median:.0f} by the clock (p95 {page.p95:.0f})"
        row(name, f"{times}, × {page.best / empty.best:.0f}", f"{pages.LIMIT} ms")


def server_alone(server: Server, folder: Path) -> None:
    found = throughput.measured(server, folder)
    for place, what in enumerate(("Records", "Photos of 300 KB")):
        limit = found["limit"][place]
        row(f"{what} a second, the durable write alone", f"{limit:.0f}")
        for phones, rates in found["phones"].items():
            ratio = f"{rates[place]:.0f}, {rates[place] / limit:.0%} of it"
            row(f"… into one server from {phones} phones, durability on", ratio)
    row("Most memory of that server, all processes", f"{found['peak']} MB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        server.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        print("| What | Measured | Budget |\n|---|---|---|")
        try:
            sizes(server)
            papers(server)
            tap_to_saved(browser, server)
        finally:
            server.kill()
        year(Path(folder) / "year")
        server_alone(server, Path(folder))
        server = Server(Path(folder) / "large" / "data")
        server.data.parent.mkdir()
        server.start()
        try:
            large_visit(browser, server)
        finally:
            browser.close()
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
