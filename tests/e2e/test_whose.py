"""Whose browser it is: told at signing in and out, before any page; a forgotten PIN; a signer whom
the enterprise did not name."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.proxy import Proxy, late
from tests.e2e.server import Server
from webapp.db import connect

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const asked = name => new Promise(ok => { const a = indexedDB.open(name); a.onsuccess = () => ok(a.result); });
  const get = (db, store, of) => new Promise(ok => { const a = of(db.transaction(store).objectStore(store)); a.onsuccess = () => ok(a.result); });
  const person = await get(await asked('takan-device'), 'current', s => s.get('person'));
  const found = {};
  for (const {name} of await indexedDB.databases()) {
    if (name === 'takan-device' || name === 'takan-undefined') continue;
    const db = await asked(name);
    if (!db.objectStoreNames.contains('contexts')) continue;
    found[name.slice(6)] = {contexts: (await get(db, 'contexts', s => s.getAllKeys())).length,
      operations: (await get(db, 'operations', s => s.getAllKeys())).length,
      ready: (await get(db, 'meta', s => s.getAllKeys())).filter(key => key.startsWith('ready:')).length};
  }
  return {person: person ?? '', found, plans: await caches.has('plans')};
}"""


LOCKED = """async () => {
  const asked = name => new Promise(ok => { const a = indexedDB.open(name); a.onsuccess = () => ok(a.result); });
  const got = (db, store, key) => new Promise(ok => { const a = db.transaction(store).objectStore(store).get(key); a.onsuccess = () => ok(a.result); });
  const person = await got(await asked('takan-device'), 'current', 'person');
  return !!await got(await asked(`takan-${person}`), 'meta', 'handover');
}"""


def kept(page: Page) -> Any:
    """What the browser knows: its person, and what it holds of each."""
    return page.evaluate(KEPT)


def test_signing_out_at_the_desk_takes_the_day_off_the_phone_and_leaves_what_waits(
    page: Page, server: Server, proxy: Proxy
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    proxy.on("PUT /sync/", late(120), 100)
    walk.start_visit_due_today(page)
    before = kept(page)
    [(li, held)] = before["found"].items()
    assert before["person"] == li
    assert min(held["contexts"], held["operations"], held["ready"]) > 0
    assert before["plans"]
    page.goto(f"{proxy.url}/me")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("登录名")).to_be_visible()
    after = kept(page)
    assert after["person"] == ""
    assert after["found"][li] == {"contexts": 0, "operations": held["operations"], "ready": 0}
    assert not after["plans"]


def test_a_session_that_ran_out_keeps_the_day_and_the_next_person_sees_none_of_it(
    page: Page, server: Server, proxy: Proxy
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    page.context.clear_cookies()
    page.goto(f"{proxy.url}/sign-in")
    assert kept(page)["plans"], "nobody signed out"
    # So slow that the worker would show what it kept.
    proxy.on("GET /today", late(8), 100)
    proxy.on("GET /visits/", late(8), 100)
    walk.sign_in(page, server, "wang", proxy.url)
    expect(page.get_by_role("heading", name="今日")).to_be_visible(timeout=30_000)
    expect(page.locator(".foot")).to_contain_text("王建国")
    expect(page.get_by_text("李晓峰 ·")).to_have_count(0)
    page.goto(visit, timeout=60_000)
    expect(page.locator("body")).to_have_attribute("data-person", kept(page)["person"])


def test_who_is_no_longer_with_us_sees_nothing_of_the_day(page: Page, server: Server) -> None:
    """What the phone recorded stays and is delivered; what it was made ready with goes."""
    walk.sign_in(page, server, "li")
    walk.start_visit_due_today(page)
    [held] = kept(page)["found"].values()
    database = connect(server.data / "institution" / "takan.db", readonly=False)
    database.execute("update people set active = 0 where sign_in_name = 'li'")
    database.close()
    try:
        page.goto(f"{server.url}/today")
    except Error:  # the visit's page heard it first, when it was delivered, and went to sign in
        page.wait_for_url(re.compile("/sign-in"))
        page.goto(f"{server.url}/today")
    expect(page.get_by_text("示范金属")).to_have_count(0)
    [after] = kept(page)["found"].values()
    assert after == {"contexts": 1, "operations": held["operations"], "ready": 0}
    page.goto(f"{server.url}/outbox")
    expect(page.get_by_role("heading", name="待上传")).to_be_visible()
    server.kill()
    page.goto(f"{server.url}/today")
    expect(page.get_by_text("示范金属")).to_have_count(0)


def test_an_answer_that_comes_after_signing_out_brings_nobody_back(
    page: Page, server: Server, proxy: Proxy
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    walk.ready(page)
    rule = proxy.on("GET /today", late(3), 100)
    page.evaluate("void fetch('/today', {headers: {Accept: 'application/json'}})")
    end = time.monotonic() + 20
    while not rule.done:
        assert time.monotonic() < end, "nobody asked"
        page.wait_for_timeout(50)
    page.goto(f"{proxy.url}/me")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("登录名")).to_be_visible()
    page.wait_for_timeout(4000)
    after = kept(page)
    assert after["person"] == ""
    assert {one["contexts"] for one in after["found"].values()} == {0}


def test_large_type_is_chosen_once_for_every_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sign-in")
    size = "text => parseFloat(getComputedStyle(text).fontSize)"
    small = page.locator(".sign-in > .muted").evaluate(size)
    page.get_by_role("button", name="大字").click()
    assert page.locator(".sign-in > .muted").evaluate(size) > small
    walk.sign_in(page, server, "li")
    for address in ("/today", "/me", "/office"):
        page.goto(f"{server.url}{address}")
        expect(page.locator("body")).to_have_attribute("data-weui-mode", "care")
    page.goto(f"{server.url}/me")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("body")).not_to_have_attribute("data-weui-mode", "care")


