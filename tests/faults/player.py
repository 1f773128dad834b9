"""One consultant with one phone: does what a script says, and remembers what the phone called
saved."""

from __future__ import annotations

import io
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e import proxy as net
from tests.e2e import walk
from tests.e2e.proxy import Act, Exchange, Proxy, Rule
from tests.e2e.server import Server
from tests.faults.invariant import store
from tests.faults.processes import kill_tabs
from tests.faults.script import FAULTS, PARKS, Step
from tests.faults.test_full_phone import COPIED
from tests.faults.test_network import OPERATION, PHOTO, half_then

SAVE = "document.querySelector('form[data-operation=\"hazard.record\"] [type=submit]').click()"
SHOWN = "[...document.querySelectorAll('#outbox-items .item')].map(item => item.id.slice(5))"
UNDECIDED = {"waiting", "photos", "held", "other"}
SETTLED = {"delivered", "settled"}


def answered_then(act: Callable[[], None]) -> Act:
    def acting(exchange: Exchange) -> None:
        exchange.reply(exchange.answer())
        act()

    return acting


WHEN = {"before": net.before, "in the middle of": half_then, "after": net.after, "once it has answered": answered_then}  # fmt: skip


class Power:
    """The server's: a process that was killed comes back by itself, unless it is switched off."""

    def __init__(self, server: Server) -> None:
        self.server, self.wanted, self.lock = server, True, threading.Lock()

    def die(self) -> None:
        with self.lock:
            self.server.kill()
        threading.Timer(0.6, self.back).start()

    def back(self) -> None:
        with self.lock:
            if self.wanted and self.server.process is None:
                self.server.start()

    def switch(self, on: bool) -> None:
        with self.lock:
            self.wanted = on
            if not on:
                self.server.kill()
        self.back()


