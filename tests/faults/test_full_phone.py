"""A phone's disk that is full, and what a browser does to its stores on one."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect
from sqlite_utils import Database

from sync import devices, trail
from sync.numbers import count
from tests.e2e import walk
from tests.e2e.proxy import Proxy, refused
from tests.e2e.server import Server
from tests.faults.invariant import check, store
from tests.faults.processes import kill_browser
from tests.faults.test_network import drain, two_hazards
from tests.faults.test_phone import profile
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults]

# Each of these words stands in a copy, or is in the office and needs none.
COPIED = """async wanted => {
  if (!await caches.has('copies')) return false;
  const cache = await caches.open('copies');
  const texts = await Promise.all((await cache.keys()).map(async key => (await cache.match(key)).text()));
  return wanted.every(words => texts.some(text => text.includes(words)));
}"""


@pytest.mark.row("the phone's disk filled to the brim, really")
def test_a_phone_filled_to_the_brim(
    playwright: Playwright, server: Server, proxy: Proxy, small_disk: Callable[[int], Path]
) -> None:
    """Photos until the browser says no: what was called saved arrives, the rest was refused in
    words. Where the browser threw its store away meanwhile, or evicted all that we keep, the phone
    says so, and the office sees each number that is missing."""
    disk = small_disk(48)
    context = profile(disk / "profile", playwright)
    page = context.new_page()
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    proxy.on("PUT /sync/", refused, 100_000)
    called = fill_up(page, visit, disk)
    (disk / "ballast").unlink()
    proxy.calm()
    page.goto(f"{proxy.url}/outbox")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    if page.locator("[data-recovered]").is_hidden():
        drain(page, proxy.url)
        phone = check(page, server)
        assert all(one["state"] == "delivered" for one in phone["operations"])
        assert called <= descriptions(server)
    wait_until(lambda: len(called - descriptions(server)) <= missing(server))
    context.close()


@pytest.mark.row("the browser, short of room, evicts all but cookies: told, to phone and office")
def test_all_is_evicted(page: Page, server: Server, context: BrowserContext) -> None:
    """What a browser may do to whoever it has not promised to keep: store, copies and worker go."""
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    server.kill()
    two_hazards(page, visit)
    page.goto("about:blank")
    evicted = {"origin": server.url, "storageTypes": "indexeddb,cache_storage,service_workers"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", evicted)
    server.start()
    page.goto(f"{server.url}/today")
    expect(page.locator("[data-recovered]")).to_contain_text("从副本找回未上传的记录：0")
    wait_until(lambda: [phone.gaps for phone in phones(server)] == [[(2, 3)]])
    page.goto(f"{visit}/hazards/new")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    walk.fill_hazard(page, "接着记", picture=False)
    walk.save_hazard(page)
    wait_until(lambda: numbers(server) == [1, 4])


def fill_up(page: Page, visit: str, disk: Path) -> set[str]:
    """Hazards with photos until one is refused in words → the words of all that were called saved."""
    called: set[str] = set()
    for number in range(12):
        page.goto(f"{visit}/hazards/new")
        if number == 3:  # somebody's film takes what is left
            film(disk, 600_000)
        page.locator("input[data-camera]").set_input_files(walk.noise(f"{number}"))  # type: ignore[arg-type]
        shown = page.locator("[data-photos] img").or_(
            page.locator("[data-message=quota]:visible, [data-message=not_stored]:visible")
        )
        expect(shown.first).to_be_visible()
        if not saved(page, f"第{number}条"):
            return called
        called.add(f"第{number}条")
    raise AssertionError("the disk never filled")


def film(disk: Path, keep: int) -> None:
    """What is left of the disk, all but so many bytes, is gone."""
    with contextlib.suppress(OSError), (disk / "ballast").open("ab") as ballast:
        ballast.write(bytes(max(0, shutil.disk_usage(disk).free - keep)))


def saved(page: Page, words: str) -> bool:
    page.get_by_label("部位").first.fill("部位")
    page.get_by_label("隐患描述").fill(words)
    page.get_by_role("button", name="保存").click()
    done = page.get_by_text("再拍一条").or_(page.locator("[data-message]:visible"))
    expect(done.first).to_be_visible()
    return page.get_by_text("再拍一条").is_visible()


@pytest.mark.row("the browser throws its stores away (a full disk tears its log): copies, and told")
def test_a_store_thrown_away(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    """Chromium deletes a store whose log is torn in the middle, as a write to a full disk leaves
    it. The records come back from their copies and arrive once; what has no copy is told, to its
    person and to the office."""
    visit, before = two_waiting_in_a_torn_store(playwright, server, tmp_path / "profile")
    server.start()
    context = profile(tmp_path / "profile", playwright)
    page = context.new_page()
    page.goto(f"{server.url}/today")
    if "/sign-in" in page.url:
        walk.sign_in(page, server, "li")
    expect(page.locator("[data-recovered]")).to_contain_text("从副本找回未上传的记录：2")
    wait_until(lambda: numbers(server) == [1, 2, 3])
    page.goto(f"{server.url}/outbox")
    expect(page.get_by_text("需处理", exact=True).first).to_be_visible()
    after = store(page)["operations"]
    assert [one["body"] for one in after] == before
    assert [one["state"] for one in after] == ["needs_you", "delivered"]
    assert after[0]["problem"]["code"] == "photo_lost"
    wait_until(lambda: [phone.photos_lost for phone in phones(server)] == [2])
    page.get_by_text("照片找不回来了").click()
    page.get_by_role("button", name="不再提示").click()
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible()
    page.get_by_role("button", name="知道了").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    expect(page.locator("[data-recovered]")).to_be_hidden()
    page.goto(f"{visit}/hazards/new")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    walk.fill_hazard(page, "接着记", picture=False)
    walk.save_hazard(page)
    wait_until(lambda: numbers(server) == [1, 2, 3, 4])
    assert [one["state"] for one in store(page)["operations"]] == ["delivered"] * 3
    wait_until(lambda: [phone.photos_lost for phone in phones(server)] == [2])
    context.close()


@pytest.mark.row("its store thrown away, and no network: the rescue page has the records")
def test_the_rescue_page_after_a_lost_store(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    """Nobody is signed in any more as far as the phone knows, and no page of the office comes."""
    two_waiting_in_a_torn_store(playwright, server, tmp_path / "profile")
    context = profile(tmp_path / "profile", playwright)
    page = context.new_page()
    page.goto(f"{server.url}/today")
    expect(page).to_have_url(re.compile("/rescue$"))
    expect(page.get_by_text("2 条记录")).to_be_visible()
    context.close()


def two_waiting_in_a_torn_store(
    playwright: Playwright, server: Server, folder: Path
) -> tuple[str, list[str]]:
    """One record delivered, which has no copy and whose number is not given again, and two that
    wait; browser and server are dead. The visit's address, and the bodies of the two."""
    context = profile(folder, playwright)
    page = context.new_page()
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    drain(page, server.url)
    server.kill()
    two_hazards(page, visit)
    walk.until(page, COPIED, ["防护罩缺失", "通道堵塞"])
    bodies = [one["body"] for one in store(page)["operations"][1:]]
    kill_browser(folder)
    with contextlib.suppress(Error):
        context.close()
    tear(folder)
    return visit, bodies


