"""A store that WebKit threw away, as iOS does on a full phone: what waited comes back from its
copies, with the office and without it."""

from __future__ import annotations

import pytest

from tests.faults.invariant import STORE, checked
from tests.faults.test_full_phone import COPIED
from tests.webkit.hand import Hand
from tests.webkit.test_walk import start_visit

pytestmark = pytest.mark.webkit
THROW_AWAY = """async () => {
  for (const {name} of await indexedDB.databases()) await new Promise((ok, no) => {
    const asked = indexedDB.deleteDatabase(name); asked.onsuccess = ok; asked.onerror = no; });
  return (await indexedDB.databases()).length;
}"""


@pytest.mark.row("WebKit: a store thrown away without a network comes back from its copies")
def test_a_lost_store(hand: Hand) -> None:
    hand.sign_in("li")
    hand.server.kill()
    visit = start_visit(hand)
    for words in ("光电保护被短接", "调漆间未设报警"):
        hand.hazard(visit, words, None)
    before = hand.ask(STORE)["operations"]
    assert len(before) == 3
    ids = [one["id"] for one in before]
    assert hand.until(f"(async () => await ({COPIED})({ids}))()")
    hand.goto(
        hand.until("document.querySelector('link[rel=stylesheet]').href")
    )  # no script of ours
    assert hand.ask(THROW_AWAY) == 0
    hand.goto("/today")  # nobody is known any more: what is left can still be taken off the phone
    hand.until("location.pathname === '/rescue'")
    hand.until(
        "document.querySelector('.tally')?.innerText.replace(/\\s/g, '').startsWith('3条记录')"
    )
    hand.server.start()
    hand.goto("/today")  # the office says whose this browser is: the session is still good
    hand.see("从副本找回未上传的记录：3")
    hand.drain()
    phone = checked(hand.server, hand.ask(STORE))
    assert [one["id"] for one in phone["operations"]] == ids
    assert {one["state"] for one in phone["operations"]} == {"delivered"}