class Player:
    def __init__(self, context: BrowserContext, server: Server, proxy: Proxy, seed: int) -> None:
        self.context, self.server, self.proxy = context, server, proxy
        self.power, self.chance = Power(server), random.Random(seed)
        self.page = context.new_page()
        self.saved: dict[str, str] = {}  # id → digest of everything the phone called saved
        self.hazards: list[dict[str, Any]] = []  # as they must be in the end
        self.pictures: list[bytes] = []
        self.no_network: Rule | None = None
        self.drafted = False
        self.parking: list[Rule] = []  # after which a person must be asked
        self.lost_a_store = False
        self.forgotten: list[dict[str, Any]] = []  # what went with a store, all of it delivered

    def begin(self) -> None:
        walk.sign_in(self.page, self.server, "li", self.proxy.url)
        self.visit = walk.start_visit_due_today(self.page)
        self.note()

    def do(self, step: Step) -> None:
        print(step, flush=True)
        if not step.fault:
            getattr(self, step.what)(step.number)
        elif step.what in FAULTS:
            pattern, act = FAULTS[step.what]
            rule = self.proxy.on(pattern, act, step.number)
            self.parking += [rule] if step.what == PARKS else []
        else:
            when, _, what = step.what.removeprefix("server killed ").rpartition(" a ")
            pattern = {"record": OPERATION, "piece": PHOTO}[what]
            self.proxy.on(pattern, WHEN[when](self.power.die))

    @property
    def may_park(self) -> bool:
        return any(rule.done for rule in self.parking)

    def note(self) -> dict[str, Any]:
        """What the phone holds now; nothing it ever held may go."""
        phone = store(self.page)
        there = {one["id"]: one["digest"] for one in phone["operations"]}
        assert self.saved.items() <= there.items(), "called saved and gone from the phone"
        self.saved = there
        return phone

    def open(self, path: str = "") -> None:
        """A page of this visit, its scripts at work."""
        self.page.goto(f"{self.visit}{path}")
        working = self.page.locator("html[data-worker=ready]")
        expect(working).to_be_attached(timeout=20_000)

    def new_page(self) -> None:
        for page in self.context.pages:
            page.close()
        self.page = self.context.new_page()
        self.open()

    # ---- what must arrive

    def fill(self, number: int) -> str:
        """The form of a new hazard, with none to three pictures."""
        words = f"第{len(self.saved)}条 {number}"
        self.open("/hazards/new")
        earlier = [] if self.drafted else self.pictures[:]
        files = [self.picture(earlier) for _ in range(number % 4)]
        shown = self.page.locator("[data-photos] img")
        before = shown.count()
        if files:
            self.page.locator("input[data-album]").set_input_files(files)  # type: ignore[arg-type]
            self.taken(shown, before + len(files))
        elif not before:
            walk.choose(self.page, "防爆区域")
        self.page.get_by_label("部位").first.fill("冲压车间")
        self.page.get_by_label("隐患描述").fill(words)
        return words

    def taken(self, shown: Locator, count: int) -> None:
        """All of them stand in the form, or the page says which could not."""
        end = time.monotonic() + 20
        while shown.count() < count:
            there = self.page.locator("[data-photos] input").evaluate_all(
                "all => all.map(one => one.value)"
            )
            assert time.monotonic() < end, (
                count,
                there,
                store(self.page)["drafts"],
                store(self.page)["kept"],
            )
            self.page.wait_for_timeout(100)

    def picture(self, earlier: list[bytes]) -> dict[str, object]:
        """Noise stays large when it is shrunk. Now and then one serves for another hazard too."""
        if earlier and self.chance.random() < 0.15:
            data = earlier.pop()
        else:
            out = io.BytesIO()
            Image.frombytes("L", (480, 360), self.chance.randbytes(480 * 360)).save(out, "JPEG")
            data = out.getvalue()
            self.pictures.append(data)
        return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": data}

    def record(self, number: int) -> None:
        words = self.fill(number)
        walk.save_hazard(self.page)
        self.drafted = False
        assert self.recorded(words), "called saved and not in the phone"

    def recorded(self, words: str) -> bool:
        """Whether the phone holds a hazard of these words: then it counts."""
        for one in self.note()["operations"]:
            if one["kind"] == "hazard.record" and one["payload"]["description"] == words:
                photos = [photo["sha256"] for photo in one["photos"]]
                found = {"id": one["id"], "words": words, "photos": photos, "withdrawn": False}
                self.hazards.append(found)
                return True
        return False

    def one_of_mine(self, number: int) -> dict[str, Any] | None:
        there = [hazard for hazard in self.hazards if not hazard["withdrawn"]]
        return there[number % len(there)] if there else None

    def edit(self, number: int) -> None:
        hazard = self.one_of_mine(number)
        if not hazard:
            return self.record(number)
        self.open(f"/hazards/{hazard['id']}/edit")
        words = f"{hazard['words']} 改{len(self.saved)}"
        self.page.get_by_label("隐患描述").fill(words)
        self.page.get_by_role("button", name="保存修改").click()
        expect(self.page.locator("section.hazard")).to_contain_text(words)
        hazard["words"] = words
        self.note()
        return None

    def withdraw(self, number: int) -> None:
        hazard = self.one_of_mine(number)
        if not hazard:
            return self.record(number)
        self.open(f"/hazards/{hazard['id']}")
        self.page.locator("summary", has_text="作废").click()
        self.page.get_by_label("作废原因").fill("现场复核不是隐患")
        self.page.get_by_role("button", name="作废").click()
        expect(self.page.get_by_text("已作废").first).to_be_visible()
        hazard["withdrawn"] = True
        self.note()
        return None

    def write(self, number: int) -> None:
        self.open("/record")
        self.page.get_by_label("服务过程").fill(f"逐区检查 {number}")
        self.page.get_by_role("button", name="保存").click()
        expect(self.page.locator("#visit")).to_be_visible()
        self.note()

    def end(self, number: int) -> None:
        self.open()
        if not self.page.locator("summary", has_text="结束服务").count():
            return self.write(number)
        walk.end_visit(self.page, self.visit)
        self.note()
        return None

    # ---- what a phone goes through

    def reload(self, number: int) -> None:
        self.page.reload()

    def reopen(self, number: int) -> None:
        self.new_page()

    def second_tab(self, number: int) -> None:
        """Stays open, and sends too."""
        self.context.new_page().goto(f"{self.proxy.url}/outbox")

    def killed(self, number: int) -> None:
        kill_tabs()
        self.new_page()
        self.note()

    def killed_saving(self, number: int) -> None:
        self.cut_short(number, kill_tabs)

    def closed_saving(self, number: int) -> None:
        self.cut_short(number, self.page.close)

    def cut_short(self, number: int, cut: Callable[[], None]) -> None:
        """Saved, or still in the form; never neither."""
        words = self.fill(number)
        self.kept(words)
        self.page.evaluate(SAVE)
        time.sleep(number % 60 / 1000)
        cut()
        self.new_page()
        self.drafted = not self.recorded(words)
        drafts = [draft.get("description") for draft in store(self.page)["drafts"]]
        assert not self.drafted or [words] in drafts, "neither saved nor in the form"

    def kept(self, words: str) -> None:
        """Nobody taps within the milliseconds in which his last letter is put into the draft."""
        end = time.monotonic() + 10
        while [words] not in [draft.get("description") for draft in store(self.page)["drafts"]]:
            assert time.monotonic() < end, "typed, and not kept"
            self.page.wait_for_timeout(20)

    def tap(self, number: int) -> None:
        """立即重试, and a look: nothing waits that is not shown."""
        self.page.goto(f"{self.proxy.url}/outbox")
        self.page.get_by_role("button", name="立即重试").click()
        undone = {one["id"] for one in self.note()["operations"] if one["state"] != "delivered"}
        end = time.monotonic() + 5
        while not undone <= (shown := set(self.page.evaluate(SHOWN))):
            assert time.monotonic() < end, f"waits and is not shown: {undone - shown}"
            self.page.wait_for_timeout(100)

    def store_lost(self, number: int) -> None:
        """The browser throws its store away, as on a full disk. What was delivered is in the office,
        the rest comes back from its copies, and 今日 is made ready again."""
        self.reachable()
        self.open()
        end = time.monotonic() + 15
        while True:  # one that is delivered meanwhile needs its copy no more
            before = self.note()["operations"]
            waiting = [one["id"] for one in before if one["state"] not in SETTLED]
            if self.page.evaluate(COPIED, waiting):
                break
            assert time.monotonic() < end, f"waits without a copy: {waiting}"
            self.page.wait_for_timeout(100)
        page = self.context.new_page()
        for other in self.context.pages[:-1]:
            other.close()
        evicted = {"origin": self.proxy.url, "storageTypes": "indexeddb"}
        self.context.new_cdp_session(page).send("Storage.clearDataForOrigin", evicted)
        self.page, self.drafted, self.lost_a_store = page, False, True
        self.context.clear_cookies(name="session")
        walk.sign_in(page, self.server, "li", self.proxy.url)
        page.goto(f"{self.proxy.url}/today")
        walk.ready(page)
        there = {one["id"]: one["digest"] for one in store(page)["operations"]}
        # Whatever did not come back was delivered, or the check at the end of the day says so.
        self.forgotten += [one for one in before if one["id"] not in there]
        self.saved = there

    def colleague(self, number: int) -> None:
        """Somebody else signs in on this phone, looks, and gives it back; 今日 is made ready again,
        for whoever signs in takes the day of the one before off the phone."""
        self.reachable()
        self.context.clear_cookies()
        walk.sign_in(self.page, self.server, "wang", self.proxy.url)
        self.page.goto(f"{self.proxy.url}/outbox")
        expect(self.page.get_by_text("本机没有待上传的记录")).to_be_visible()
        self.context.clear_cookies()
        self.sign_in(number)
        self.page.goto(f"{self.proxy.url}/today")
        walk.ready(self.page)

    def offline(self, number: int) -> None:
        self.context.set_offline(True)
        self.no_network = self.proxy.on("", net.refused, 10**9)
        self.proxy.rules.insert(0, self.no_network)

    def online(self, number: int) -> None:
        self.context.set_offline(False)
        if self.no_network:
            self.no_network.times = 0

    def server_off(self, number: int) -> None:
        self.power.switch(False)

    def server_on(self, number: int) -> None:
        self.power.switch(True)

    def signed_out(self, number: int) -> None:
        """The session is over, on the phone or in the office: 401 from here on."""
        self.context.clear_cookies()

    def sign_in(self, number: int) -> None:
        self.reachable()
        if not any(one["name"] == "session" for one in self.context.cookies()):
            walk.sign_in(self.page, self.server, "li", self.proxy.url)

    # ---- and in the end

    def reachable(self) -> None:
        """No fault waits to happen, and none is happening."""
        self.online(0)
        self.proxy.calm()
        end = time.monotonic() + 15
        while self.proxy.under_way:
            assert time.monotonic() < end, "a request without end"
            self.page.wait_for_timeout(50)
        self.server_on(0)

    def drain(self, seconds: float = 60) -> dict[str, Any]:
        """On a calm network everything is delivered, or a person is asked."""
        self.sign_in(0)
        end = time.monotonic() + seconds
        self.tap(0)
        phone = self.note()
        while any(one["state"] in UNDECIDED for one in phone["operations"]):
            states = [(one["kind"], one["state"]) for one in phone["operations"]]
            assert time.monotonic() < end, f"still waits: {states}"
            self.page.get_by_role("button", name="立即重试").click()
            self.page.wait_for_timeout(300)
            phone = self.note()
        return phone
