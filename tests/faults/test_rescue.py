"""The file of last resort: what a phone cannot deliver a person carries, once and whole, whatever
is broken on the phone or lost on the server; and the phone may come back afterwards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bench.large import thumbnail
from tests.e2e import walk
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from tests.e2e.test_pages import complaints
from tests.faults.invariant import check, check_whole, store
from tests.faults.test_network import drain, two_hazards
from tests.faults.test_phone import asked, takan
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]
# The app's scripts, wherever the worker keeps them, throw; only the page that stands alone is whole.
BREAK = """async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const {url} of await cache.keys()) {
      if (!url.endsWith('.js') || url.includes('/rescue-')) continue;
      const headers = {'Content-Type': 'text/javascript'};
      await cache.put(url, new Response('throw new Error("broken")', {headers}));
    }
  }
}"""
# As a build of the future would leave it: the app of today cannot open it any more.
NEWER = """async person => {
  const asked = indexedDB.open('takan-' + person, 9);
  await new Promise((ok, no) => {
    asked.onupgradeneeded = () => asked.result.createObjectStore('of_the_future');
    asked.onsuccess = ok; asked.onerror = no;
  });
  asked.result.close();
}"""
FORGET_KEY = """async person => {
  const db = await new Promise(ok => {
    const asked = indexedDB.open('takan-' + person); asked.onsuccess = () => ok(asked.result); });
  const tx = db.transaction('meta', 'readwrite');
  tx.objectStore('meta').delete('rescue_key');
  await new Promise(ok => { tx.oncomplete = ok; });
  db.close();
}"""


def half_written(page: Page, visit: str, words: str) -> None:
    page.goto(f"{visit}/hazards/new")
    page.get_by_label("隐患描述").fill(words)
    walk.until(
        page,
        "async words => { const open = n => new Promise(ok => { const a = indexedDB.open(n); a.onsuccess = () => ok(a.result); });"
        " const device = await open('takan-device');"
        " const read = (db, s, how, k) => new Promise(ok => { const a = db.transaction(s).objectStore(s)[how](k); a.onsuccess = () => ok(a.result); });"
        " const db = await open('takan-' + await read(device, 'current', 'get', 'person'));"
        " const drafts = await read(db, 'drafts', 'getAll'); device.close(); db.close();"
        " return drafts.some(draft => draft.description?.[0] === words); }",
        words,
    )


def saved(page: Page, place: Path, button: str = "导出未上传数据") -> bytes:
    """Tap, wait, keep the file; its bytes."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("文件已做成")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="存到手机").click()
    download.value.save_as(place)
    return place.read_bytes()


def taken_in(desk: Page, server: Server, file: Path) -> dict[str, Any]:
    """A manager takes it in on the page; the report."""
    desk.goto(f"{server.url}/office/rescue")
    desk.get_by_label("收到的文件").set_input_files(file)
    desk.get_by_role("button", name="导入").click()
    expect(desk.get_by_role("heading", name="导入结果")).to_be_visible()
    assert complaints(desk) == []
    return report(server)


def report(server: Server) -> dict[str, Any]:
    sql = "select report from rescues order by imported_at desc, id desc"
    found: dict[str, Any] = json.loads(str(asked(server, sql)))
    return found


@pytest.fixture
def desk(browser: Browser, server: Server) -> Page:
    context = new_context(browser)
    page: Page = context.new_page()
    return page


def begin_walk_in(page: Page, server: Server) -> str:
    """A visit nobody planned: the server knows it by its operation alone."""
    walk.ready(page)
    page.get_by_role("link", name="另起一次服务").click()
    page.get_by_role("link", name=re.compile("示范仓储")).click()
    page.get_by_label("陪同人员").fill("仓库主管")
    page.get_by_role("button", name="签到开始").click()
    new = page.get_by_role("link", name="拍隐患").get_attribute("href")
    return f"{server.url}{new}".removesuffix("/hazards/new")


