"""A new build while an old one is at work: nothing old is stranded. The next build is a real one,
of the same sources with one line more."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bench.large import thumbnail
from tests.conftest import one
from tests.e2e import walk
from tests.e2e.server import Server
from tests.faults.checkout import checkout
from tests.faults.invariant import check
from tests.faults.test_network import drain, two_hazards
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
OWN = "[...document.scripts].map(one => one.src).find(src => /app-/.test(src))"
STATUS = "src => fetch(src).then(answer => answer.status)"


def asked(server: Server, sql: str, **params: object) -> object:
    database = connect(next(server.data.glob("*/takan.db")))
    found = one(database, sql, **params)
    database.close()
    return found


@pytest.fixture(scope="session")
def next_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the next build; the browser's parts have other names, or other bytes."""
    script = "webapp/static/js/app.js"
    line = "document.documentElement.dataset.build = 'next';"
    return checkout(
        tmp_path_factory.mktemp("next"), (script, "\nstart();\n", f"\nstart();\n{line}\n")
    )


def updated(server: Server, build: Path) -> None:
    server.kill()
    server.home = build
    server.start()


@pytest.mark.row("page and worker of the previous build, the office already of the next")
def test_the_old_build_goes_on_at_a_new_office(
    page: Page, server: Server, next_build: Path
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    updated(server, next_build)
    two_hazards(page, visit)
    expect(page.locator("html")).not_to_have_attribute("data-build", "next")
    drain(page, server.url)
    phone = check(page, server)
    assert len({item["id"] for item in phone["operations"]}) == 3


@pytest.mark.row("a form of the previous build, open while the worker becomes the next one")
def test_an_old_page_under_a_new_worker(
    page: Page, server: Server, context: BrowserContext, next_build: Path
) -> None:
    """Saved by the old page, answered and delivered with the new one; the old page's own files,
    which the office has no more, come from the phone."""
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    page.get_by_label("隐患描述").fill("旧页面里写的")
    script = page.evaluate(OWN)
    updated(server, next_build)
    other = context.new_page()
    other.goto(f"{server.url}/outbox")
    other.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
    expect(other.locator("[data-update]")).to_be_visible()
    with other.expect_navigation():
        other.get_by_role("button", name="现在更新").click()
    expect(other.locator("html")).to_have_attribute("data-build", "next")
    assert other.request.get(script).status == 404, "the office still has the old file"
    assert page.evaluate(STATUS, script) == 200
    expect(page.locator("html")).not_to_have_attribute("data-build", "next")
    expect(page.get_by_label("隐患描述")).to_have_value("旧页面里写的")
    page.locator("input[data-camera]").set_input_files(walk.noise("旧页面里拍的"))  # type: ignore[arg-type]
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.get_by_label("部位").first.fill("冲压车间")
    walk.save_hazard(page)
    page.goto(visit)
    expect(page.locator("html")).to_have_attribute("data-build", "next")
    expect(page.get_by_text("旧页面里写的")).to_be_visible()
    drain(other, server.url)
    phone = check(other, server)
    assert [len(item["photos"]) for item in phone["operations"]] == [0, 1]
    assert asked(server, "select count(*) from hazards where description = '旧页面里写的'") == 1


@pytest.mark.row("an update finds the store of build 1, full")
def test_the_store_of_an_older_build(page: Page, server: Server, context: BrowserContext) -> None:
    li = asked(server, "select id from people where sign_in_name = 'li'")
    visit = asked(server, "select id from visits where number = 2 order by planned_on")
    engagement = asked(server, "select engagement_id from visits where id = :id", id=visit)
    page.goto(f"{server.url}/verify")  # the same origin, before our scripts have run here
    script = (Path(__file__).parent / "store_1.js").read_text().split("*/")[-1]
    code = script[script.index("async ({") :]
    page.evaluate(
        code, {"person": li, "visit": visit, "engagement": engagement, "picture": thumbnail()}
    )
    walk.sign_in(page, server, "li")
    walk.ready(page)
    page.goto(f"{server.url}/visits/{visit}/hazards/new")
    expect(page.get_by_label("隐患描述")).to_have_value("旧版写到一半")
    drain(page, server.url)
    phone = check(page, server)
    assert len(phone["operations"]) == 4
    assert asked(server, "select count(*) from hazards where description = '旧版改过的隐患'") == 1
