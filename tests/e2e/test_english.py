"""A consultant who reads English: chosen on the sign-in page, kept by the phone, and as good
without a network."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import words
from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from tests.e2e.test_pages import PHONE, TABLET, VISIT, addresses, complaints, look

pytestmark = pytest.mark.browser

CJK = r"[\u2e80-\u32ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
# Everything a person reads or hears, save what stands in a field or is marked as Chinese.
SHOWN = """() => {
  const told = [document.title];
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {parentElement: held, data} = texts.currentNode;
    if (!held.closest('script, style, textarea, [lang=zh-CN]')) told.push(data);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    for (const held of document.querySelectorAll(`[${name}]`)) told.push(held.getAttribute(name));
  return told;
}"""
# What the demo and this test say: names, addresses, descriptions. Never a word of the interface.
TYPED = "冲压车间 3#冲床 护罩缺失 立即停用，恢复防护并试验合格。"
MESSAGES = {one.id for one in words.catalogue() if one.id}


def data_of(page: Page, server: Server) -> str:
    """Every string that the phone's contexts hold."""
    headers = {"Accept": "application/json"}
    today = page.request.get(f"{server.url}/today", headers=headers).json()
    whole: list[Any] = [today]
    for visit in today["visits"]:
        whole.append(page.request.get(f"{server.url}{visit['url']}", headers=headers).json())
    return json.dumps(whole, ensure_ascii=False) + TYPED


def chinese(page: Page, data: str) -> list[str]:
    """Pieces with Chinese that no data explains, or that are a message of the catalogue."""
    pieces = {
        piece for text in page.evaluate(SHOWN) for piece in re.split(r"[\s·–,;:()]+", text)
    }  # fmt: skip
    return sorted(
        f"{page.url} {piece}"
        for piece in pieces
        if re.search(CJK, piece)
        and (piece not in data or (piece in MESSAGES and f'"{piece}"' not in data))
    )


def sign_in(page: Page, server: Server, name: str = "li") -> None:
    """English is chosen before anybody has signed in."""
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(server.demo["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/(today|office)"))


def ready(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-worker", "yes")
    expect(page.get_by_text("Not ready offline")).to_have_count(0)


def clean(page: Page, data: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert chinese(page, data) == []
    assert complaints(page) == []
    assert over_the_edge(page) == []


def test_a_day_in_english_without_a_network(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    sign_in(page, server)
    ready(page)
    data = data_of(page, server)
    clean(page, data)
    page.locator("article", has_text="Due today").get_by_role("link").click()
    page.wait_for_url(re.compile("/visits/"))
    visit = page.url
    server.kill()
    page.get_by_label("Accompanied by").fill("冲压车间")
    page.get_by_role("button", name="Check in and start").click()
    expect(page.get_by_text("In progress")).to_be_visible()
    clean(page, data)
    page.goto(f"{visit}/hazards/new")
    page.locator("input[data-camera]").set_input_files(walk.photo("guard"))
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.get_by_label("Place").first.fill("冲压车间 3#冲床")
    page.get_by_label("Description").fill("护罩缺失")
    walk.choose(page, "Suspected major hazard")
    page.get_by_label("Suggested rectification").fill("立即停用，恢复防护并试验合格。")
    walk.choose(page, "3 days")
    clean(page, data)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Next hazard")).to_be_visible()
    expect(page.get_by_text("Saved on this phone").first).to_be_visible()
    clean(page, data)
    for part in VISIT:
        page.goto(f"{visit}{part}")
        clean(page, data)
    for place in ("/today", "/outbox", "/ready", "/rescue", "/today/join", "/nowhere"):
        page.goto(f"{server.url}{place}")
        clean(page, data)
    changed_without_a_network(page, server)


def changed_without_a_network(page: Page, server: Server) -> None:
    """Back to Chinese and to English, still without a server; the cookie learns it too."""
    page.goto(f"{server.url}/today")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    server.start()
    page.goto(f"{server.url}/me")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="PIN")).to_be_visible()
    page.goto(f"{server.url}/today")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_the_enterprise_reads_what_it_signs_in_its_language(
    context: BrowserContext, server: Server
) -> None:
    """On the consultant's phone, handed over, without a network; the lock holds."""
    page = context.new_page()
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    server.kill()
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    walk.sign_as_consultant(page, visit)
    page.get_by_role("link", name="请企业人员签字").click()
    page.get_by_role("link", name="English").click()
    heading = page.get_by_role("heading", name="Please check this service confirmation slip")
    expect(heading).to_be_visible()
    expect(page).to_have_url(f"{visit}/slip/sign/enterprise")
    assert over_the_edge(page) == []
    assert complaints(page) == []
    page.goto(f"{server.url}/language/en?next=/today")
    expect(heading).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name="请贵单位核对服务确认单并签字")).to_be_visible()


def test_the_public_page_and_its_language(browser: Browser, server: Server) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/b/{server.demo['board_code']}")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Who serves here")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name="谁在这里服务")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=lambda one: str(one["width"]))
@pytest.mark.parametrize("name", ["li", "admin"])
def test_every_page_fits(browser: Browser, server: Server, name: str, size: dict[str, int]) -> None:
    """English is longer: nothing is pushed over the edge, nothing cut off."""
    context = new_context(browser, viewport=size)
    page = context.new_page()
    walk.sign_in(page, server, name)
    places = addresses(page, server)
    context.add_cookies([{"name": "language", "value": "en", "url": server.url}])
    page.goto(f"{server.url}/language/en")
    found = []
    for number, place in enumerate(["/sign-in", *places]):
        page.goto(f"{server.url}{place}")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        look(page, f"en-{name}-{number:02}-{size['width']}")
        found += [f"{place} {what}" for what in over_the_edge(page)]
    context.close()
    assert found == []


# Wider than the page, or a control's words cut off or run over its edge.
EDGES = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push(`page ${document.documentElement.scrollWidth}`);
  for (const one of document.querySelectorAll('button, a, .chip, h1, h2, legend, label'))
    if (one.offsetParent && !one.matches('.skip, .hear') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
      found.push(one.outerHTML.slice(0, 120));
  return found;
}"""


def over_the_edge(page: Page) -> list[str]:
    found: list[str] = page.evaluate(EDGES)
    return found