def tear(profile_folder: Path) -> None:
    """One byte in the middle of the log is another: what follows it is no end but damage."""
    [log] = profile_folder.glob("Default/IndexedDB/http_*.leveldb/*.log")
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)


def numbers(server: Server) -> list[int]:
    """What arrived, by the phone's own numbering: a double would show."""
    with opened(server) as database:
        sql = "select seq from operations where device not in ('demo', 'web') order by seq"
        return [row["seq"] for row in database.query(sql)]


def missing(server: Server) -> int:
    """Numbers that the office knows were made and are nowhere."""
    return sum(count(phone.gaps) for phone in phones(server))


def phones(server: Server) -> list[devices.Standing]:
    with opened(server) as database:
        return devices.standings(database)


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """A delivery that nobody need tap for."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.row("the phone's disk full to the last byte, while it records and sends")
def test_a_phone_without_a_byte(
    playwright: Playwright, server: Server, proxy: Proxy, small_disk: Callable[[int], Path]
) -> None:
    """Records of words only, the disk full again and again, with the office and without it. Each
    that was called saved and had room for its copy arrives, once, whatever the browser did; one
    that had none arrives, or the phone said after it that its store was thrown away."""
    disk = small_disk(48)
    context = profile(disk / "profile", playwright)
    page = context.new_page()
    walk.sign_in(page, server, "li", proxy.url)
    visit = walk.start_visit_due_today(page)
    safe: set[str] = set()
    bare: set[str] = set()
    excused: set[str] = set()
    for number, left in enumerate([20_000, 4096, 0, 12_000, 0, 4096]):
        proxy.calm() if number % 2 else proxy.on("PUT /sync/", refused, 100_000)
        film(disk, left)
        for again in range(3):
            told = record(page, visit, f"满{number}之{again}", safe, bare)
            excused |= bare if told else set()
        (disk / "ballast").unlink()
        told = record(page, visit, f"空{number}", safe, bare)
        excused |= bare if told else set()
    proxy.calm()
    page.goto(f"{proxy.url}/outbox")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    if page.locator("[data-recovered]").is_visible():
        excused |= bare
    wait_until(lambda: safe | bare <= descriptions(server) | excused, seconds=60)
    assert len(safe) >= 6, "nothing was ever saved"
    assert len(set(numbers(server))) == len(numbers(server)), "a number twice"
    context.close()


def record(page: Page, visit: str, words: str, safe: set[str], bare: set[str]) -> bool:
    """One try; → whether the page tells of a store that was thrown away, which its reader has
    read then. Whatever fails on the way: nothing was called saved."""
    with contextlib.suppress(Error, AssertionError):
        page.goto(f"{visit}/hazards/new")
        walk.fill_hazard(page, words, picture=False)
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("再拍一条")).to_be_visible(timeout=4000)
        bare.add(words)
        walk.until(page, COPIED, [words], seconds=1)
        bare.remove(words)
        safe.add(words)
    told = page.locator("[data-recovered]").is_visible()
    with contextlib.suppress(Error):
        if told:
            page.get_by_role("button", name="知道了").click(timeout=2000)
    return told


def descriptions(server: Server) -> set[str]:
    """What the office has, each once, its trail whole."""
    with opened(server) as database:
        sql = "select description from hazards where description glob '[满空第]*'"
        found = [row["description"] for row in database.query(sql)]
        assert trail.verify(database) is None
    assert len(set(found)) == len(found), "one record twice"
    return set(found)


@contextlib.contextmanager
def opened(server: Server) -> Iterator[Database]:
    database = connect(next(server.data.glob("*/takan.db")))
    yield database
    database.close()
