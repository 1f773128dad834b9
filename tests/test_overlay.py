"""The property that holds the phone's overlay to the domain: what the server says after delivery
is what the phone showed before it. Random walks, each laid over in one run of node."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import build_browser
from sync import inbox, photos
from tests.conftest import one
from tests.test_hazards import fields
from webapp import db as clock
from webapp.config import Settings
from webapp.db import connect
from webapp.demo_signing import handwriting
from webapp.domain.people import pin_proof
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.queries import contexts
from webapp.standard import slip

WALKS = 40
# Known only to the server, or only to the phone.
APART = {"number", "server_seq", "delivery", "epoch", "open_visits"}


class Walk:
    """One consultant's visit: random things done, each on what they see at that moment."""

    def __init__(self, database: Any, seed: int) -> None:
        self.db, self.random = database, random.Random(seed)
        self.visit = one(database, "select id from visits where number = 2 order by planned_on")
        sql = "select engagement_id from visits where id = :id"
        self.engagement = one(database, sql, id=self.visit)
        self.person = one(database, "select id from people where sign_in_name = 'li'")
        sql = "select id, name, pin_hash from people where sign_in_name = 'wang'"
        self.colleague = next(iter(database.query(sql)))
        self.records: list[dict[str, Any]] = []
        self.minute = 0
        self.colleague_records()

    def colleague_records(self) -> None:
        """A hazard of another phone, one of its two photos not here yet."""
        wang = self.colleague["id"]
        named = [photo("here"), photo("there")]
        payload = fields(self.visit, "W1", photos=[p["sha256"] for p in named])
        operation = {
            "id": new_id(), "kind": "hazard.record", "payload": payload, "made_by": wang,
            "made_at": f"{clock.today()}T00:30:00.000Z", "device": "another", "seq": 1,
            "base": None, "photos": named, "app": "t",
        }  # fmt: skip
        inbox.take(self.db, json.dumps(operation).encode(), wang, HANDLERS, clock.now())
        photos.arrived(self.db, operation["id"], named[0]["sha256"], clock.now())

    def seen(self) -> dict[str, Any]:
        found = contexts.visit(self.db, self.person, self.visit)
        assert found is not None
        return found

    def today(self) -> dict[str, Any]:
        return contexts.today(self.db, self.person, clock.today())

    def do(self, kind: str, payload: dict[str, Any], base: str | None = None, **more: Any) -> None:
        self.minute += 1
        operation = {
            "id": new_id(), "kind": kind, "payload": {"visit_id": self.visit, **payload},
            "made_at": f"{clock.today()}T01:{self.minute:02}:00.000Z", "made_by": self.person,
            "device": "phone", "seq": len(self.records) + 1, "base": base, "photos": [], "app": "t", **more,
        }  # fmt: skip
        if kind == "confirmation.sign":
            self.bind(operation)
        body = json.dumps(operation).encode()
        taken = inbox.take(self.db, body, self.person, HANDLERS, clock.now())
        outcome = taken.receipt["outcome"]
        if outcome == "applied":
            # What this phone took is on this phone: to it nothing of its own is missing.
            for brought in operation["photos"]:
                photos.arrived(self.db, operation["id"], brought["sha256"], clock.now())
            more = {"visit": self.visit, "state": "waiting", "receipt": None, "photos_sent": []}
            self.records.append({**operation, **more})

    def bind(self, operation: dict[str, Any]) -> None:
        payload = operation["payload"]
        signed = {
            "slip_hash": slip.sha256(payload["slip"]),
            "strokes_hash": slip.sha256(slip.compact(payload["strokes"])),
            **{name: payload[name] for name in ("party", "signer_name", "signer_post")},
            **{name: payload[name] for name in ("satisfaction", "comments")},
            "made_at": operation["made_at"], "device": operation["device"],
            "previous": payload.pop("previous"),
            **{name: payload[name] for name in ("signer_id", "proof") if name in payload},
        }  # fmt: skip
        payload["signed"] = slip.compact(signed)

    def step(self) -> None:
        names = ["start", "end", "hazard", "hazard", "edit", "withdraw", "write", "sign", "judge"]
        names += ["ink", "join", "countersign", "countersign"]
        getattr(self, self.random.choice(names))()

    def start(self) -> None:
        words = {"also_present": " 王建国 ", "accompanied_by": "赵敏", "planned_on": ""}
        rest = {"engagement_id": self.engagement, "number": 2, "place": None, "service_date": ""}
        self.do("visit.start", {**words, **rest})

    def join(self) -> None:
        code = self.seen()["visit"]["code"]
        ids = {"engagement_id": self.engagement, "code": code}
        self.do("visit.join", {**ids, "number": 2, "planned_on": clock.today()})

    def end(self) -> None:
        self.do("visit.end", {"also_present": "", "accompanied_by": "赵敏（安全总监）"})

    def some_hazard(self) -> dict[str, Any]:
        plan = self.random.choice(["", *(p["id"] for p in self.seen()["plans"])])
        pinned = self.random.random() < 0.6
        return fields(
            self.visit,
            plan_id=plan,
            pin_x=0.25 if pinned else None,
            pin_y=0.5 if pinned else None,
            description=self.random.choice([" 有空格 ", "一\n二", "<b>&"]),
            deadline=self.random.choice(["now", "3", "30"]),
            severity=self.random.choice(["general", "suspected_major"]),
        )

    def hazard(self) -> None:
        labels = [h["label"] for h in self.seen()["hazards"]]
        fresh = [photo(f"{self.minute}-{n}") for n in range(self.random.randint(0, 2))]
        named = [p["sha256"] for p in fresh]
        payload = {**self.some_hazard(), "label": f"L{len(labels) + 1}", "photos": named}
        self.do("hazard.record", payload, photos=fresh)

    def edit(self) -> None:
        """Some of the photos that are there stay, sometimes one is added."""
        for hazard in self.random.sample(self.seen()["hazards"], 1):
            fresh = [photo(f"{self.minute}-edit")] * self.random.randint(0, 1)
            named = [sha256 for sha256 in hazard["photos"] if self.random.random() < 0.7]
            named += [p["sha256"] for p in fresh]
            payload = {**self.some_hazard(), "hazard_id": hazard["id"], "photos": named}
            self.do("hazard.edit", payload, hazard["latest_operation"], photos=fresh)

    def withdraw(self) -> None:
        for hazard in self.seen()["hazards"][:1]:
            self.do("hazard.withdraw", {"hazard_id": hazard["id"], "reason": "重复"})

    def write(self) -> None:
        texts = {"content": f" 第{self.minute}次 ", "process": "", "result": "行\n"}
        self.do("record.write", texts, self.seen()["record"]["latest_operation"] or None)

    def sign(self) -> None:
        text = slip.compact(slip.slip_of(self.seen()))
        said = {"party": "consultant", "signer_name": "李晓峰", "signer_post": ""}
        rest = {"satisfaction": "", "comments": "", "previous": "", "confirmation_id": ""}
        self.do("confirmation.sign", {"slip": text, "strokes": handwriting(3, 1), **said, **rest})

    def signer(self) -> dict[str, str]:
        """One of the enterprise's own, or somebody who says why, or did not."""
        name = self.random.choice(["赵敏", " 赵敏", "孙师傅"])
        reason = self.random.choice([{}, {"reason": "deputy"}, {"reason": "not_there"}])
        return {"signer_name": name, **reason}

    def judge(self) -> None:
        found = self.seen()["confirmation"]
        for last in found["signatures"][-1:]:
            said = {"party": "enterprise", "signer_post": "安全总监", **self.signer()}
            rest = {"satisfaction": "average", "comments": " 好 ", "previous": last["hash"]}
            ids = {"confirmation_id": found["id"], "slip": found["slip"]}
            self.do("confirmation.sign", {**ids, "strokes": handwriting(4, 2), **said, **rest})

    def countersign(self) -> None:
        """The colleague, with his own PIN, on this phone."""
        found = self.seen()["confirmation"]
        for last in found["signatures"][-1:]:
            proof = pin_proof(self.colleague["pin_hash"], found["hash"])
            who = {"signer_id": self.colleague["id"], "signer_name": self.colleague["name"]}
            rest = {"signer_post": "", "satisfaction": "", "comments": "", "proof": proof}
            ids = {"confirmation_id": found["id"], "slip": found["slip"], "party": "colleague"}
            said = {"strokes": handwriting(3, 3), "previous": last["hash"]}
            self.do("confirmation.sign", {**ids, **who, **rest, **said})

    def ink(self) -> None:
        text = slip.slip_text(self.seen())
        paper = photo(f"{self.minute}-ink")
        said = {"slip": text, "satisfaction": "poor", "comments": " 慢 ", **self.signer()}
        rest = {"signer_post": "安全总监 ", "photos": [paper["sha256"]]}
        self.do("confirmation.ink", {**said, **rest}, photos=[paper])


