"""The matrix of a bad network: each row is one thing that goes wrong between phone and office
while a visit with photos is delivered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import proxy as net
from tests.e2e import walk
from tests.e2e.proxy import Act, Exchange, Proxy
from tests.e2e.server import Server
from tests.faults.invariant import check, store

pytestmark = [pytest.mark.browser, pytest.mark.faults]
Fault = Callable[[Proxy, Server], None]
OPERATION, PHOTO, CONTACT = "PUT /sync/operations/", "PUT /sync/photos/", "POST /sync/contact"
PAGE_502 = "<html><h1>502 Bad Gateway</h1></html>"


def on(pattern: str, act: Act, times: int = 1) -> Fault:
    def spoil(proxy: Proxy, server: Server) -> None:
        proxy.on(pattern, act, times)

    return spoil


def killed(pattern: str, how: Callable[[Callable[[], None]], Act]) -> Fault:
    """SIGKILL at the first request that matches; another process a second later."""

    def spoil(proxy: Proxy, server: Server) -> None:
        def die() -> None:
            server.kill()
            threading.Timer(1, server.start).start()

        proxy.on(pattern, how(die))

    return spoil


def half_then(act: Callable[[], None]) -> Act:
    def acting(exchange: Exchange) -> None:
        try:
            exchange.answer(exchange.body[: len(exchange.body) // 2])
        finally:
            act()

    return acting


def an_old_one_again(exchange: Exchange) -> None:
    """A stray copy of the first record arrives long after everything that followed it."""
    exchange.reply(exchange.answer())
    threading.Timer(2, lambda: exchange.answer()).start()


ROWS: list[tuple[str, Fault]] = [
    ("connection cut before a record, three times", on(OPERATION, net.refused, 3)),
    ("connection cut before a photo", on(PHOTO, net.refused)),
    ("a record cut at its first byte", on(OPERATION, net.half_upload(0.0))),
    ("a record cut in the middle", on(OPERATION, net.half_upload(0.5))),
    ("a record cut before its last byte", on(OPERATION, net.half_upload(0.999))),
    ("a photo cut in the middle of a piece, five times", on(PHOTO, net.half_upload(0.5), 5)),
    ("a photo cut before the last byte of a piece", on(PHOTO, net.half_upload(0.9999), 2)),
    ("committed, answer lost: a record, twice", on(OPERATION, net.answer_lost, 2)),
    ("committed, answer lost: each piece of a photo", on(PHOTO, net.answer_lost, 4)),
    ("committed, answer lost: what the phone holds", on(CONTACT, net.answer_lost)),
    ("committed, half an answer: a record", on(OPERATION, net.half_answer(0.6), 2)),
    ("committed, half an answer: a photo", on(PHOTO, net.half_answer(0.6), 3)),
    ("a record doubled on the way", on(OPERATION, net.twice, 9)),
    ("a piece of a photo doubled on the way", on(PHOTO, net.twice, 9)),
    ("the same record five times at once", on(OPERATION, net.five_at_once, 9)),
    ("the same piece of a photo five times at once", on(PHOTO, net.five_at_once, 9)),
    ("a copy of an old record arrives last", on(OPERATION, an_old_one_again)),
    ("a portal answers 200 HTML", on("/sync/", net.portal, 4)),
    ("a portal sends elsewhere (302)", on("/sync/", net.said("302 Found", "", more="Location: http://portal.invalid/\r\n"), 2)),
    ("a proxy answers 502 HTML", on("/sync/", net.said("502 Bad Gateway", PAGE_502), 3)),
    ("a proxy answers 200 with JSON of its own", on("/sync/", net.said("200 OK", '{"ok":true}', "application/json"), 3)),
    ("a proxy answers 401 HTML", on("/sync/", net.said("401 Unauthorized", PAGE_502), 2)),
    ("a proxy answers 413 HTML to a photo", on(PHOTO, net.said("413 Too Large", PAGE_502), 2)),
    ("our 429 with Retry-After", on("/sync/", net.ours("429 Slow", "busy", "Retry-After: 1\r\n"), 2)),
    ("our 503 with Retry-After", on("/sync/", net.ours("503 Later", "busy", "Retry-After: 1\r\n"), 2)),
    ("our 500 to a record, twice", on(OPERATION, net.ours("500 Oops", "http_500"), 2)),
    ("our 500 to a photo", on(PHOTO, net.ours("500 Oops", "http_500"), 2)),
    ("our 507: the server's disk is full", on("/sync/", net.ours("507 Full", "disk_full"), 2)),
    ("our 422: a kind an old server does not know", on(OPERATION, net.ours("422 Later", "unknown_kind"), 2)),
    ("our 403: somebody else is signed in", on(OPERATION, net.ours("403 No", "other_person"), 2)),
    ("our 409 with a wrong offset", on(PHOTO, net.said("409 Conflict", '{"takan":"sync/1","error":{"code":"offset","params":{"offset":0}}}', "application/json"), 2)),
    ("50 kbit/s", on("/sync/", net.slow(6250), 9)),
    ("server killed before a record is read", killed(OPERATION, net.before)),
    ("server killed in the middle of a record", killed(OPERATION, half_then)),
    ("server killed after the commit, before the answer: a record", killed(OPERATION, net.after)),
    ("server killed before a photo is read", killed(PHOTO, net.before)),
    ("server killed in the middle of a piece of a photo", killed(PHOTO, half_then)),
    ("server killed after a piece of a photo, before the answer", killed(PHOTO, net.after)),
]  # fmt: skip


def two_hazards(page: Page, visit: str) -> None:
    """One with two pictures of several pieces, one without."""
    page.goto(f"{visit}/hazards/new")
    pictures = [walk.noise(f"照片{n}") for n in (1, 2)]
    page.locator("input[data-album]").set_input_files(pictures)  # type: ignore[arg-type]
    expect(page.locator("[data-photos] img")).to_have_count(2)
    page.get_by_label("部位").first.fill("冲压车间")
    page.get_by_label("隐患描述").fill("防护罩缺失")
    walk.save_hazard(page)
    page.get_by_role("link", name="再拍一条").click()
    walk.fill_hazard(page, "通道堵塞", picture=False)
    walk.save_hazard(page)


def drain(page: Page, url: str, seconds: float = 60) -> None:
    """Tap 立即重试 as an impatient person would, until nothing waits."""
    page.goto(f"{url}/outbox")
    quiet = page.get_by_text("本机没有待上传的记录")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.get_by_role("button", name="立即重试").click()
        try:
            quiet.wait_for(timeout=2500)
        except Exception:
            continue
        if all(one["state"] == "delivered" for one in store(page)["operations"]):
            return
    raise AssertionError([(one["kind"], one["state"]) for one in store(page)["operations"]])


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=pytest.mark.row(name), id=name) for name, fault in ROWS]
)
def test_everything_arrives_once(page: Page, server: Server, proxy: Proxy, fault: Fault) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    fault(proxy, server)
    two_hazards(page, visit)
    drain(page, proxy.url)
    phone = check(page, server)
    assert [one["state"] for one in phone["operations"]] == ["delivered"] * 3
    assert any(rule.done for rule in proxy.rules), "the fault never happened"
    for rule in proxy.rules:
        if rule.act is an_old_one_again:
            time.sleep(2.5)
            check(page, server)
