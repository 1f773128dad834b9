"""A phone whose clock is a day off, page and worker alike."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import one
from tests.e2e import walk
from tests.e2e.proxy import Proxy, rewritten
from tests.e2e.server import Server
from tests.faults.invariant import check
from tests.faults.test_network import drain, two_hazards
from webapp.db import connect, today

pytestmark = [pytest.mark.browser, pytest.mark.faults]
DAY = 24 * 60 * 60 * 1000
SHIFT = """{ const Real = Date, now = () => Real.now() + (%d);
  globalThis.Date = class extends Real {
    constructor(...given) { super(...given.length ? given : [now()]); }
    static now() { return now(); }
  }; }
"""


@pytest.mark.row("the phone's clock wrong by a day: asked for the day, all arrives, in order")
@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_a_day_off(page: Page, server: Server, proxy: Proxy, days: int) -> None:
    shift = SHIFT % (days * DAY)
    page.add_init_script(shift)
    proxy.on(r"GET /worker\.js", rewritten(lambda body: shift.encode() + body), 10_000)
    database = connect(next(server.data.glob("*/takan.db")))
    walk.sign_in(page, server, "li", proxy.url)
    walk.ready(page)
    assert one(database, "select max(abs(clock_offset)) from devices") > DAY * 0.99
    id_ = one(database, "select id from visits where number = 2 order by planned_on limit 1")
    visit = f"{proxy.url}/visits/{id_}"
    page.goto(visit)
    expect(page.get_by_text("手机时间与服务器相差超过5分钟")).to_be_visible()
    page.get_by_label("服务日期").fill(today())
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    two_hazards(page, visit)
    walk.end_visit(page, visit)
    drain(page, proxy.url)
    phone = check(page, server)
    assert len(phone["operations"]) == 4
    both = "select service_date || ' ' || abs(julianday(started_received_at) - julianday(started_at)) > 0.9 from visits where id = :id"
    assert one(database, both, id=id_), "both times are kept"
    assert one(database, "select service_date from visits where id = :id", id=id_) == today()
    sql = "select group_concat(seq) from (select json_extract(body, '$.seq') as seq from operations where device not in ('demo', 'web') order by server_seq)"
    assert one(database, sql) == "1,2,3,4"
    database.close()
