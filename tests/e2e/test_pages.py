"""Every page as people meet it: clean by axe-core in light, dark and large type; without
JavaScript; and, with LOOKS=folder, as pictures for a person to judge."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import amiss, walk
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from webapp.db import today

pytestmark = pytest.mark.browser

AXE = Path("node_modules/axe-core/axe.min.js").read_text()
PHONE, TABLET = {"width": 390, "height": 844}, {"width": 820, "height": 1180}
WIDE = {"width": 1280, "height": 900}
STRIP = "desk-nav__link"  # what its held link covers, a finger scrolls free
FIELD = [
    "/today",
    "/today/another",
    "/today/join",
    "/today/join?code=K7Q2M9X",
    "/outbox",
    "/ready",
    "/rescue",
    "/me",
]
VISIT = [
    "",
    "/hazards/new",
    "/map",
    "/record",
    "/slip",
    "/slip/sign/consultant",
    "/slip/sign/colleague",
]
DESK = ["/office", "/office/channels", "/office/phones", "/office/set-aside", "/office/rescue"]
DESK += ["/office/calendar", "/office/reviews", "/office/satisfaction", "/office/workdays"]
DESK += ["/office/enterprises/new", "{enterprise}/file", "{enterprise}/signers"]
DESK += ["{engagement}", "{engagement}/contract", "{engagement}/plan", "{engagement}/follow-up"]
DESK += ["{engagement}/write/initial-visit", "{engagement}/write/assessment", "/office/ledger"]
DESK += ["{enterprise}", "{done}", "{zones}", "/me"]
DESK += ["/office/people", "{person}", "{credential}", "/office/insurance", "/office/trainings"]
DESK += ["/office/competences", "/office/pledges"]
DESK += ["/office/institution", "/office/conditions", "/office/audit"]
DESK += ["/office/keeping", "{enterprise}/hold", "{enterprise}/delete", "{board_photos}"]
DESK += [
    "/office/import/people",
    "/office/import/contracts",
    "/office/boards",
    "{person}/hand-over",
]
DESK += ["/office/import/enterprises", "/office/lists", "/office/oversights", "{oversight}"]
DESK += ["{enterprise}/edit", "{enterprise}/engagements/new", "{engagement}/edit"]
DESK += ["{engagement}/visits/new", "{planned}/plan", "{done}/evidence", "{welcome}"]
DESK += ["/office/assessors"]
PUBLIC = ["/sign-in", "/b/{board}", "/b/NOSUCHBOARD0", "/verify", "/verify/0000000000000"]
PUBLIC += ["/institution"]


def complaints(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # What it passed would take longer to hand over than all of it to find.
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
        " 'wcag21aa', 'wcag22aa', 'best-practice']}).then(({violations}) => violations)"
    )
    return [
        f"{page.url} {one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
        if one["id"] != "target-size" or STRIP not in node["html"]
    ]


def look(page: Page, name: str) -> None:
    folder = os.environ.get("LOOKS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


def addresses(page: Page, server: Server) -> list[str]:
    """Every kind of page this person has, by the links a person would follow."""
    if page.url.endswith("/today"):
        walk.ready(page)
        visit = page.locator("article", has_text="今日应服务").get_by_role("link").first
        href = visit.get_attribute("href")
        return [*FIELD, *(f"{href}{part}" for part in VISIT)]
    enterprise = page.get_by_role("link", name=re.compile("示范金属制品")).get_attribute("href")
    page.goto(f"{server.url}{enterprise}")
    done = page.get_by_role("link", name="第1次").get_attribute("href")
    planned = page.get_by_role("link", name="第2次").first.get_attribute("href")
    zones = page.get_by_role("link", name="画分区")
    zones_at = zones.first.get_attribute("href") if zones.count() else enterprise
    line = page.locator('a[href^="/office/engagements/"]').first
    engagement = line.get_attribute("href") if line.count() else enterprise
    pictures = page.locator('a[href^="/boards/"][href$="/photos"]').first
    pictures_at = pictures.get_attribute("href") if pictures.count() else enterprise
    page.goto(f"{server.url}/office/people")
    person = page.get_by_role("link", name="李晓峰").get_attribute("href")
    page.goto(f"{server.url}{person}")
    known = {
        "person": person,
        "credential": page.get_by_role("link", name="续期、核验").get_attribute("href"),
        "enterprise": enterprise,
        "done": done,
        "planned": planned,
        **made(page, server, person or ""),
        "engagement": engagement,
        "zones": zones_at,
        "board": server.demo["board_code"],
        "board_photos": pictures_at,
    }
    return [address.format(**known) for address in [*DESK, *PUBLIC[1:]]]


def made(page: Page, server: Server, person: str) -> dict[str, str]:
    """What the demo has none of: a county check, and a link to set a password."""
    check = {
        "kind": "check",
        "happened_on": "2026-01-05",
        "source": "应急管理局",
        "found": "档案不全",
    }
    page.request.post(f"{server.url}/office/oversights", form={**check, "enterprise_id": ""})
    page.goto(f"{server.url}/office/oversights")
    link = page.locator('a[href^="/office/oversights/"]').first
    invited = page.request.post(f"{server.url}{person}/invite").text()
    [welcome] = set(re.findall(r"/welcome/[\w-]+", invited))
    return {"oversight": link.get_attribute("href") or "", "welcome": welcome}


SIZES = {"li": [PHONE, TABLET], "admin": [PHONE, TABLET, WIDE]}


def seen(page: Page, name: str, sizes: list[dict[str, int]]) -> list[str]:
    """One page in all sizes, light and dark, and on the phone in large type too; a page is loaded
    once, as where a device is turned and evening comes."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for look_of in ("light", "dark", "light-large") if size == PHONE else ("light", "dark"):
            page.emulate_media(color_scheme="dark" if look_of == "dark" else "light")
            mode = "care" if look_of == "light-large" else ""
            page.evaluate("mode => { document.body.dataset.weuiMode = mode; }", mode)
            look(page, f"{name}-{look_of}-{size['width']}")
            found += [f"{look_of} {size['width']}: {one}" for one in complaints(page)]
    page.evaluate("delete document.body.dataset.weuiMode")
    return found