@pytest.mark.row(
    "rescue file from 待上传: server lost and restored from before the visit, file cut on its way, then whole, then the phone comes back"
)
def test_a_server_that_lost_the_day_gets_it_from_the_file(
    page: Page, desk: Page, server: Server, tmp_path: Path
) -> None:
    takan(server, "backup", str(tmp_path / "before"))
    walk.sign_in(desk, server, "admin")
    walk.sign_in(page, server, "li")
    visit = begin_walk_in(page, server)
    drain(page, server.url)
    server.kill()
    two_hazards(page, visit)
    half_written(page, visit, "只写了一半")
    page.goto(f"{server.url}/outbox")
    expect(page.locator(".tally")).to_have_text(re.compile(r"2\s*条记录\s*2\s*张照片\s*1\s*份草稿"))
    file = tmp_path / "sent.takan"
    data = saved(page, file)
    assert "防护罩缺失".encode() not in data
    page.goto("about:blank")  # the phone stays away until the office is done
    shutil.rmtree(server.data)
    takan(server, "restore", str(tmp_path / "before"))
    server.start()
    (tmp_path / "cut.takan").write_bytes(data[: len(data) * 2 // 3])
    first = taken_in(desk, server, tmp_path / "cut.takan")
    assert (first["counts"], first["whole"]) == ({"new": 3}, False)
    assert first["photos"]["missing"] > 0
    second = taken_in(desk, server, file)
    assert (second["counts"], second["whole"]) == ({"known": 3}, True)
    assert first["photos"].get("new", 0) + second["photos"]["new"] == 2
    assert second["photos"]["missing"] == 0
    expect(desk.get_by_text("只写了一半")).to_be_visible()
    receipts = asked(server, "select group_concat(receipt) from operations where device != 'demo'")
    drain(page, server.url)
    phone = check(page, server)
    assert len(phone["operations"]) == 3
    assert (
        asked(server, "select group_concat(receipt) from operations where device != 'demo'")
        == receipts
    )
    assert phone["drafts"], "the phone keeps what was half written"
    desk.context.close()


@pytest.mark.row(
    "rescue file from its own page: the app's scripts broken, two persons' records on one phone, nobody signed in; taken in by the command"
)
def test_with_the_app_broken_and_two_persons_on_one_phone(
    page: Page, server: Server, context: BrowserContext, tmp_path: Path
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    server.kill()
    two_hazards(page, visit)
    mine = {one["id"] for one in store(page)["operations"]}
    page.goto("about:blank")  # nothing of li's may leave while the server comes back
    server.start()
    context.clear_cookies()
    walk.sign_in(page, server, "wang")
    walk.ready(page)
    server.kill()
    page.goto(f"{visit}/hazards/new")
    walk.fill_hazard(page, "王的隐患")
    walk.save_hazard(page)
    page.evaluate(BREAK)
    context.clear_cookies()
    page.close()
    page = context.new_page()
    # Chromium may have the sound scripts in its memory still; no worker is asked for those.
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{server.url}/outbox")
    expect(page.locator(".tally")).to_be_visible()
    assert page.locator("html").get_attribute("data-worker") is None, "the app still runs"
    page.goto(f"{server.url}/rescue")
    expect(page.locator(".tally")).to_have_text(re.compile(r"3\s*条记录\s*3\s*张照片"))
    expect(page.get_by_text("其中别人用本机记录的")).to_contain_text("2")
    file = tmp_path / "sent.takan"
    saved(page, file)
    server.start()
    takan(server, "import-rescue", str(file))
    assert report(server)["counts"] == {"new": 3, "known": 1}
    assert report(server)["photos"] == {"new": 3, "missing": 0}
    # The worker brings its own files again with the next build; here: by asking for them anew.
    page.evaluate(
        "async () => { for (const name of await caches.keys()) await caches.delete(name); }"
    )
    walk.sign_in(page, server, "wang")
    drain(page, server.url)
    theirs = {one["id"] for one in check(page, server, also=mine)["operations"]}
    context.clear_cookies()
    walk.sign_in(page, server, "li")
    drain(page, server.url)
    phone = check(page, server, also=theirs)
    assert {one["id"] for one in phone["operations"]} == mine


@pytest.mark.row(
    "rescue file, readable: no key on the phone and no network, after a warning and a tick"
)
def test_without_a_key_readable_is_better_than_lost(
    page: Page, desk: Page, server: Server, tmp_path: Path
) -> None:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    person = page.locator("body").get_attribute("data-person")
    page.evaluate(FORGET_KEY, person)
    server.kill()
    two_hazards(page, visit)
    page.goto(f"{server.url}/rescue")
    page.get_by_role("button", name="导出未上传数据").click()
    expect(page.get_by_text("本机还没有机构的加密密钥")).to_be_visible()
    expect(page.get_by_role("button", name="导出不加密的文件")).to_have_count(0)
    page.get_by_label("我知道文件没有加密").check()
    file = tmp_path / "open.takan"
    data = saved(page, file, "导出不加密的文件")
    expect(page.get_by_text("这个文件没有加密")).to_be_visible()
    assert "防护罩缺失".encode() in data
    server.start()
    # With a network the key is asked for, and the next file is sealed.
    page.goto(f"{server.url}/rescue")
    assert "防护罩缺失".encode() not in saved(page, tmp_path / "sealed.takan")
    walk.sign_in(desk, server, "admin")
    found = taken_in(desk, server, file)
    assert (found["sealed"], found["counts"]) == (False, {"new": 2, "known": 1})
    expect(desk.get_by_text("这个文件没有加密")).to_be_visible()
    drain(page, server.url)
    check(page, server)
    desk.context.close()


@pytest.mark.row(
    "rescue file from the store of build 1, and from one a newer build left that the app cannot open"
)
@pytest.mark.parametrize("newer", [False, True], ids=["older", "newer"])
def test_stores_of_other_builds(page: Page, server: Server, tmp_path: Path, newer: bool) -> None:
    li = asked(server, "select id from people where sign_in_name = 'li'")
    visit = asked(server, "select id from visits where number = 2 order by planned_on")
    engagement = asked(server, "select engagement_id from visits where id = :id", id=visit)
    page.goto(f"{server.url}/verify")
    script = (Path(__file__).parent / "store_1.js").read_text().split("*/")[-1]
    given = {"person": li, "visit": visit, "engagement": engagement, "picture": thumbnail()}
    page.evaluate(script[script.index("async ({") :], given)
    if newer:
        page.evaluate(NEWER, li)
    page.goto(f"{server.url}/rescue")
    file = tmp_path / "sent.takan"
    saved(page, file)
    takan(server, "import-rescue", str(file))
    found = report(server)
    assert (found["counts"], found["whole"], found["person"]) == ({"new": 4}, True, li)
    assert found["photos"] == {"new": 1, "missing": 0}
    assert asked(server, "select content from rescued_drafts where content like '%旧版写到一半%'")
    database = connect(next(server.data.glob("*/takan.db")))
    check_whole(database)
    database.close()
    if not newer:  # and the app opens its store as if nobody had looked
        walk.sign_in(page, server, "li")
        walk.ready(page)
        drain(page, server.url)
        check(page, server)


def test_a_phone_that_holds_nothing_is_left_as_it_is(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/rescue")
    expect(page.get_by_text("本机没有未上传的数据")).to_be_visible()
    assert page.evaluate("indexedDB.databases()") == []
    walk.sign_in(page, server, "li")
    walk.ready(page)
    page.goto(f"{server.url}/outbox")
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    expect(page.get_by_role("heading", name="导出未上传数据")).to_have_count(0)


SHARE = """([able, fails]) => {
  navigator.canShare = ({files}) => able && /\\.txt$/.test(files[0].name);
  navigator.share = async ({files: [file]}) => {
    window.shared = [file.name, file.size];
    if (fails) throw new DOMException('', 'NotAllowedError');
  };
}"""


def test_the_file_is_handed_to_another_app_where_the_phone_can(
    page: Page, server: Server, tmp_path: Path
) -> None:
    page.add_init_script(f"({SHARE})([true, false])")
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    server.kill()
    two_hazards(page, visit)
    page.goto(f"{server.url}/outbox")
    data = saved(page, tmp_path / "sent.takan")
    page.get_by_role("button", name="发给机构管理员").click()
    name, size = page.evaluate("window.shared")
    assert re.fullmatch(r"takan-\d{12}-[0-9a-f]{4}\.takan\.txt", name)
    assert size == len(data)
    expect(page.get_by_text("没有发出去")).to_be_hidden()
    page.evaluate(SHARE, [True, True])
    page.get_by_role("button", name="发给机构管理员").click()
    expect(page.get_by_text("没有发出去")).to_be_visible()
