"""Two phones change one thing while neither has a network: both arrive whole, one person chooses,
and the other phone asks nobody any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from tests.e2e.test_pages import complaints, look
from tests.faults.invariant import check, store
from tests.faults.test_network import drain
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
BOTH = "两处修改，请选择"


@pytest.fixture
def phones(browser: Browser, server: Server) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def phone(name: str) -> Page:
        contexts.append(new_context(browser))
        page = contexts[-1].new_page()
        walk.sign_in(page, server, name)
        return page

    yield phone
    for context in contexts:
        context.close()


def asked(server: Server, sql: str, **params: object) -> object:
    database = connect(next(server.data.glob("*/takan.db")))
    found = one(database, sql, **params)
    database.close()
    return found


def both_on_one_hazard(
    phones: Callable[[str], Page], server: Server
) -> tuple[Page, Page, str, str]:
    """(Li, Wang, the visit, the hazard): both phones know it, and then the server dies."""
    li = phones("li")
    visit = walk.start_visit_due_today(li)
    li.goto(f"{visit}/hazards/new")
    walk.fill_hazard(li, "护罩缺失")
    walk.save_hazard(li)
    drain(li, server.url)
    wang = phones("wang")
    walk.ready(wang)
    for page in (li, wang):
        page.goto(visit)
        page.get_by_role("link", name="护罩缺失").click()
    hazard = wang.url
    expect(wang.get_by_role("heading", name="冲压车间 3#冲床")).to_be_visible()
    server.kill()
    return li, wang, visit, hazard


def edit(page: Page, hazard: str, words: str, picture: bool = True) -> None:
    page.goto(f"{hazard}/edit")
    page.get_by_label("隐患描述").fill(words)
    if picture:
        before = page.locator("[data-photos] img").count()
        page.locator("input[data-camera]").set_input_files(walk.photo(words))  # type: ignore[arg-type]
        expect(page.locator("[data-photos] img")).to_have_count(before + 1)
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text("已存本机").first).to_be_visible()


def heard(page: Page, visit: str) -> None:
    """This phone has asked the server about the visit, whatever it shows meanwhile."""
    page.evaluate("url => fetch(url, {headers: {Accept: 'application/json'}})", visit)


def only_then(slower: Page, faster: Page, server: Server) -> None:
    """The server is back; one phone delivers while the other is in a pocket."""
    slower.goto("about:blank")
    server.start()
    drain(faster, server.url)


def deliver_and_meet(page: Page, server: Server, items: int = 1) -> None:
    page.goto(f"{server.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.locator(".item", has_text=BOTH)).to_have_count(items, timeout=60_000)
    expect(page.locator(".summary")).to_contain_text("待上传 0")


@pytest.mark.row("two people edit one hazard without a network")
def test_the_other_person_chooses(phones: Callable[[str], Page], server: Server) -> None:
    li, wang, visit, hazard = both_on_one_hazard(phones, server)
    edit(wang, hazard, "王：3#冲床护罩缺失")
    edit(li, hazard, "李：右侧护罩被拆除")
    only_then(li, wang, server)
    deliver_and_meet(li, server)
    check(li, server, wang)
    li.locator(".item", has_text=BOTH).get_by_role("link").click()
    expect(li.get_by_role("heading", name=BOTH)).to_be_visible()
    for words in ("王：3#冲床护罩缺失", "李：右侧护罩被拆除", "王建国", "李晓峰"):
        expect(li.get_by_text(words).first).to_be_visible()
    expect(li.locator(".difference")).to_have_count(2)
    look(li, "version-phone")
    assert complaints(li) == []
    desk = phones("admin")
    desk.goto(f"{server.url}/office/visits/{visit.rsplit('/', 1)[1]}")
    desk.get_by_text(BOTH).click()
    expect(desk.get_by_text("李：右侧护罩被拆除")).to_be_visible()
    look(desk, "version-desk")
    assert complaints(desk) == []
    heard(wang, visit)
    wang.goto(visit)
    expect(wang.locator(".row", has_text="护罩")).to_contain_text(BOTH)
    wang.get_by_role("link", name="王：3#冲床护罩缺失").click()
    wang.get_by_role("link", name=BOTH).click()
    wang.get_by_role("link", name="合并").click()
    beside = wang.locator("[data-beside]", has_text="李：右侧护罩被拆除")
    beside.get_by_role("button", name="改成这样").click()
    expect(beside.get_by_text("上面已改")).to_be_visible()
    expect(wang.get_by_label("隐患描述")).to_have_value("李：右侧护罩被拆除")
    wang.get_by_label("隐患描述").fill("3#冲床右侧护罩被拆除")
    wang.get_by_label("加上这张").check()
    look(wang, "version-merge")
    assert complaints(wang) == []
    wang.get_by_role("button", name="保存合并的内容").click()
    expect(wang.get_by_text("3#冲床右侧护罩被拆除").first).to_be_visible()
    expect(wang.get_by_text(BOTH)).to_have_count(0)
    drain(wang, server.url)
    li.goto(f"{server.url}/outbox")
    li.get_by_role("button", name="立即重试").click()
    expect(li.locator(".item", has_text="已选定")).to_have_count(1)
    expect(li.get_by_text("本机没有待上传的记录")).to_be_visible()
    phone = check(li, server, wang)
    assert [o["state"] for o in phone["operations"]] == ["delivered", "delivered", "settled"]
    heard(li, visit)
    li.goto(hazard)
    expect(li.get_by_text("3#冲床右侧护罩被拆除").first).to_be_visible()
    sql = "select count(*) from hazard_photos as p join operation_photos as o using (operation_id, sha256) where o.arrived_at is not null and p.hazard_id = :id"
    assert asked(server, sql, id=hazard.rsplit("/", 1)[1]) == 3


@pytest.mark.row("two people edit one hazard twice; chosen without a network, by who was slower")
def test_the_slower_one_chooses_without_a_network(
    phones: Callable[[str], Page], server: Server
) -> None:
    li, wang, _, hazard = both_on_one_hazard(phones, server)
    edit(wang, hazard, "王：护罩缺失")
    edit(li, hazard, "李：第一次改")
    edit(li, hazard, "李：第二次改", picture=False)
    only_then(li, wang, server)
    deliver_and_meet(li, server)  # once for both
    check(li, server, wang)
    li.locator(".item", has_text=BOTH).get_by_role("link").click()
    expect(li.get_by_text("李：第二次改")).to_be_visible()
    expect(li.get_by_text("李：第一次改")).to_have_count(0)
    server.kill()
    li.reload()
    li.get_by_role("button", name="采用另一处").click()
    expect(li.get_by_text("李：第二次改").first).to_be_visible()
    expect(li.get_by_text(BOTH)).to_have_count(0)
    states = [o["state"] for o in store(li)["operations"]]
    assert states == ["delivered", "delivered", "settled", "settled", "waiting"]
    server.start()
    li.goto(f"{server.url}/outbox")
    li.get_by_role("button", name="立即重试").click()
    expect(li.get_by_text("本机没有待上传的记录")).to_be_visible(timeout=60_000)
    check(li, server, wang)
    sql = "select description from hazards where id = :id"
    assert asked(server, sql, id=hazard.rsplit("/", 1)[1]) == "李：第二次改"
    assert asked(server, "select count(*) from versions where settled_by is null") == 0


@pytest.mark.row("a hazard withdrawn on one phone and edited on another; two service records")
def test_withdrawn_here_and_edited_there(phones: Callable[[str], Page], server: Server) -> None:
    li, wang, visit, hazard = both_on_one_hazard(phones, server)
    edit(wang, hazard, "王：确实存在", picture=False)
    li.goto(hazard)
    li.get_by_text("作废").first.click()
    li.get_by_label("作废原因").fill("重复登记")
    li.get_by_role("button", name="作废").click()
    expect(li.get_by_text("已作废").first).to_be_visible()
    for page, words in ((wang, "王写的过程"), (li, "李写的过程")):
        page.goto(f"{visit}/record")
        page.get_by_label("服务过程").fill(words)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#visit")).to_be_visible()
    only_then(li, wang, server)
    deliver_and_meet(li, server, items=2)
    check(li, server, wang)
    li.goto(f"{visit}/slip")
    expect(li.get_by_text("最好先选定再签字")).to_have_count(2)
    li.goto(hazard)
    li.get_by_role("link", name=BOTH).click()
    expect(li.get_by_text("重复登记")).to_be_visible()
    li.get_by_role("button", name="保留现在的").click()
    expect(li.get_by_text("王：确实存在").first).to_be_visible()
    expect(li.get_by_text("已作废")).to_have_count(0)
    li.goto(f"{visit}/record")
    li.get_by_role("link", name=BOTH).click()
    li.get_by_role("button", name="采用另一处").click()
    expect(li.locator("#visit")).to_be_visible()
    li.goto(f"{server.url}/outbox")
    li.get_by_role("button", name="立即重试").click()
    expect(li.get_by_text("本机没有待上传的记录")).to_be_visible(timeout=60_000)
    check(li, server, wang)
    assert (
        asked(
            server,
            "select process from service_records where visit_id = :id",
            id=visit.rsplit("/", 1)[1],
        )
        == "李写的过程"
    )
    assert asked(server, "select count(*) from versions where settled_by is null") == 0


def test_a_draft_begun_on_an_old_text_does_not_write_over_the_new_one(
    phones: Callable[[str], Page], server: Server
) -> None:
    """Typed before, saved after another's change arrived here: it meets that change."""
    li, wang, visit, hazard = both_on_one_hazard(phones, server)
    li.goto(f"{hazard}/edit")
    li.get_by_label("隐患描述").fill("李：写到一半")
    server.start()
    edit(wang, hazard, "王：先存下的", picture=False)
    drain(wang, server.url)
    heard(li, visit)
    li.goto(hazard)
    expect(li.get_by_text("王：先存下的").first).to_be_visible()
    li.goto(f"{hazard}/edit")
    expect(li.get_by_label("隐患描述")).to_have_value("李：写到一半")
    li.get_by_role("button", name="保存修改").click()
    deliver_and_meet(li, server)
    sql = "select description from hazards where id = :id"
    assert asked(server, sql, id=hazard.rsplit("/", 1)[1]) == "王：先存下的"