@pytest.mark.parametrize(
    ("name", "share", "shares"), [("li", 0, 1), ("admin", 0, 3), ("admin", 1, 3), ("admin", 2, 3)]
)
def test_every_page_is_clean(
    browser: Browser, server: Server, name: str, share: int, shares: int
) -> None:
    if name == "admin":
        amiss.make(server)
    context = new_context(browser)
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    found = seen(page, "sign-in", [PHONE, TABLET])
    walk.sign_in(page, server, name)
    listed = addresses(page, server)
    assert len(listed) >= 15
    for number, address in enumerate(listed):
        if number % shares == share:
            page.goto(f"{server.url}{address}")
            head = page.get_by_role("heading", level=1).first
            expect(head).to_be_visible()
            expect(head).not_to_have_text("没有完成")  # what errors.py says
            found += seen(page, f"{name}-{number:02}", SIZES[name])
    context.close()
    assert found == []


def test_what_an_assessor_reads_is_clean(browser: Browser, server: Server) -> None:
    """In another browser than the manager who made the link."""
    desk, reads = new_context(browser), new_context(browser)
    page = desk.new_page()
    walk.sign_in(page, server, "admin")
    typed = {"name": "评定人员", "county": "张家港市", "expires_on": today()}
    told = page.request.post(f"{server.url}/office/assessors", form=typed).text()
    [link] = set(re.findall(r"/assessor/[\w-]{32}", told))
    page = reads.new_page()
    page.goto(f"{server.url}{link}")
    found = seen(page, "reads-0", SIZES["admin"])
    page.get_by_role("link", name="示范金属制品").click()
    found += seen(page, "reads-1", SIZES["admin"])
    page.get_by_role("link", name="第1次").click()
    expect(page.get_by_role("heading", name="门头照")).to_be_visible()
    found += seen(page, "reads-2", SIZES["admin"])
    page.goto(f"{server.url}/b/{server.demo['board_code']}")
    page.get_by_role("link", name="看这家企业的档案").click()
    expect(page.get_by_role("button", name="下载整套档案")).to_be_visible()
    desk.close()
    reads.close()
    assert found == []


def test_without_javascript(browser: Browser, server: Server) -> None:
    """Sign in, record a hazard with a photo, read the public page."""
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    walk.sign_in(page, server, "li")
    page.locator("article", has_text="今日应服务").get_by_role("link").click()
    page.get_by_label("陪同人员").fill("赵敏")
    page.get_by_role("button", name="签到开始").click()
    page.get_by_role("link", name="拍隐患").click()
    page.locator("input[data-camera]").set_input_files(walk.photo("护罩"))  # type: ignore[arg-type]
    page.get_by_label("部位").first.fill("机加工车间 台钻")
    page.get_by_label("隐患描述").fill("皮带传动部位未设防护罩")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("皮带传动部位未设防护罩").first).to_be_visible()
    picture = page.locator("main img").first
    assert page.request.get(f"{server.url}{picture.get_attribute('src')}").ok
    page.goto(f"{server.url}/b/{server.demo['board_code']}")
    expect(page.get_by_text("王建国").first).to_be_visible()
    context.close()


def test_a_draft_survives_the_camera_a_reload_and_a_lost_session(
    page: Page, server: Server
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "写到一半")
    page.reload()  # what the camera does to a page on a small phone
    expect(page.get_by_label("隐患描述")).to_have_value("写到一半")
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.wait_for_load_state("networkidle")  # no answer on its way that would sign in again
    page.context.clear_cookies()
    page.goto(f"{visit}/hazards/new")
    expect(page.get_by_label("隐患描述")).to_have_value("写到一半")
    walk.save_hazard(page)
    page.goto(f"{server.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("登录已过期").first).to_be_visible()
    walk.sign_in(page, server, "li")
    walk.delivered(page, server)
