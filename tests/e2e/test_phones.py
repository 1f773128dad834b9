"""What the office sees while a phone is in the plant: photos still on their way, a phone that fell
silent, the work of somebody who has left."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import proxy as net
from tests.e2e import walk
from tests.e2e.amiss import ago
from tests.e2e.browsers import new_context
from tests.e2e.proxy import Cut, Exchange, Proxy
from tests.e2e.server import Server
from tests.faults.invariant import check
from webapp.db import connect

pytestmark = pytest.mark.browser
Other = Callable[[str], Page]
LOCK = threading.Lock()  # the phone sends two at a time
SENTENCE = re.compile(r"5 张照片已到 3 张，2 张还在李晓峰的手机里，最后联系 \d+月\d+日 \d\d:\d\d")


@pytest.fixture
def other(browser: Browser, server: Server) -> Iterator[Other]:
    """Another person's own device, with a good network."""
    opened: list[BrowserContext] = []

    def make(name: str) -> Page:
        opened.append(new_context(browser))
        page = opened[-1].new_page()
        walk.sign_in(page, server, name)
        return page

    yield make
    for context in opened:
        context.close()


def only_three(exchange: Exchange, passed: set[str]) -> None:
    """Three photos get through, whole; every other is cut."""
    found = re.search(r"photos/([0-9a-f]{64})", exchange.line)
    assert found
    with LOCK:
        if found[1] not in passed and len(passed) == 3:
            raise Cut
        passed.add(found[1])
    net.passed(exchange)


def record_with(page: Page, visit: str, photos: int, words: str = "防护罩缺失") -> None:
    page.goto(f"{visit}/hazards/new")
    pictures = [walk.photo(f"{words}{n}", (640, 480)) for n in range(photos)]
    page.locator("input[data-album]").set_input_files(pictures)  # type: ignore[arg-type]
    expect(page.locator("[data-photos] img")).to_have_count(photos)
    page.get_by_label("部位").first.fill("冲压车间")
    page.get_by_label("隐患描述").fill(words)
    walk.save_hazard(page)


def broken(page: Page) -> int:
    """Pictures that were asked for and did not come."""
    page.wait_for_load_state("networkidle")
    count: int = page.evaluate(
        "[...document.images].filter(i => i.complete && i.naturalWidth === 0).length"
    )
    return count


def words_of(page: Page, address: str) -> str:
    document = pypdfium2.PdfDocument(page.request.get(address).body())
    return re.sub(r"\s+", "", document[0].get_textpage().get_text_range())


