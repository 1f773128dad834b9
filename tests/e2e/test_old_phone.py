"""An iPhone of the oldest kind the build is made for: what came to iOS after 15.4 is taken away
from the page, and the day goes through all the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import walk
from tests.e2e.server import Server
from tests.e2e.test_camera import STORED, alike, orientations
from tests.faults.invariant import check

pytestmark = pytest.mark.browser

# With the version of iOS that brought each; the bundle names them all, and must not need them.
LATER = """
delete window.OffscreenCanvas;                          // 16.4
delete AbortSignal.timeout;                             // 16
delete AbortSignal.any;                                 // 17.4
delete String.prototype.toWellFormed;                   // 16.4
delete HTMLFormElement.prototype.requestSubmit;         // 16
delete Element.prototype.requestFullscreen;             // 16.4, never on an iPhone
delete Document.prototype.exitFullscreen;               // 16.4, never on an iPhone
delete Document.prototype.startViewTransition;          // 18
delete Document.prototype.adoptedStyleSheets;           // 16.4
delete Document.parseHTMLUnsafe;                        // 26
delete Element.prototype.moveBefore;                    // not yet
delete CSSStyleSheet.prototype.replaceSync;             // 16.4
delete Navigator.prototype.wakeLock;                    // 18.4 on the home screen
delete Navigator.prototype.canShare;                    // the rescue file can then only be saved
delete Screen.prototype.orientation;                    // 16.4
delete StorageManager.prototype.estimate;               // 17
delete ServiceWorkerRegistration.prototype.sync;        // not yet
delete Object.groupBy;                                  // 17.4
delete Promise.withResolvers;                           // 17.4
delete URL.parse;                                       // 18
delete URL.canParse;                                    // 17
delete window.navigation;                               // 26.2
"""


@pytest.fixture
def old(page: Page) -> Page:
    page.add_init_script(LATER)
    return page


@pytest.mark.row("a phone of the oldest kind (iOS 15.4): a walk with the server dead")
def test_a_walk_on_an_old_phone(old: Page, server: Server) -> None:
    walk.sign_in(old, server, "li")
    visit = walk.start_visit_due_today(old)
    assert old.evaluate("typeof OffscreenCanvas + typeof AbortSignal.timeout") == "undefined" * 2
    server.kill()
    old.goto(f"{visit}/hazards/new")
    walk.fill_hazard(old, "光电保护被短接")
    walk.pin_hazard(old)
    walk.save_hazard(old)
    walk.end_visit(old, visit)
    walk.write_record(old, visit)
    walk.sign_as_consultant(old, visit)
    walk.sign_as_enterprise(old, visit)
    walk.take_back(old, server.demo["pin"])
    server.start()
    walk.delivered(old, server)
    phone = check(old, server)
    assert [one["state"] for one in phone["operations"]] == ["delivered"] * 6
    assert [one["type"] for one in phone["operations"][1]["photos"]] == ["image/jpeg"]


def test_its_photos_stand_upright(old: Page, server: Server) -> None:
    pictures = orientations("Landscape")
    walk.sign_in(old, server, "li")
    old.goto(f"{walk.start_visit_due_today(old)}/hazards/new")
    old.locator("input[data-album]").set_input_files(pictures)
    expect(old.locator("[data-photos] img").first).to_be_visible()
    expect(old.locator("[data-busy]")).to_be_hidden(timeout=60_000)
    alike(old.evaluate(STORED), pictures)


def test_a_phone_that_tells_no_space_is_not_called_full(old: Page, server: Server) -> None:
    walk.sign_in(old, server, "li")
    walk.ready(old)
    old.goto(f"{server.url}/ready")
    expect(old.locator("[data-check=worker]")).to_contain_text("通过")
    expect(old.locator("[data-check=clock]")).to_have_attribute("data-result", re.compile("."))
    expect(old.locator("[data-check=quota]")).to_be_hidden()
    expect(old.get_by_text("空间偏紧")).to_be_hidden()
