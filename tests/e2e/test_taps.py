"""What hands do: too early, twice, in another's name, out of the page that was handed over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import walk
from tests.e2e.server import Server
from webapp.db import connect

pytestmark = pytest.mark.browser

TWICE = "button => { button.click(); button.click(); }"


def hazards(server: Server, description: str) -> list[str]:
    """The photos of each hazard of this description that arrived."""
    database = connect(next(server.data.glob("*/takan.db")))
    rows = database.query(
        "select h.id, (select count(*) from hazard_photos as p where p.hazard_id = h.id) as photos"
        " from hazards as h where h.description = :description",
        {"description": description},
    )
    found = [str(row["photos"]) for row in rows]
    database.close()
    return found


def test_a_save_waits_for_the_pictures_still_being_made_smaller(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "配电箱门未跨接", picture=False)
    large = [walk.photo(f"大{n}", (4000, 3000)) for n in range(3)]
    page.locator("input[data-album]").set_input_files(large)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-said]").first).to_be_visible(timeout=60_000)
    walk.delivered(page, server)
    assert hazards(server, "配电箱门未跨接") == ["3"]
    page.goto(f"{visit}/hazards/new")
    expect(page.locator("#description")).to_have_value("")


def test_a_save_tapped_twice_is_one_hazard(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "安全出口堆放木托盘")
    expect(page.locator("[data-busy]")).to_be_hidden(timeout=60_000)
    page.get_by_role("button", name="保存").evaluate(TWICE)
    expect(page.locator("[data-said]").first).to_be_visible()
    walk.delivered(page, server)
    assert hazards(server, "安全出口堆放木托盘") == ["1"]


def test_a_form_of_one_person_is_not_kept_in_anothers_name(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "只属于一个人")
    expect(page.locator("[data-busy]")).to_be_hidden(timeout=60_000)
    page.evaluate(
        """() => new Promise(done => {
          const asked = indexedDB.open('takan-device');
          asked.onsuccess = () => {
            const tx = asked.result.transaction('current', 'readwrite');
            tx.objectStore('current').put('somebody-else', 'person');
            tx.oncomplete = () => { asked.result.close(); done(); };
          };
        })"""
    )
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-message=signed_in_other]")).to_be_visible()
    expect(page.locator("#description")).to_have_value("只属于一个人")
    assert hazards(server, "只属于一个人") == []


def test_a_phone_that_was_handed_over_opens_nothing_else(page: Page, server: Server) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    walk.write_record(page, visit)
    walk.sign_as_consultant(page, visit)
    page.goto(f"{visit}/slip/sign/enterprise")
    page.locator("input[name=satisfaction][value=poor]").check(force=True)
    for elsewhere in ("/office", "/me", f"{visit}/slip.pdf", "/today"):
        page.goto(elsewhere if elsewhere.startswith("http") else f"{server.url}{elsewhere}")
        assert page.url == f"{visit}/slip/sign/enterprise", elsewhere
    walk.take_back(page, server.demo["pin"])
    page.goto(f"{visit}/slip/sign/enterprise")
    assert page.locator("input[name=satisfaction]:checked").count() == 0