def until(page: Page, seen: Callable[[], bool], seconds: float = 30) -> None:
    """Tap 立即重试 until it is so."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        page.get_by_role("button", name="立即重试").click()
        page.wait_for_timeout(200)


@pytest.mark.row("only three of five photos get through: page and paper say so, then all")
def test_three_of_five_photos_are_here_and_then_all(
    page: Page, server: Server, proxy: Proxy, other: Other
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    passed: set[str] = set()
    proxy.on("PUT /sync/photos/", lambda exchange: only_three(exchange, passed), 9999)
    record_with(page, visit, 5)
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    walk.sign_as_consultant(page, visit)
    walk.sign_as_enterprise(page, visit)
    walk.take_back(page, server.demo["pin"])
    page.goto(f"{proxy.url}/outbox")
    zhao, here = other("zhao"), f"{server.url}/visits/{visit.rsplit('/', 1)[1]}"

    def stuck() -> bool:
        zhao.goto(here.replace("/visits/", "/office/visits/"))
        return zhao.get_by_text(SENTENCE).count() == 3

    until(page, stuck)
    expect(zhao.get_by_text(SENTENCE)).to_have_count(3)  # the visit, the slip, the hazard
    assert broken(zhao) == 0
    assert "5张照片中2张尚未上传（李晓峰的手机" in words_of(zhao, f"{here}/slip.pdf")
    wang = other("wang")
    walk.ready(wang)
    wang.goto(here)
    expect(wang.get_by_text(SENTENCE)).to_be_visible()
    wang.get_by_role("link", name="冲压车间").click()
    expect(wang.get_by_text("照片未到")).to_have_count(2)
    assert broken(wang) == 0
    # On the phone that took them nothing is missing.
    page.goto(visit)
    expect(page.get_by_text("照片未到")).to_have_count(0)
    assert broken(page) == 0
    proxy.calm()
    walk.delivered(page, server, proxy.url)
    zhao.reload()
    expect(zhao.get_by_text("尚未")).to_have_count(0)
    expect(zhao.get_by_text("照片未到")).to_have_count(0)
    check(page, server)
    whole = zhao.request.get(f"{here}/slip.pdf").body()
    assert "不是完整件" not in words_of(zhao, f"{here}/slip.pdf")
    zhao.goto(f"{server.url}/verify")
    file = {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": whole}
    zhao.get_by_label("确认单 PDF").set_input_files(file)  # type: ignore[arg-type]
    zhao.get_by_role("button", name="核验文件").click()
    expect(zhao.get_by_text("与存档完全一致")).to_be_visible()


def test_the_office_hears_first_what_is_coming(page: Page, server: Server, proxy: Proxy) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    walk.delivered(page, server, proxy.url)
    proxy.on("/sync/", net.refused, 9999)
    for words in ("第一处", "第二处"):
        record_with(page, visit, 5, words)
    page.goto(f"{proxy.url}/outbox")
    page.wait_for_load_state("networkidle")
    proxy.seen.clear()
    proxy.calm()
    walk.delivered(page, server, proxy.url)
    sent = [line.split("?")[0][:22] for line in proxy.seen if "/sync/" in line]
    first, last = sent.index("PUT /sync/operations/0"), len(sent) - 1
    contacts = [n for n, line in enumerate(sent) if line.startswith("POST /sync/contact")]
    assert contacts[0] < first
    assert contacts[-1] == last


@pytest.mark.row("a phone falls silent with unsent work: a manager is told")
def test_a_silent_phone_stands_at_the_managers_home_until_it_speaks(
    page: Page, server: Server, proxy: Proxy, other: Other
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    walk.delivered(page, server, proxy.url)
    proxy.on("PUT /sync/", net.refused, 9999)
    record_with(page, visit, 2)
    page.goto(f"{proxy.url}/outbox")
    admin = other("admin")
    expect(admin.get_by_text("没有需要处理的事项，所有手机正常")).to_be_visible()

    def known() -> bool:
        admin.goto(f"{server.url}/office/phones")
        return admin.get_by_text("1 条记录、2 张照片").count() == 1

    until(page, known)
    page.goto("about:blank")
    database = connect(next(server.data.glob("*/takan.db")), readonly=False)
    database.execute("update devices set last_heard = :at, last_contact = :at", {"at": ago(days=3)})
    admin.goto(f"{server.url}/office")
    line = admin.get_by_role(
        "link", name="李晓峰的手机已 3 天没有联系，还有 1 条记录、2 张照片未上传"
    )
    line.click()
    expect(admin.get_by_text("超过一天没有联系")).to_be_visible()
    proxy.calm()
    walk.delivered(page, server, proxy.url)
    admin.goto(f"{server.url}/office")
    expect(admin.get_by_text("没有需要处理的事项，所有手机正常")).to_be_visible()
    database.close()
    check(page, server)


@pytest.mark.row("somebody deactivated while his phone is full: set aside, then taken in")
def test_what_somebody_who_left_recorded_is_taken_in_by_a_manager(
    page: Page, server: Server, proxy: Proxy, other: Other
) -> None:
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    walk.delivered(page, server, proxy.url)
    proxy.on("/sync/", net.refused, 9999)
    record_with(page, visit, 1, "离职前的最后一条")
    admin = other("admin")
    admin.goto(f"{server.url}/office/phones")
    panel = admin.locator("section", has=admin.get_by_role("heading", name="李晓峰"))
    panel.get_by_text("退出登录与停用").click()
    panel.get_by_text("此人不能再登录和查看").click()
    panel.get_by_role("button", name="停用").click()
    expect(panel.get_by_text("已停用")).to_be_visible()
    proxy.calm()
    page.goto(f"{proxy.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("已上传，待管理员决定")).to_be_visible()
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    admin.goto(f"{server.url}/office")
    admin.get_by_role("link", name="李晓峰（已停用）：1 条记录等待决定是否收入").click()
    expect(admin.get_by_text("离职前的最后一条")).to_be_visible()
    assert broken(admin) == 0
    admin.get_by_role("button", name="收入勾选的记录").click()
    expect(admin.get_by_text("没有等待决定的记录")).to_be_visible()
    admin.goto(f"{server.url}/office/visits/{visit.rsplit('/', 1)[1]}")
    expect(admin.get_by_text("离职前的最后一条")).to_be_visible()
    assert broken(admin) == 0
    check(page, server)
