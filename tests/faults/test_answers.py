"""The office's own answers that a person must hear of, or that concern one item alone: the rest
goes on."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import one
from tests.e2e import proxy as net
from tests.e2e import walk
from tests.e2e.proxy import Act, Exchange, Proxy
from tests.e2e.server import Server
from tests.faults.invariant import check, store
from tests.faults.test_network import CONTACT, OPERATION, PAGE_502, PHOTO, drain, two_hazards
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]


class OneOnly:
    """Whatever is asked for first meets `act`, every time; all others pass."""

    def __init__(self, act: Act, kind: str = "") -> None:
        self.act, self.kind, self.met, self.lock = act, kind.encode(), "", threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        asked = re.sub(r"\?.*", "", exchange.line)
        with self.lock:
            if not self.met and self.kind in exchange.body:
                self.met = asked
        (self.act if asked == self.met else net.passed)(exchange)


def states(page: Page) -> dict[str, list[str]]:
    """State → the kinds that are in it."""
    found: dict[str, list[str]] = {}
    for operation in store(page)["operations"]:
        found.setdefault(operation["state"], []).append(operation["kind"])
    return found


def tap_until(page: Page, seen: Callable[[], bool]) -> None:
    """立即重试 until it is so."""
    for _ in range(40):
        page.get_by_role("button", name="立即重试").click()
        page.wait_for_timeout(400)
        if seen():
            return
    raise AssertionError(states(page))


@pytest.mark.row("our 401 in the middle of a drain: signed in again, the rest arrives once")
def test_a_session_ended_in_the_middle(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    drain(page, proxy.url)
    proxy.on("/sync/", net.refused, 10_000)
    two_hazards(page, visit)
    # Here before anything gets through: leaving a page would lose the answer it waits for.
    page.goto(f"{proxy.url}/outbox")

    def ended(exchange: Exchange) -> None:
        """The office ends all sessions of a lost phone, after this record has come and before its
        answer leaves: the next record may follow at once."""
        answer = exchange.answer()
        database = connect(next(server.data.glob("*/takan.db")), readonly=False)
        database.execute(
            "update people set session_stamp = session_stamp || 'x' where sign_in_name = 'li'"
        )
        database.close()
        exchange.reply(answer)

    rule = proxy.instead(OPERATION, ended)
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_role("link", name="去登录")).to_be_visible()
    assert rule.done == 1
    assert states(page) == {
        "delivered": ["visit.start"], "photos": ["hazard.record"], "waiting": ["hazard.record"],
    }  # fmt: skip
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "没登录时记下的", picture=False)
    walk.save_hazard(page)
    check(page, server)
    walk.sign_in(page, server, "li", proxy.url)
    drain(page, proxy.url)
    phone = check(page, server)
    assert [item["state"] for item in phone["operations"]] == ["delivered"] * 4


def parked(page: Page, server: Server, proxy: Proxy, what: str) -> None:
    """One item is with a person, in words; everything else is in the office, and the office knows."""
    page.goto(f"{proxy.url}/outbox")
    tap_until(page, lambda: set(states(page)) == {"delivered", "needs_you"})
    assert states(page)["needs_you"] == [what]
    item = page.locator(".item", has_text="需处理")
    expect(item).to_have_count(1)
    expect(item.get_by_role("alert")).to_have_text(re.compile("太大"))
    check(page, server)
    database = connect(next(server.data.glob("*/takan.db")))
    expect(page.locator(".summary")).to_contain_text("需处理 1")
    told = "select needs_you from devices where operations_waiting = 1"
    tap_until(page, lambda: one(database, told) == 1)
    database.close()


@pytest.mark.row("our 413 to a record: told to a person, the others pass")
def test_a_record_that_is_too_large(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on(OPERATION, OneOnly(net.ours("413 Too Large", "http_413"), "防护罩缺失"), 10_000)
    two_hazards(page, visit)
    parked(page, server, proxy, "hazard.record")


@pytest.mark.row("our 413 to a photo: told to a person, the others pass")
def test_a_photo_that_is_too_large(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    only = OneOnly(net.ours("413 Too Large", "http_413"))
    proxy.on(PHOTO, only, 10_000)
    two_hazards(page, visit)
    parked(page, server, proxy, "hazard.record")
    missing = "select group_concat(sha256) from operation_photos where arrived_at is null"
    database = connect(next(server.data.glob("*/takan.db")))
    assert one(database, missing) == only.met.rsplit("/", 1)[1], "its other photo stayed behind"
    database.close()


@pytest.mark.row("our 500 to one photo, always: every other photo goes, and the office hears")
def test_a_photo_the_office_stumbles_over(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    only = OneOnly(net.ours("500 Oops", "http_500"))
    proxy.on(PHOTO, only, 10_000)
    two_hazards(page, visit)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/outbox")
    database = connect(next(server.data.glob("*/takan.db")))
    left = "select count(*) from operation_photos where arrived_at is null and operation_id in (select id from operations where device not in ('demo', 'web'))"
    heard = "select coalesce(max(photos_waiting), 0) from devices"
    tap_until(page, lambda: one(database, left) == 1 == one(database, heard))
    database.close()
    assert states(page)["photos"] == ["hazard.record"]
    assert any(line.startswith(CONTACT) for line in proxy.seen)
    check(page, server)
    proxy.calm()
    drain(page, proxy.url)
    phone = check(page, server)
    assert [item["state"] for item in phone["operations"]] == ["delivered"] * 5


@pytest.mark.row("a proxy lets one record through never: told, every other goes")
def test_a_record_that_something_on_the_way_stops(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    drain(page, proxy.url)
    proxy.on(OPERATION, OneOnly(net.said("403 Forbidden", PAGE_502), "防护罩缺失"), 10_000)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/today")
    page.get_by_role("link", name="另起一次服务").click()
    page.get_by_role("link", name=re.compile("示范金属")).last.click()
    page.get_by_label("陪同人员").fill("赵敏")
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    page.goto(f"{proxy.url}/outbox")
    started = "select count(*) from operations where kind = 'visit.start' and device <> 'demo'"
    database = connect(next(server.data.glob("*/takan.db")))
    tap_until(page, lambda: one(database, started) == 2)
    database.close()
    expect(page.get_by_text("这一条被网络或代理拦住")).to_be_visible()
    check(page, server)
    proxy.calm()
    drain(page, proxy.url)
    check(page, server)


@pytest.mark.row("our 500 to one record, always: told")
def test_a_record_the_office_stumbles_over(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on(OPERATION, OneOnly(net.ours("500 Oops", "http_500"), "防护罩缺失"), 10_000)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("服务器暂时处理不了这一条")).to_be_visible()
    check(page, server)
    proxy.calm()
    drain(page, proxy.url)
    check(page, server)


@pytest.mark.row("our 507: the outbox says why it waits")
def test_a_full_office_is_said(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on("/sync/", net.ours("507 Full", "disk_full"), 10_000)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("服务器空间不足").first).to_be_visible()
    proxy.calm()
    drain(page, proxy.url)
    check(page, server)
    expect(page.get_by_text("服务器空间不足")).to_have_count(0)


@pytest.mark.row("50 kbit/s and a record of 180 KB")
def test_a_long_record_on_a_slow_network(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    drain(page, proxy.url)
    proxy.on(OPERATION, net.slow(6250), 10_000)
    page.goto(f"{visit}/record")
    page.get_by_label("服务过程").fill("逐区检查" * 14_000)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#visit")).to_be_visible()
    drain(page, proxy.url, 90)
    phone = check(page, server)
    assert max(len(one["body"].encode()) for one in phone["operations"]) > 160_000


@pytest.mark.row("a tap tries again what was parked, once its cause is over")
def test_what_was_parked_is_tried_again(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on("PUT /sync/", net.ours("413 Too Large", "http_413"), 10_000)
    two_hazards(page, visit)
    page.goto(f"{proxy.url}/outbox")
    tap_until(page, lambda: set(states(page)) == {"needs_you"})
    check(page, server)
    proxy.calm()
    drain(page, proxy.url)
    check(page, server)
