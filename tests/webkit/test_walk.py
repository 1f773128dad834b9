"""The walk without a network in WebKit: the server is dead from before the start of the visit
until after both signatures; afterwards it has everything once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import one
from tests.e2e import walk
from tests.faults.invariant import STORE, checked
from tests.webkit.hand import Hand
from webapp.db import connect

pytestmark = pytest.mark.webkit
DUE = "[...document.querySelectorAll('article')].find(a => a.innerText.includes('今日应服务'))"


def picture(folder: Path, name: str) -> Path:
    file = folder / f"{name}.jpg"
    data = walk.photo(name)["buffer"]
    assert isinstance(data, bytes)
    file.write_bytes(data)
    return file


def start_visit(hand: Hand) -> str:
    visit: str = hand.until(f"{DUE}.querySelector('a').pathname")
    hand.goto(visit)
    hand.type("[name=accompanied_by]", "赵敏")
    hand.save("visit.start", "服务中")
    return visit


@pytest.mark.row("WebKit: a whole walk without a network")
def test_a_walk_without_a_network(hand: Hand, tmp_path: Path) -> None:
    hand.sign_in("li")
    hand.server.kill()
    hand.goto("/today")  # a cold start: nothing but the worker answers
    visit = start_visit(hand)
    hand.hazard(visit, "光电保护被短接", picture(tmp_path, "护罩"))
    hand.hazard(visit, "调漆间未设报警", None)
    edit = hand.until("document.querySelector('a[href$=\"/edit\"]').pathname")
    hand.goto(edit)
    hand.type("[name=description]", "调漆间未设报警，排风停用")
    hand.save("hazard.edit", "排风停用")
    hand.goto(visit)
    hand.tap("details:has(form[data-operation='visit.end']) > summary")
    hand.tap("form[data-operation='visit.end'] [type=submit]")
    hand.see("接下来")
    hand.goto(f"{visit}/record")
    hand.save("record.write", "已填写")
    hand.sign(visit, "consultant")
    hand.sign(visit, "enterprise")
    hand.tap("details:has([data-exit-form]) > summary")
    hand.type("[data-exit-form] input", hand.server.demo["pin"])
    hand.tap("[data-exit-form] [type=submit]")
    hand.until("location.pathname.endsWith('/slip')")
    hand.server.start()
    assert hand.until("!('sync' in ServiceWorkerRegistration.prototype)")
    hand.goto("/outbox")  # no Background Sync, no tap: an open page sends by itself
    hand.see("本机没有待上传的记录", 60)
    phone = checked(hand.server, hand.ask(STORE))
    assert [item["state"] for item in phone["operations"]] == ["delivered"] * 8
    database = connect(next(hand.server.data.glob("*/takan.db")))
    sql = "select group_concat(description) from hazards where visit_id = :id"
    words = one(database, sql, id=visit.rsplit("/", 1)[1])
    assert words == "光电保护被短接,调漆间未设报警，排风停用"
    database.close()


@pytest.mark.row("WebKit: typed words and a photo survive a reload")
def test_a_draft_survives_a_reload(hand: Hand, tmp_path: Path) -> None:
    hand.sign_in("li")
    visit = start_visit(hand)
    hand.goto(f"{visit}/hazards/new")
    hand.one("input[data-camera]").send_keys(str(picture(tmp_path, "写到一半")))
    hand.until("document.querySelectorAll('[data-photos] img').length === 1")
    hand.type("[name=description]", "写到一半")
    hand.until("document.querySelector('[data-photos] img').naturalWidth > 0")
    hand.driver.refresh()
    hand.until("document.querySelector('[name=description]')?.value === '写到一半'")
    hand.until("document.querySelector('[data-photos] img')?.naturalWidth > 0")


@pytest.mark.row("WebKit: two tabs save and send at once")
def test_two_tabs(hand: Hand) -> None:
    hand.sign_in("li")
    visit = start_visit(hand)
    first = hand.driver.current_window_handle
    hand.hazard(visit, "甲", None)
    hand.driver.switch_to.new_window("tab")
    hand.hazard(visit, "乙", None)
    for tab in (first, hand.driver.current_window_handle):
        hand.driver.switch_to.window(tab)
        hand.goto("/outbox")
        hand.tap("[data-send-now]")
    hand.drain()
    phone = checked(hand.server, hand.ask(STORE))
    assert len(phone["operations"]) == 3
