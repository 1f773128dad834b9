"""Two consultants, one visit, two phones, no network: joined by a code, signed on one phone,
delivered in either order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from tests.faults.invariant import check, store
from tests.faults.test_network import drain
from tests.faults.test_phone import asked
from webapp.domain.people import pin_check

pytestmark = [pytest.mark.browser, pytest.mark.faults]


@pytest.fixture
def phones(browser: Browser, server: Server) -> Iterator[tuple[Page, Page]]:
    """li's and wang's, both ready before the gate; then the server dies."""
    contexts = [new_context(browser), new_context(browser)]
    pages = [context.new_page() for context in contexts]
    for page, name in zip(pages, ("li", "wang"), strict=True):
        walk.sign_in(page, server, name)
        walk.ready(page)
    server.kill()
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


def begin(page: Page, server: Server) -> tuple[str, str]:
    """A visit nobody planned; its address and the code it shows."""
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="另起一次服务").click()
    page.get_by_role("link", name=re.compile("示范仓储")).click()
    page.get_by_label("同行人员").fill("王建国")
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    code = page.locator(".code_large").inner_text()
    link = page.get_by_role("link", name="拍隐患").get_attribute("href")
    assert link
    return f"{server.url}{link.removesuffix('/hazards/new')}", code


def type_code(page: Page, server: Server, code: str) -> None:
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="加入同事的服务").click()
    walk.choose(page, "示范仓储")
    page.get_by_label("同行加入码").fill(code)
    page.get_by_role("button", name="下一步").click()


def join(page: Page, server: Server, code: str) -> None:
    """A slip of the finger is told at once and makes nothing; then the right one."""
    wrong = code[:-1] + ("7" if code[-1] != "7" else "8")
    type_code(page, server, wrong)
    expect(page.get_by_text("这个加入码不对")).to_be_visible()
    expect(page.get_by_label("同行加入码")).to_have_value(wrong)
    type_code(page, server, code.lower())
    page.get_by_role("button", name="加入这次服务").click()
    expect(page.get_by_text("服务中")).to_be_visible()


def record(page: Page, visit: str, words: str) -> None:
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, words)
    walk.save_hazard(page)


def sign_as_colleague(page: Page, pin: str) -> None:
    page.get_by_role("link", name="同行人员在本机签字").click()
    walk.choose(page, "王建国")
    walk.draw_signature(page)
    known = page.locator("input[name=signer_id]:checked").evaluate("one => ({...one.dataset})")
    # The phone knows eight bits of a PIN: one wrong one in 256 would pass here.
    wrong = next(
        n for n in map("{:04}".format, range(999)) if pin_check(known["salt"], n) != known["check"]
    )
    page.get_by_label("本人交接密码").fill(wrong)
    page.get_by_role("button", name="确认签字").click()
    expect(page.get_by_text("交接密码不对")).to_be_visible()
    page.get_by_label("本人交接密码").fill(pin)
    page.get_by_role("button", name="确认签字").click()
    expect(page.locator(".ink__one")).to_have_count(2)
    kept = store(page)
    [signed] = [one for one in kept["operations"] if one["payload"].get("party") == "colleague"]
    assert pin not in signed["payload"].values(), "the PIN itself is nowhere"
    assert all([pin] not in draft.values() for draft in kept["drafts"])


def whole_walk(phones: tuple[Page, Page], server: Server) -> str:
    """Both work, wang signs on li's phone, the enterprise signs; the visit's address."""
    li, wang = phones
    visit, code = begin(li, server)
    join(wang, server, code)
    for words in ("货物距墙0.2米", "消防通道堆放托盘"):
        record(li, visit, words)
    for words in ("灯具下方堆货", "应急灯不亮", "灭火器压力不足"):
        record(wang, visit, words)
    walk.end_visit(li, visit)
    walk.write_record(li, visit)
    walk.sign_as_consultant(li, visit)
    sign_as_colleague(li, server.demo["pin"])
    walk.sign_as_enterprise(li, visit)
    walk.take_back(li, server.demo["pin"])
    return visit


def check_visit(server: Server, visit: str) -> None:
    """One visit, all hazards once, labels apart, three signatures in one chain, no doubt."""
    sql = "select count(*) from visits where engagement_id = (select engagement_id from visits where id = :id) and number = 3"
    visit_id = visit.rsplit("/", 1)[1]
    assert asked(server, sql, id=visit_id) == 1
    sql = "select group_concat(label) from (select label from hazards where visit_id = :id order by label)"
    assert asked(server, sql, id=visit_id) == "L1,L2,W1,W2,W3"
    sql = "select count(*) from hazard_photos as p join hazards as h on h.id = p.hazard_id where h.visit_id = :id"
    assert asked(server, sql, id=visit_id) == 5
    sql = "select count(*) from visit_people where visit_id = :id and joined_at is not null"
    assert asked(server, sql, id=visit_id) == 2
    sql = (
        "select group_concat(party || ':' || doubt, ' ') from (select s.* from signatures as s"
        " join confirmations as c on c.id = s.confirmation_id where c.visit_id = :id"
        " order by s.made_at)"
    )
    assert asked(server, sql, id=visit_id) == "consultant: colleague: enterprise:"
    sql = (
        "select count(*) from signatures as s join signatures as n on n.previous = s.hash"
        " and n.confirmation_id = s.confirmation_id join confirmations as c"
        " on c.id = s.confirmation_id where c.visit_id = :id"
    )
    assert asked(server, sql, id=visit_id) == 2


def check_paper(page: Page, visit: str) -> None:
    """The slip opened again: who signed, drawn; and whose hazards it lists."""
    paper = pypdfium2.PdfDocument(page.request.get(f"{visit}/slip.pdf").body())
    text = paper[0].get_textpage().get_text_range().replace("\r\n", "")
    ours = text[text.index("技术服务人员签字") : text.index("对服务人员的评价")]
    assert ours.index("李晓峰") < ours.index("王建国")
    assert "赵敏" in text
    assert "由下列人员的手机记录：李晓峰 L1、L2。" in text
    labels = re.findall(r"(?<![0-9A-Z])[LW][0-9]+(?![0-9A-Z])", text)  # not out of the code
    assert set(labels) == {"L1", "L2"}
    assert "未传到本机的隐患不在本单所列" in text
    assert drawn(paper) == 3


def drawn(paper: pypdfium2.PdfDocument) -> int:
    """Signatures on the first page: wide and tall paths; lines, ticks and the code are neither."""
    found = 0
    for thing in paper[0].get_objects(max_depth=6):
        left, bottom, right, top = thing.get_bounds()
        is_path = thing.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH
        found += is_path and right - left > 60 and 15 < top - bottom < 60
    return found


@pytest.mark.row(
    "two phones, one visit, the server dead from before it began; delivered in either order"
)
@pytest.mark.parametrize("first", [0, 1], ids=["starter first", "colleague first"])
def test_two_consultants_one_visit(phones: tuple[Page, Page], server: Server, first: int) -> None:
    visit = whole_walk(phones, server)
    server.start()
    for page in (phones[first], phones[1 - first]):
        drain(page, server.url)
        check(phones[0], server, phones[1])
    check_visit(server, visit)
    check_paper(phones[0], visit)
    for page in phones:
        page.goto(visit)
        expect(page.locator("#hazards .count")).to_have_text("5")
        expect(page.get_by_text("双方已确认").first).to_be_visible()


@pytest.mark.row("two phones: one starts a planned visit, the other joins it by a tap, no network")
def test_a_planned_visit_joined_by_a_tap(phones: tuple[Page, Page], server: Server) -> None:
    li, wang = phones
    for page, button in ((li, "签到开始"), (wang, "加入同事的服务")):
        page.goto(f"{server.url}/today")
        page.locator("article", has_text="今日应服务").get_by_role("link").click()
        page.wait_for_url(re.compile("/visits/"))
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("服务中")).to_be_visible()
    visit = li.url
    assert wang.url == visit
    expect(wang.get_by_role("button", name="结束服务")).to_have_count(0)
    expect(wang.get_by_text("开始和结束时间以记录人的手机为准")).to_be_visible()
    for page, words in ((wang, "护罩缺失"), (li, "光幕被短接")):
        record(page, visit, words)
    server.start()
    for page in (wang, li):
        drain(page, server.url)
    check(li, server, wang)
    sql = "select group_concat(label) from (select label from hazards where visit_id = :id order by label)"
    visit_id = visit.rsplit("/", 1)[1]
    assert asked(server, sql, id=visit_id) == "L1,W1"
    assert asked(server, "select flags from visits where id = :id", id=visit_id) == "[]"
    began = next(one for one in store(li)["operations"] if one["kind"] == "visit.start")
    sql = "select started_by || ' ' || number from visits where id = :id"
    assert asked(server, sql, id=visit_id) == f"{json.loads(began['body'])['made_by']} 2"


def test_with_a_network_a_colleagues_visit_is_offered(
    browser: Browser, page: Page, server: Server
) -> None:
    """Without typing: the visit that li began stands on wang's page, and is gone once he joined."""
    walk.sign_in(page, server, "li")
    walk.ready(page)
    visit, _ = begin(page, server)
    walk.delivered(page, server)
    context = new_context(browser)
    wang = context.new_page()
    walk.sign_in(wang, server, "wang")
    walk.ready(wang)
    wang.goto(visit)
    expect(wang.get_by_role("link", name="拍隐患")).to_have_count(0)
    wang.goto(f"{server.url}/today/join")
    offered = wang.get_by_role("link", name=re.compile("示范仓储"))
    expect(offered).to_contain_text("李晓峰")
    offered.click()
    wang.get_by_role("button", name="加入这次服务").click()
    expect(wang.get_by_role("link", name="拍隐患")).to_be_visible()
    wang.goto(f"{server.url}/today/join")
    expect(wang.get_by_role("link", name=re.compile("示范仓储"))).to_have_count(0)
    walk.delivered(wang, server)
    check(page, server, wang)
    page.goto(visit)
    expect(page.locator(".fold .count").first).to_have_text("王建国")
    context.close()
