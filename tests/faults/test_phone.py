"""What a phone does to its own records: killed tabs, killed browsers, two tabs, a full disk, an old
store, odd names and half letters; and a server that forgot yesterday."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.browsers import FLAGS, PHONE, new_context
from tests.e2e.server import Server
from tests.faults.invariant import check, store
from tests.faults.processes import kill_browser, kill_tabs
from tests.faults.test_network import drain, two_hazards
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
SAVED = "() => document.documentElement.dataset.killAfter"


def asked(server: Server, sql: str, **params: object) -> object:
    database = connect(next(server.data.glob("*/takan.db")))
    found = one(database, sql, **params)
    database.close()
    return found


def profile(folder: Path, playwright: Playwright) -> BrowserContext:
    launched = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=shutil.which("chromium"), args=FLAGS, viewport=PHONE,
        has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai",
    )  # fmt: skip
    launched.set_default_timeout(15_000)
    return launched


# Stops the page for good when it begins its n-th transaction after the tap.
TAP_AND_STOP = """steps => {
  const {transaction} = IDBDatabase.prototype;
  let begun = 0;
  IDBDatabase.prototype.transaction = function (...given) {
    if (begun++ === steps) for (;;);
    return transaction.apply(this, given);
  };
  setTimeout(() => document.querySelector('form[data-operation="hazard.record"] [type=submit]').click());
}"""


@pytest.mark.row("tab killed between every two steps of saving")
def test_a_tab_killed_while_saving(page: Page, server: Server, context: BrowserContext) -> None:
    """The words and the photo are saved, or still in the form; never neither. Each round the page
    stops one transaction later, and dies there: SIGKILL, so that nothing of it can finish."""
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    saved = []
    for steps in range(7):
        words = f"第{steps}步"
        page.goto(f"{visit}/hazards/new")
        expect(page.locator("html")).to_have_attribute("data-worker", "ready")
        if saved and not saved[-1]:  # the draft that came back
            page.get_by_role("button", name="删除照片").click()
        walk.fill_hazard(page, words)
        page.evaluate(TAP_AND_STOP, steps)
        time.sleep(1)
        kill_tabs()
        page.close()
        page = context.new_page()
        page.goto(f"{visit}/hazards/new")
        there = [o for o in store(page)["operations"] if o["payload"].get("description") == words]
        assert len(there) <= 1
        saved.append(len(there))
        if not there:
            expect(page.get_by_label("隐患描述")).to_have_value(words)
            expect(page.locator("[data-photos] img")).to_have_count(1)
    drain(page, server.url)
    check(page, server)
    arrived = asked(server, "select count(*) from hazards where description like '第%步'")
    assert arrived == sum(saved)
    assert (saved[0], saved[-1]) == (0, 1), "it never died before saving, or never after"


@pytest.mark.row("browser killed (SIGKILL) right after 已存本机, the server dead")
def test_a_killed_browser_keeps_what_it_called_saved(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    context = profile(folder, playwright)
    page = context.new_page()
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    server.kill()
    two_hazards(page, visit)
    kill_browser(folder)
    with contextlib.suppress(Error):
        context.close()
    server.start()
    again = profile(folder, playwright)
    page = again.new_page()
    page.goto(f"{server.url}/outbox")
    assert len(store(page)["operations"]) == 3
    # A browser writes its cookies every half minute: this one may have to sign in again.
    page.get_by_role("button", name="立即重试").click()
    page.wait_for_load_state("networkidle")
    if not any(one_of["name"] == "session" for one_of in again.cookies()):
        expect(page.get_by_role("link", name="去登录")).to_be_visible()
        walk.sign_in(page, server, "li")
    drain(page, server.url)
    phone = check(page, server)
    assert len(phone["operations"]) == 3
    again.close()


@pytest.mark.row("two tabs save and send at once")
def test_two_tabs(page: Page, server: Server, context: BrowserContext) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    other = context.new_page()
    pages = [page, other]
    for tab in pages:  # both before anything is typed: a draft would be offered to the other
        tab.goto(f"{visit}/hazards/new")
        expect(tab.locator("html")).to_have_attribute("data-worker", "ready")
    for tab, words in zip(pages, ("甲", "乙"), strict=True):
        walk.fill_hazard(tab, words)
    for tab in pages:
        tab.get_by_role("button", name="保存").click()
    for tab in pages:
        expect(tab.get_by_text("再拍一条")).to_be_visible()
    for tab in pages:
        tab.goto(f"{server.url}/outbox")
    for tab in pages:
        tab.get_by_role("button", name="立即重试").click()
    drain(page, server.url)
    check(page, server)
    labels = asked(
        server,
        "select group_concat(label) from (select label from hazards where description in ('甲', '乙') order by label)",
    )
    assert labels == "L1,L2"


CLOSED = """() => {
  const {transaction} = IDBDatabase.prototype;
  let closed = false;
  IDBDatabase.prototype.transaction = function (...given) {
    if (!closed) this.close();
    closed = true;
    return transaction.apply(this, given);
  };
}"""


@pytest.mark.row("IndexedDB's connection closed under the page")
def test_a_closed_connection_is_opened_again(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "连接断了", picture=False)
    page.evaluate(CLOSED)
    walk.save_hazard(page)
    drain(page, server.url)
    check(page, server)
    assert asked(server, "select count(*) from hazards where description = '连接断了'") == 1


@pytest.mark.row("file names in NFC, NFD and with emoji; half letters (lone surrogates) in text")
def test_odd_names_and_half_letters(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    names = ["café", unicodedata.normalize("NFD", "café"), "隐患📷"]
    files = [{**walk.photo(name), "name": f"{name}.jpg"} for name in names]
    page.locator("input[data-album]").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator("[data-photos] img")).to_have_count(3)
    page.get_by_label("部位").first.fill("罐区")
    page.get_by_label("隐患描述").evaluate(
        "e => { e.value = '半个\\ud83d字'; e.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    walk.save_hazard(page)
    drain(page, server.url)
    phone = check(page, server)
    assert len(phone["operations"][-1]["photos"]) == 3
    assert asked(server, "select count(*) from hazards where description = '半个\ufffd字'") == 1


@pytest.mark.row("server restored from yesterday's backup")
def test_a_restored_server_gets_everything_again(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "备份之前")
    walk.save_hazard(page)
    drain(page, server.url)
    takan(server, "backup", str(server.data.parent / "yesterday"))
    two_hazards(page, visit)
    drain(page, server.url)
    server.kill()
    shutil.rmtree(server.data)
    takan(server, "restore", str(server.data.parent / "yesterday"))
    assert asked(server, "select count(*) from hazards where description = '防护罩缺失'") == 0
    server.start()
    page.goto(f"{server.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    page.wait_for_load_state("networkidle")
    drain(page, server.url)
    check(page, server)
    assert asked(server, "select count(*) from hazards where description = '防护罩缺失'") == 1
    sent = asked(server, "select max(server_seq) from operations")
    page.get_by_role("button", name="立即重试").click()
    page.wait_for_load_state("networkidle")
    assert asked(server, "select max(server_seq) from operations") == sent, "sent again for ever"


def takan(server: Server, *words: str) -> None:
    environment = {**os.environ, "DATA": str(server.data)}
    subprocess.run(
        [sys.executable, "-m", "webapp", *words],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.row("the server's disk put back to a copy of before, its numbers used up by others")
def test_an_older_copy_of_the_same_epoch_gets_everything_again(
    browser: Browser, page: Page, server: Server
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    server.kill()
    folder = next(server.data.glob("*/takan.db")).parent
    shutil.copytree(folder, folder.parent.parent / "copy")
    server.start()
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "起重吊钩防脱装置缺失")
    walk.save_hazard(page)
    drain(page, server.url)
    server.kill()
    shutil.rmtree(folder)
    shutil.copytree(folder.parent.parent / "copy", folder)
    server.start()
    other = new_context(browser).new_page()
    walk.sign_in(other, server, "wang")
    walk.ready(other)
    other.get_by_role("link", name="另起一次服务").click()
    other.get_by_role("link", name=re.compile("示范金属制品")).click()
    other.get_by_label("陪同人员").fill("赵敏")
    other.get_by_role("button", name="签到开始").click()
    expect(other.get_by_text("服务中")).to_be_visible()
    drain(other, server.url)
    drain(page, server.url)
    end = time.monotonic() + 20
    while True:  # the contact that tells follows the last record
        database = connect(folder / "takan.db")
        there = one(database, "select count(*) from hazards where description like '起重吊钩%'")
        database.close()
        if there:
            break
        assert time.monotonic() < end, "forgotten for ever"
        page.get_by_role("button", name="立即重试").click()
        page.wait_for_timeout(500)
    drain(page, server.url)
    check(page, server, other)
    other.context.close()


@pytest.mark.row("somebody else signs in while records wait")
def test_another_person_cannot_send_mine(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    server.kill()
    two_hazards(page, visit)
    page.context.clear_cookies()  # first: an open page sends as soon as the office answers
    server.start()
    walk.sign_in(page, server, "wang")
    page.goto(f"{server.url}/outbox")
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    assert asked(server, "select count(*) from hazards where description = '防护罩缺失'") == 0
    page.context.clear_cookies()
    walk.sign_in(page, server, "li")
    page.wait_for_url(re.compile("/today"))
    drain(page, server.url)
    check(page, server)
    assert asked(server, "select count(*) from hazards where description = '防护罩缺失'") == 1
