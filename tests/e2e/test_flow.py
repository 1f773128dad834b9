"""The whole walkthrough twice: online, and with the server dead from before the start of the
visit until after both signatures. Afterwards the server has everything once."""

from __future__ import annotations

import ctypes
import hashlib
import re
import urllib.request

import pypdfium2
import pypdfium2.raw as raw
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests.e2e import walk
from tests.e2e.server import Server
from tests.faults.invariant import check
from webapp.db import connect

pytestmark = pytest.mark.browser


def whole_walk(page: Page, server: Server) -> str:
    """From 今日 to both signatures; the visit's address."""
    visit = walk.start_visit_due_today(page)
    page.get_by_role("link", name="拍隐患").click()
    walk.fill_hazard(page, "光电保护装置接线被短接")
    walk.pin_hazard(page)
    walk.save_hazard(page)
    page.get_by_role("link", name="再拍一条").click()
    walk.fill_hazard(page, "调漆间未设浓度报警", picture=False, major=True)
    walk.save_hazard(page)
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    walk.sign_as_consultant(page, visit)
    walk.sign_as_enterprise(page, visit)
    walk.take_back(page, server.demo["pin"])
    return visit


def check_everything_once(server: Server, visit: str, page: Page) -> None:
    """Against what the phone called saved: its own store, not the screen."""
    saved = page.evaluate(
        """async () => {
          const name = (await indexedDB.databases()).map(d => d.name).find(n => n !== 'takan-device');
          const db = await new Promise((ok, no) => {
            const asked = indexedDB.open(name); asked.onsuccess = () => ok(asked.result); asked.onerror = no; });
          const all = store => new Promise(ok => {
            const asked = db.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => ok(asked.result); });
          return (await all('operations')).map(({id, digest, kind, photos}) => ({id, digest, kind, photos}));
        }"""
    )
    folder = next(server.data.glob("*/takan.db")).parent
    database = connect(folder / "takan.db")
    sql = "select id, digest from operations where device not in ('demo', 'web')"
    there = [(row["id"], row["digest"]) for row in database.query(sql)]
    assert sorted(there) == sorted((one["id"], one["digest"]) for one in saved)
    for sha256 in [photo["sha256"] for one in saved for photo in one["photos"]]:
        file = folder / "photos" / sha256[:2] / sha256
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    visit_id = visit.rsplit("/", 1)[1]
    counts = {
        "hazards": "select count(*) as n from hazards where visit_id = :id",
        "photos": "select count(*) as n from hazard_photos as p join hazards as h"
        " on h.id = p.hazard_id where h.visit_id = :id",
        "signatures": "select count(*) as n from signatures as s join confirmations as c"
        " on c.id = s.confirmation_id where c.visit_id = :id",
        "records": "select count(*) as n from service_records where visit_id = :id",
    }
    found = {
        name: next(iter(database.query(q, {"id": visit_id})))["n"] for name, q in counts.items()
    }
    assert found == {"hazards": 2, "photos": 1, "signatures": 2, "records": 1}
    database.close()


def check_papers(page: Page, server: Server, visit: str) -> None:
    """The slip opened again: its words, both signatures, its code; the QR code of the board."""
    pdf = page.request.get(f"{visit}/slip.pdf").body()
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    for word in ("服务确认单", "示范金属", "王建国", "赵敏", "建议清楚", "L1", "L2"):
        assert word in text, word
    assert len(pen_lines(document[0])) == 2, "both signatures are drawn, and nothing else is"
    code = re.search(r"[0-9A-HJKMNP-TV-Z]{13}", text)
    assert code
    answer = urllib.request.urlopen(f"{server.url}/verify/{code[0]}").read().decode()
    assert "有这张确认单" in answer
    scanned = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    assert [one.text for one in scanned] == [f"{server.url}/verify/{code[0]}".upper()]


def pen_lines(page: pypdfium2.PdfPage) -> list[int]:
    """How many pieces each long line of a pen has; the table's lines are short, the code is filled."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    found = []
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        raw.FPDFPath_GetDrawMode(thing.raw, fill, stroke)
        pieces = raw.FPDFPath_CountSegments(thing.raw)
        found += [pieces] if stroke.value and pieces > 20 else []
    return found


def watched(page: Page) -> list[str]:
    """Errors of the page's own scripts."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def test_the_whole_walk_online(page: Page, server: Server) -> None:
    errors = watched(page)
    walk.sign_in(page, server, "li")
    visit = whole_walk(page, server)
    walk.delivered(page, server)
    check(page, server)
    check_everything_once(server, visit, page)
    check_papers(page, server, visit)
    assert errors == []


@pytest.mark.row(
    "server dead from before the start of a visit until both have signed, from a cold start"
)
def test_the_whole_walk_with_the_server_dead(page: Page, server: Server) -> None:
    errors = watched(page)
    walk.sign_in(page, server, "li")
    walk.ready(page)
    server.kill()
    page.goto("about:blank")
    page.goto(f"{server.url}/today")  # a cold start
    visit = whole_walk(page, server)
    page.goto(f"{server.url}/outbox")
    expect(page.get_by_text("待上传").first).to_be_visible()
    server.start()
    walk.delivered(page, server)
    check(page, server)
    check_everything_once(server, visit, page)
    check_papers(page, server, visit)
    assert errors == []


def test_the_board_leads_to_the_public_page(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "admin")
    page.get_by_role("link", name=re.compile("示范金属")).last.click()
    href = page.get_by_role("link", name="打印 A4").first.get_attribute("href")
    pdf = page.request.get(f"{server.url}{href}").body()
    scanned = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())
    assert len(scanned) == 1
    page.goto(scanned[0].text)
    expect(page.get_by_role("heading", level=1)).to_contain_text("苏州踏勘")
    expect(page.get_by_text("服务中")).to_be_visible()
