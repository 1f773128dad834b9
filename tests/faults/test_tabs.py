"""Tabs that the system reloads or freezes."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.proxy import Exchange, Proxy, passed, refused
from tests.e2e.server import Server
from tests.faults.invariant import check, store
from tests.faults.processes import kill_tabs
from tests.faults.test_network import OPERATION, drain, two_hazards
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]

# A minute ago, and a bit: what a tab frozen for so long would have left behind.
LONG_AGO = """async () => {
  const open = name => new Promise(ok => { const a = indexedDB.open(name); a.onsuccess = () => ok(a.result); });
  const device = await open('takan-device');
  const person = await new Promise(ok => {
    const a = device.transaction('current').objectStore('current').get('person'); a.onsuccess = () => ok(a.result); });
  const db = await open('takan-' + person);
  const tx = db.transaction('meta', 'readwrite');
  tx.objectStore('meta').put(Date.now() - 61e3, 'heartbeat');
  await new Promise(ok => { tx.oncomplete = ok; });
  device.close(); db.close();
}"""
HELD = "navigator.locks.query().then(({held}) => held.some(lock => lock.name === 'takan-deliver'))"


@pytest.mark.row("page reloaded, and killed, while the camera is open: words and photo survive")
def test_the_camera_costs_the_page_its_life(
    page: Page, server: Server, context: BrowserContext
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "相机打开之前写的")
    with page.expect_file_chooser():
        page.locator("label:has(input[data-camera])").click()
    page.reload()
    expect(page.get_by_label("隐患描述")).to_have_value("相机打开之前写的")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.get_by_label("整改建议").fill("重装之后再写的")
    with page.expect_file_chooser():
        page.locator("label:has(input[data-camera])").click()
    kill_tabs()
    page.close()
    page = context.new_page()
    page.goto(f"{visit}/hazards/new")
    expect(page.get_by_label("整改建议")).to_have_value("重装之后再写的")
    page.locator("input[data-camera]").set_input_files(walk.noise("回来之后"))  # type: ignore[arg-type]
    expect(page.locator("[data-photos] img")).to_have_count(2)
    walk.save_hazard(page)
    page.reload()
    assert not store(page)["drafts"], "the draft would become a double"
    drain(page, server.url)
    phone = check(page, server)
    assert [len(item["photos"]) for item in phone["operations"]] == [0, 2]
    database = connect(next(server.data.glob("*/takan.db")))
    assert one(database, "select count(*) from hazards where description = '相机打开之前写的'") == 1
    database.close()


@pytest.mark.row("a frozen tab holds the sending: another takes over after a minute")
def test_a_frozen_tab(page: Page, server: Server, proxy: Proxy, context: BrowserContext) -> None:
    """Chromium itself freezes it in the middle of a request, and thaws it later."""
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    drain(page, proxy.url)
    thawed = threading.Event()

    def hang(exchange: Exchange) -> None:
        thawed.wait(60)
        passed(exchange)

    proxy.on("/sync/", refused, 10_000)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/outbox")  # and stays there: this page is the one that sends
    rule = proxy.instead(OPERATION, hang)
    page.get_by_role("button", name="立即重试").click()
    end = time.monotonic() + 20
    while not rule.done:
        assert time.monotonic() < end
        page.wait_for_timeout(100)
    cdp = context.new_cdp_session(page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    other = context.new_page()
    other.goto(f"{proxy.url}/outbox")
    other.get_by_role("button", name="立即重试").click()
    other.wait_for_timeout(500)
    assert other.evaluate(HELD), "nobody held it"
    waits = [item["state"] for item in store(other)["operations"]]
    assert "waiting" in waits, "taken from a tab that may only be slow"
    other.evaluate(LONG_AGO)
    drain(other, proxy.url)
    phone = check(other, server)
    assert [item["state"] for item in phone["operations"]] == ["delivered"] * 3
    thawed.set()
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    page.bring_to_front()
    drain(page, proxy.url)
    check(page, server)
