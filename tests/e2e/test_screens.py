"""What the phone says when something is in the way: no room, a refusal, an update, a wrong clock,
a signature on paper."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.proxy import Proxy, rewritten
from tests.e2e.server import Server
from tests.faults.invariant import check
from webapp.db import connect, today

pytestmark = pytest.mark.browser


def asked(server: Server, sql: str, **params: object) -> object:
    database = connect(next(server.data.glob("*/takan.db")))
    found = one(database, sql, **params)
    database.close()
    return found


# What a full disk does to IndexedDB, in place of a full disk (tests/faults fills a real one): the
# transaction ends with the browser's own error.
FULL = """() => {
  const put = IDBObjectStore.prototype.put, add = IDBObjectStore.prototype.add;
  const {dataset} = document.documentElement;
  const full = function (_, key) {
    if (key === 'seq') dataset.full = +(dataset.full ?? 0) + 1;
    throw new DOMException('full', 'QuotaExceededError');
  };
  Object.assign(IDBObjectStore.prototype, {put: full, add: full});
  window.roomAgain = () => Object.assign(IDBObjectStore.prototype, {put, add});
}"""


@pytest.mark.row("the phone's quota exceeded while a form is saved: said, and the words stay")
def test_a_full_phone_says_so_and_loses_nothing(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    page.get_by_label("隐患描述").fill("写了很多字")
    page.evaluate(FULL)
    page.locator("input[data-camera]").set_input_files(walk.photo("满"))  # type: ignore[arg-type]
    expect(page.locator("[data-message=quota]")).to_be_visible()
    expect(page.locator("[data-photos] img")).to_have_count(0)
    walk.choose(page, "防爆区域")
    page.get_by_label("部位").first.fill("喷漆房")
    page.get_by_role("button", name="保存").click()
    # Tried again after making room, then given up.
    expect(page.locator("html")).to_have_attribute("data-full", "2")
    expect(page.locator("[data-message=quota]")).to_be_visible()
    expect(page.get_by_label("隐患描述")).to_have_value("写了很多字")
    page.evaluate("roomAgain()")
    walk.save_hazard(page)
    walk.delivered(page, server)
    check(page, server)


@pytest.mark.row("a record refused by the office: told to a person, the others pass")
def test_a_refused_item_is_parked_with_its_reason_and_the_rest_goes_on(
    page: Page, server: Server
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    walk.delivered(page, server)
    server.kill()
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "名单里已经没有我", picture=False)
    walk.save_hazard(page)
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="另起一次服务").click()
    page.get_by_role("link", name=re.compile("示范仓储")).click()
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    database = connect(next(server.data.glob("*/takan.db")), readonly=False)
    engagement = one(
        database,
        "select engagement_id from visits where id = :id",
        id=visit.rsplit("/", 1)[1],
    )
    with database.conn:
        database.execute("delete from engagement_people where engagement_id = ?", [engagement])
    database.close()
    server.start()
    page.goto(f"{server.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("您不在这个服务项目的人员名单里")).to_be_visible()
    expect(page.locator(".item", has_text="签到开始").first).to_contain_text("已上传")
    expect(page.get_by_text("需处理").first).to_be_visible()
    sql = "select count(*) from visits where number = 3 and started_at is not null"
    assert asked(server, sql) == 1
    check(page, server)


@pytest.mark.row("the worker updated while a form is open and records wait")
def test_an_update_waits_for_the_form_and_keeps_the_outbox(
    page: Page, server: Server, proxy: Proxy
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on("PUT /sync/", lambda exchange: exchange.reply(b""), times=10_000)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "旧版本存下的", picture=False)
    walk.save_hazard(page)
    proxy.on(r"GET /worker\.js", rewritten(lambda body: body + b"\n// next build"), times=10_000)
    page.goto(f"{visit}/hazards/new")
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
    page.get_by_label("隐患描述").fill("正在写")
    page.wait_for_timeout(500)
    expect(page.locator("[data-update]")).to_be_hidden()
    expect(page.get_by_label("隐患描述")).to_have_value("正在写")
    page.goto(f"{proxy.url}/outbox")
    expect(page.locator("[data-update]")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="现在更新").click()
    expect(page.locator("body")).to_have_attribute("data-worker", "yes")
    expect(page.locator("[data-update]")).to_be_hidden()
    expect(page.locator(".item", has_text="登记隐患")).to_contain_text("待上传")
    proxy.calm()
    walk.delivered(page, server, proxy.url)
    assert asked(server, "select count(*) from hazards where description = '旧版本存下的'") == 1
    check(page, server)


def test_a_wrong_clock_asks_for_the_day(page: Page, server: Server, proxy: Proxy) -> None:
    def yesterday(body: bytes) -> bytes:
        answer = json.loads(body)
        there = datetime.now(UTC) - timedelta(days=1)
        answer["now"] = there.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return json.dumps(answer).encode()

    proxy.on("POST /sync/contact", rewritten(yesterday), times=10_000)
    walk.sign_in(page, server, "li", proxy.url)
    walk.ready(page)
    page.locator("article", has_text="今日应服务").get_by_role("link").click()
    page.wait_for_url(re.compile("/visits/"))
    expect(page.get_by_text("手机时间与服务器相差超过5分钟")).to_be_visible()
    page.get_by_label("服务日期").fill(today())
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    visit = page.url.rsplit("/", 1)[1]
    walk.delivered(page, server, proxy.url)
    assert asked(server, "select service_date from visits where id = :id", id=visit) == today()


def signed_on_paper(page: Page, visit: str) -> None:
    """The photo of the inked print, and what it says."""
    page.goto(f"{visit}/slip/ink")
    page.locator("input[data-camera]").set_input_files(walk.photo("原件"))  # type: ignore[arg-type]
    walk.choose(page, "一般")
    page.get_by_label("意见和建议").fill("下次提前通知")
    page.get_by_label("签字人").fill("赵敏")
    page.get_by_label("职务").fill("安全总监")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("双方已确认")).to_be_visible()
    expect(page.get_by_text("见纸质原件").first).to_be_visible()


def check_paper(server: Server, visit: str) -> None:
    sql = (
        "select satisfaction || ' ' || ink_signer || ' ' || (select count(*) from ink_photos as p"
        " join operation_photos as o on o.operation_id = p.operation_id"
        " where p.confirmation_id = c.id and o.arrived_at is not null)"
        " from confirmations as c where visit_id = :id"
    )
    assert asked(server, sql, id=visit.rsplit("/", 1)[1]) == "average 赵敏 1"


@pytest.mark.row("server dead while the print signed in ink is photographed")
def test_a_print_signed_in_ink_comes_back_as_a_photo_with_the_server_dead(
    page: Page, server: Server
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    walk.delivered(page, server)
    printed = page.request.get(f"{visit}/slip.pdf")
    assert printed.body().startswith(b"%PDF")
    server.kill()
    page.goto(f"{visit}/slip/ink")
    page.get_by_role("button", name="保存").click()  # nothing photographed, nothing chosen
    expect(page.locator("#ink form")).to_be_visible()
    signed_on_paper(page, visit)
    expect(page.get_by_text("待上传").first).to_be_visible()
    server.start()
    walk.delivered(page, server)
    check_paper(server, visit)
    check(page, server)
    page.goto(f"{server.url}/today")
    expect(page.locator(f'article:has(a[href$="{visit.rsplit("/", 1)[1]}"])')).to_contain_text(
        "双方已确认"
    )


def test_and_without_javascript(browser: Browser, server: Server) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    walk.sign_in(page, server, "li")
    page.locator("article", has_text="今日应服务").get_by_role("link").click()
    page.get_by_role("button", name="签到开始").click()
    visit = page.url
    page.get_by_text("结束服务").first.click()
    page.get_by_role("button", name="结束服务").click()
    page.goto(f"{visit}/record")
    page.get_by_label("服务过程").fill("逐区检查")
    page.get_by_role("button", name="保存").click()
    signed_on_paper(page, visit)
    check_paper(server, visit)
    context.close()


SLOW_TO_NOTE = """(() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    const asked = put.apply(this, given), end = Date.now() + 1500;
    const again = () => { if (Date.now() < end) this.get('person').onsuccess = again; };
    if (this.name === 'current') again();
    return asked;
  };
})()"""


@pytest.mark.row("a tap before the phone has noted whose page it is, without a network: kept")
def test_a_tap_in_the_first_moments_is_kept(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    walk.delivered(page, server)
    server.kill()
    page.add_init_script(SLOW_TO_NOTE)
    page.goto(f"{visit}/record")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#visit")).to_be_visible(timeout=15_000)
    server.start()
    walk.delivered(page, server)
    check(page, server)