def signed_by_us(page: Page, server: Server) -> str:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    walk.sign_as_consultant(page, visit)
    return visit


def test_a_forgotten_pin_is_answered_with_the_password(page: Page, server: Server) -> None:
    visit = signed_by_us(page, server)
    page.get_by_role("link", name="请企业人员签字").click()
    walk.until(page, LOCKED)
    for way_out in ("/today", "/sign-in/done", "/sign-in/done?next=/today", "/sign-in", "/rescue"):
        page.goto(f"{server.url}{way_out}")
        page.wait_for_url(re.compile("/slip/sign/enterprise$"))
    walk.choose(page, "差")
    page.get_by_label("签字人").fill("钱大成")
    walk.draw_signature(page)
    page.get_by_text("技术服务人员返回").click()
    page.get_by_role("link", name="忘记交接密码").click()
    page.get_by_label("登录名").fill("li")
    page.get_by_label("密码").fill(server.demo["password"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile(r"^[^?]+/slip$"))
    page.goto(f"{server.url}/today")
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    page.goto(f"{visit}/slip")
    page.get_by_role("link", name="请企业人员签字").click()
    expect(page.get_by_label("签字人")).to_have_value("")
    expect(page.locator("input[name=satisfaction]:checked")).to_have_count(0)
    expect(page.locator("input[name=strokes]")).to_have_value("")


def test_who_is_not_on_the_list_says_why(page: Page, server: Server) -> None:
    signed_by_us(page, server)
    page.get_by_role("link", name="请企业人员签字").click()
    walk.choose(page, "满意")
    why = page.get_by_role("group", name=re.compile("不在授权签字人名单里"))
    expect(why).to_be_hidden()
    page.get_by_label("签字人").fill("赵敏")
    expect(why).to_be_hidden()
    page.get_by_label("签字人").fill("赵")
    expect(why).to_be_hidden()  # half of a name that is on it
    page.get_by_label("签字人").fill("孙师傅")
    expect(why).to_be_visible()
    page.reload()
    expect(why).to_be_visible()
    walk.draw_signature(page)
    page.get_by_role("button", name="确认签字").click()
    expect(page.get_by_text("签字完成，谢谢您")).to_be_hidden()
    walk.choose(page, "受授权人委托")
    page.get_by_role("button", name="确认签字").click()
    expect(page.get_by_text("签字完成，谢谢您")).to_be_visible()
    walk.take_back(page, server.demo["pin"])
    expect(page.get_by_text("孙师傅不在企业的授权签字人名单里")).to_be_visible()
    walk.delivered(page, server)
    database = connect(next(server.data.glob("*/takan.db")))
    sql = "select reason from signatures where signer_name = '孙师傅'"
    assert one(database, sql) == "deputy"
    database.close()
