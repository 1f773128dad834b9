"""Random days: `make faults SEED=17 N=1` does that of seed 17 again. After the last fault the
network is calm, and everything the phone ever called saved is in the office once, whole, or a
person is asked about it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.proxy import Proxy
from tests.e2e.server import Server
from tests.faults.invariant import check
from tests.faults.player import Player
from tests.faults.script import script
from webapp.db import connect

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.random]
FIRST, COUNT = int(os.environ.get("SEED") or 1), int(os.environ.get("N") or 4)


def live(context: BrowserContext, server: Server, proxy: Proxy, seed: int) -> None:
    """One day from sign-in to the invariant."""
    print(f"make faults SEED={seed} N=1")
    player = Player(context, server, proxy, seed)
    try:
        player.begin()
        for step in script(seed):
            player.do(step)
        phone = player.drain()
        asked = [one for one in phone["operations"] if one["state"] == "needs_you"]
        why = [(one["kind"], one["problem"], one["photos_sent"]) for one in asked]
        lost = all((one["problem"] or {}).get("code") == "photo_lost" for one in asked)
        assert player.may_park or (player.lost_a_store and lost) or not asked, (
            f"parked for nothing: {why}"
        )
        check(player.page, server, gone=player.forgotten, may_lose=player.lost_a_store)
        check_hazards(player, phone["operations"])
    finally:
        player.power.switch(False)


def check_hazards(player: Player, operations: list[dict[str, Any]]) -> None:
    """Each hazard stands in the office as it was last seen on the phone."""
    parked = {one["payload"].get("hazard_id", one["id"]) for one in operations if one["state"] == "needs_you"}  # fmt: skip
    database = connect(next(player.server.data.glob("*/takan.db")))
    rows = {row["id"]: row for row in database.query("select * from hazards")}
    photos: dict[str, list[str]] = {}
    for row in database.query("select * from hazard_photos order by position"):
        photos.setdefault(row["hazard_id"], []).append(row["sha256"])
    database.close()
    for hazard in player.hazards:
        if hazard["id"] in parked:
            continue
        assert rows[hazard["id"]]["description"] == hazard["words"], "not its last words"
        assert bool(rows[hazard["id"]]["withdrawn_at"]) == hazard["withdrawn"]
        assert photos.get(hazard["id"], []) == hazard["photos"]


@pytest.mark.row("random days of deeds and faults, by seed")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_a_random_day(
    context: BrowserContext, page: Page, server: Server, proxy: Proxy, seed: int
) -> None:
    live(context, server, proxy, seed)
