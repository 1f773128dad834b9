"""What else happens in a steel building: a visit nobody planned, second thoughts, another person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.proxy import Proxy, refused
from tests.e2e.server import Server
from tests.faults.invariant import check
from webapp.db import connect

pytestmark = pytest.mark.browser


@pytest.mark.row(
    "server dead: a visit nobody planned, edited and withdrawn before anything was sent"
)
def test_another_visit_with_second_thoughts_while_the_server_is_dead(
    page: Page, server: Server
) -> None:
    walk.sign_in(page, server, "li")
    walk.ready(page)
    server.kill()
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="另起一次服务").click()
    page.get_by_role("link", name=re.compile("示范仓储")).click()
    page.get_by_label("陪同人员").fill("仓库主管")
    page.get_by_role("button", name="签到开始").click()
    page.get_by_role("link", name="拍隐患").click()
    walk.fill_hazard(page, "货物距墙0.2米")
    walk.save_hazard(page)
    page.get_by_role("link", name="修改").click()
    page.get_by_label("隐患描述").fill("货物距照明灯约0.3米")
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_text("货物距照明灯约0.3米").first).to_be_visible()
    page.get_by_role("link", name="再拍一条").click()
    walk.fill_hazard(page, "看错了", picture=False)
    walk.save_hazard(page)
    page.get_by_text("作废").first.click()
    page.get_by_label(re.compile("原因")).fill("现场复核不是隐患")
    page.get_by_role("button", name=re.compile("作废")).click()
    expect(page.get_by_text("已作废").first).to_be_visible()
    page.goto(f"{server.url}/today")
    expect(page.locator("article", has_text="服务中")).to_contain_text("示范仓储")
    server.start()
    walk.delivered(page, server)
    database = connect(next(server.data.glob("*/takan.db")))
    sql = (
        "select group_concat(h.label || ' ' || h.description || ' ' || (h.withdrawn_at is null), '|')"
        " from hazards as h join visits as v on v.id = h.visit_id where v.number = 3"
    )
    assert one(database, sql) == "L1 货物距照明灯约0.3米 1|L2 看错了 0"
    database.close()
    check(page, server)


@pytest.mark.row("signed out with a full outbox, somebody else signs in, and its owner again")
def test_another_person_on_the_same_phone_sees_and_sends_nothing_of_mine(
    browser: Browser, server: Server, proxy: Proxy
) -> None:
    context = new_context(browser)
    page = context.new_page()
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on("PUT /sync/", refused, times=10_000)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "李的隐患", picture=False)
    walk.save_hazard(page)
    page.goto(f"{proxy.url}/today")
    page.get_by_role("button", name="退出登录").click()
    expect(
        page.get_by_text("还有没上传的记录").or_(page.locator("[data-message=unsent]"))
    ).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/sign-in"))
    walk.sign_in(page, server, "wang", proxy.url)
    page.goto(f"{proxy.url}/outbox")
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    page.goto(visit)
    expect(page.get_by_text("李的隐患")).to_have_count(0)
    context.clear_cookies()
    walk.sign_in(page, server, "li", proxy.url)
    page.goto(visit)
    expect(page.get_by_text("李的隐患")).to_be_visible()
    proxy.calm()
    walk.delivered(page, server, proxy.url)
    check(page, server)
    context.close()


def test_a_network_that_is_back_is_believed_at_once(page: Page, server: Server) -> None:
    """For a minute after a time-out pages come from the phone; an answer to the outbox ends that."""
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    server.kill()
    page.goto(visit)
    expect(page.get_by_text("无网络").first).to_be_visible()
    server.start()
    page.get_by_role("link", name=re.compile("待上传")).click()
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    expect(page.get_by_text("无网络")).to_be_hidden()
    page.goto(visit)
    expect(page.get_by_text("服务中")).to_be_visible()
    expect(page.get_by_text("无网络")).to_be_hidden()
