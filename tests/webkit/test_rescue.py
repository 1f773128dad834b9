"""The rescue file in WebKit, which stands in for the iPhone: made without a network, taken in."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.conftest import one
from tests.faults.invariant import STORE, checked
from tests.faults.test_phone import takan
from tests.webkit.hand import Hand
from tests.webkit.test_walk import picture, start_visit
from webapp.db import connect

pytestmark = pytest.mark.webkit
CATCH = """const real = URL.createObjectURL;
  URL.createObjectURL = blob => { window.made = blob; return real.call(URL, blob); };"""
BYTES = """const done = arguments[arguments.length - 1];
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(',')[1]);
  reader.readAsDataURL(window.made);"""


@pytest.mark.row("WebKit: the rescue file without a network, taken in by the command")
def test_a_rescue_file(hand: Hand, tmp_path: Path) -> None:
    hand.sign_in("li")
    hand.server.kill()
    visit = start_visit(hand)
    hand.hazard(visit, "光电保护被短接", picture(tmp_path, "护罩"))
    hand.goto("/rescue")
    hand.until(
        "document.querySelector('.tally')?.innerText.replace(/\\s/g, '') === '2条记录1张照片0份草稿'"
    )
    hand.driver.execute_script(CATCH)
    hand.tap("[data-make=sealed][data-part=make]")
    hand.see("文件已做成")
    file = tmp_path / "sent.takan"
    file.write_bytes(base64.b64decode(hand.driver.execute_async_script(BYTES)))
    hand.server.start()
    takan(hand.server, "import-rescue", str(file))
    database = connect(next(hand.server.data.glob("*/takan.db")))
    found = json.loads(one(database, "select report from rescues"))
    database.close()
    assert (found["counts"], found["whole"], found["sealed"]) == ({"new": 2}, True, True)
    assert found["photos"] == {"new": 1, "missing": 0}
    hand.drain()
    phone = checked(hand.server, hand.ask(STORE))
    assert [item["state"] for item in phone["operations"]] == ["delivered"] * 2