def photo(word: str) -> dict[str, Any]:
    return {"sha256": slip.sha256(word), "size": 9, "type": "image/jpeg"}


def without(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without(v) for k, v in value.items() if k not in APART}
    return [without(one_value) for one_value in value] if isinstance(value, list) else value


def walked(database: Any, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the case for the phone, what the server says in the end)."""
    database.execute("begin immediate")
    walk = Walk(database, seed)
    case = {"visit": walk.seen(), "today": walk.today()}
    for _ in range(walk.random.randint(1, 14)):
        walk.step()
    after = {"visit": walk.seen(), "today": walk.today()}
    database.execute("rollback")
    return {**case, "operations": walk.records}, after


def test_what_the_phone_showed_is_what_the_server_says(settings: Settings) -> None:
    database = connect(settings.folder / "takan.db", readonly=False)
    cases, wanted = zip(*(walked(database, seed) for seed in range(WALKS)), strict=True)
    database.close()
    script = Path(__file__).parent / "js" / "overlay_all.mjs"
    run = subprocess.run(
        [build_browser.node(), script], input=json.dumps(cases), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    done = [operation for case in cases for operation in case["operations"]]
    assert len(done) > WALKS * 2
    assert {"visit.join", "confirmation.sign"} <= {operation["kind"] for operation in done}
    parties = {operation["payload"].get("party") for operation in done}
    assert {"consultant", "colleague", "enterprise"} <= parties
    away = [h for said in wanted for h in said["visit"]["hazards"] if h["photos_missing"]]
    assert 0 < len(away) < WALKS, "some were edited away, some not"
    for seed, (shown, said) in enumerate(zip(json.loads(run.stdout), wanted, strict=True)):
        assert without(shown) == without(json.loads(json.dumps(said))), f"seed {seed}"
