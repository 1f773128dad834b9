"""The overlay held to the domain where two people changed one thing (see test_overlay): what stood
beside when the phone last heard, and what its person chooses, repeats, withdraws and brings back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import build_browser
from sync import inbox
from tests.conftest import one
from tests.test_hazards import fields
from tests.test_overlay import Walk, without
from webapp import db as clock
from webapp.config import Settings
from webapp.db import connect
from webapp.ids import new_id
from webapp.operations import HANDLERS

WALKS = 60
SAID = [*fields(""), "photos"]


class Contested(Walk):
    """Li's phone, after Wang and Li were both out of reach of each other."""

    def __init__(self, database: Any, seed: int) -> None:
        super().__init__(database, seed)
        self.wang = one(database, "select id from people where sign_in_name = 'wang'")
        self.start()
        for _ in range(self.random.randint(1, 3)):
            self.contest()
        self.records.clear()

    def wangs(self, kind: str, payload: dict[str, Any], base: str | None) -> None:
        self.minute += 1
        operation = {
            "id": new_id(), "kind": kind, "payload": {"visit_id": self.visit, **payload},
            "made_at": f"{clock.today()}T01:{self.minute:02}:00.000Z", "made_by": self.wang,
            "device": "other", "seq": None, "base": base, "photos": [], "app": "t",
        }  # fmt: skip
        body = json.dumps(operation).encode()
        taken = inbox.take(self.db, body, self.wang, HANDLERS, clock.now())
        assert taken.receipt["outcome"] == "applied"

    def contest(self) -> None:
        """Wang is faster; Li's comes once or twice, as an edit, a withdrawal or a record."""
        if self.random.random() < 0.3:
            base = self.seen()["record"]["latest_operation"] or None
            self.wangs("record.write", {"content": f"王 {self.minute}"}, base)
            for word in "李你"[: self.random.randint(1, 2)]:
                self.do("record.write", {"content": f"{word} {self.minute}"}, base)
            return
        self.hazard()
        hazard = self.seen()["hazards"][-1]
        named, base = {"hazard_id": hazard["id"]}, hazard["latest_operation"]
        first, other = (self.random.random() < 0.4 for _ in "ab")
        if first:
            self.wangs("hazard.withdraw", {**named, "reason": "王说重复"}, base)
        else:
            self.wangs("hazard.edit", {**fields(self.visit, description="王"), **named}, base)
        for word in "李你"[: self.random.randint(1, 2)]:
            if other and not first:
                self.do("hazard.withdraw", {**named, "reason": word}, base)
            else:
                self.do("hazard.edit", {**fields(self.visit, description=word), **named}, base)

    def step(self) -> None:
        names = ["choose", "choose", "choose", "repeat", "edit", "withdraw", "hazard", "write"]
        getattr(self, self.random.choice(names))()

    def choose(self) -> None:
        seen = self.seen()
        owners = [h for h in [seen["record"], *seen["hazards"]] if h["versions"]]
        if not owners:
            return
        owner = self.random.choice(owners)
        version = self.random.choice(owner["versions"])
        about: dict[str, Any] = {"resolves": version["id"]}
        side = self.random.choice([owner, version])
        if version["kind"] == "record.write":
            texts = {name: side.get(name, "") for name in ("content", "process", "result")}
            self.do("record.write", {**texts, **about}, owner["latest_operation"])
            return
        about["hazard_id"] = owner["id"]
        if side is version and version["kind"] == "hazard.withdraw":
            if not owner["withdrawn_at"]:
                self.do("hazard.withdraw", {**about, "reason": "采用"}, owner["latest_operation"])
            return
        if owner["withdrawn_at"] and side is version:
            about["restored"] = "yes"
        said = {name: side[name] for name in SAID if name in side} | about
        if self.random.random() < 0.3:
            said["description"] = f"合并 {self.minute}"
        self.do("hazard.edit", said, owner["latest_operation"])

    def withdraw(self) -> None:
        if not any(hazard["withdrawn_at"] for hazard in self.seen()["hazards"][:1]):
            super().withdraw()

    def repeat(self) -> None:
        """An edit that says what stands, on whatever."""
        for hazard in self.seen()["hazards"][:1]:
            said = {name: hazard[name] for name in SAID if name in hazard}
            base = self.random.choice([hazard["latest_operation"], hazard["id"]])
            self.do("hazard.edit", {**said, "hazard_id": hazard["id"]}, base)


def walked(database: Any, seed: int) -> tuple[dict[str, Any], dict[str, Any], int]:
    database.execute("begin immediate")
    walk = Contested(database, seed)
    case = {"visit": walk.seen(), "today": walk.today()}
    for _ in range(walk.random.randint(1, 8)):
        walk.step()
    after = {"visit": walk.seen(), "today": walk.today()}
    settled = one(database, "select count(*) from versions where settled_by is not null")
    database.execute("rollback")
    return {**case, "operations": walk.records}, after, settled


def test_what_the_phone_showed_of_a_choice_is_what_the_server_says(settings: Settings) -> None:
    database = connect(settings.folder / "takan.db", readonly=False)
    cases, wanted, settled = zip(*(walked(database, seed) for seed in range(WALKS)), strict=True)
    database.close()
    script = Path(__file__).parent / "js" / "overlay_all.mjs"
    run = subprocess.run(
        [build_browser.node(), script], input=json.dumps(cases), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert sum(settled) > WALKS // 2
    for seed, (shown, said) in enumerate(zip(json.loads(run.stdout), wanted, strict=True)):
        assert without(shown) == without(json.loads(json.dumps(said))), f"seed {seed}"
