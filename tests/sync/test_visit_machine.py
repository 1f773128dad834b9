"""Two people, two workers, one real database: any interleaving of deliveries, repeats, stray copies,
late edits and workers that fail halfway, against the model of model.py."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sync import inbox, trail
from tests.faults import mutants
from tests.sync.model import Model
from tests.sync.site import TEXTS, Maker, Site, body, deliver, seed, slip
from tests.sync.test_statements import Failing
from tests.test_hazards import fields
from tests.test_visits import start
from webapp import db
from webapp.ids import new_id
from webapp.operations import HANDLERS

WORDS = st.sampled_from(["护罩缺失", "通道堵塞", "接地断开"])
PERSON = st.sampled_from(["li", "wang"])
WORKER = st.integers(0, 1)
ANY = st.integers(0, 10_000)  # which of what there is


class Visit(RuleBasedStateMachine):
    """Rules that make put an operation into the pool; rules that deliver take any from it."""

    site: Site

    @initialize()
    def arrive(self) -> None:
        self.place = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.here = self.site.copy(self.place / "site")
        self.app = self.here.app()
        self.workers = [ThreadPoolExecutor(1) for _ in range(2)]
        self.makers = {name: Maker(self.site.people[name]) for name in ("li", "wang")}
        self.model, self.pool = Model(), list[dict[str, Any]]()
        self.answers: dict[bytes, bytes] = {}
        begun = start(self.site.visit, self.site.engagement)
        self.work(0, body(self.makers["li"].operation("visit.start", begun)))
        self.before = self.count()
        self.record("li", "护罩缺失", "L1")
        self.drain(0)

    def teardown(self) -> None:
        for worker in getattr(self, "workers", []):
            worker.submit(db.drop_connection).result()
            worker.shutdown()
        db.drop_connection()
        shutil.rmtree(self.place, ignore_errors=True)

    def work(self, worker: int, data: bytes, failing: Failing | None = None) -> inbox.Taken:
        """One delivery in one worker's thread, over its own connection."""

        def run() -> inbox.Taken:
            watched = failing or (lambda sql, params: None)
            with self.app.app_context(), db.get_db().tracer(watched):
                return deliver(data)

        return self.workers[worker].submit(run).result()

    def hazards(self) -> list[str]:
        return [one["id"] for one in self.pool if one["kind"] == "hazard.record"]

    @rule(who=PERSON, words=WORDS, label=st.sampled_from(["L1", "L2"]))
    def record(self, who: str, words: str, label: str) -> None:
        payload = fields(self.site.visit, label=label, description=words)
        self.pool.append(self.makers[who].operation("hazard.record", payload))

    @precondition(lambda self: self.hazards())
    @rule(who=PERSON, words=WORDS, which=ANY, version=ANY)
    def edit(self, who: str, words: str, which: int, version: int) -> None:
        """Made on any version there ever was, or on one that never was."""
        hazard = self.hazards()[which % len(self.hazards())]
        made_on = [
            hazard, new_id(),
            *(o["id"] for o in self.pool if o["payload"].get("hazard_id") == hazard),
        ]  # fmt: skip
        payload = fields(self.site.visit, description=words) | {"hazard_id": hazard}
        base = made_on[version % len(made_on)]
        self.pool.append(self.makers[who].operation("hazard.edit", payload, base=base))

    @precondition(lambda self: self.hazards())
    @rule(who=PERSON, which=ANY)
    def withdraw(self, who: str, which: int) -> None:
        ids = {
            "visit_id": self.site.visit,
            "hazard_id": self.hazards()[which % len(self.hazards())],
        }
        operation = self.makers[who].operation("hazard.withdraw", {**ids, "reason": "重复"})
        self.pool.append(operation)

    @rule(who=PERSON, words=WORDS, version=ANY)
    def write(self, who: str, words: str, version: int) -> None:
        made_on = [None, *(o["id"] for o in self.pool if o["kind"] == "record.write")]
        payload = {"visit_id": self.site.visit, **TEXTS, "content": words}
        base = made_on[version % len(made_on)]
        self.pool.append(self.makers[who].operation("record.write", payload, base=base))

    @rule(who=PERSON)
    def sign(self, who: str) -> None:
        """Our side, and the enterprise twice on the same slip."""
        ours, theirs = slip(self.site, self.makers[who])[:2]
        self.pool += [ours, theirs, {**theirs, "id": new_id()}]

    @precondition(lambda self: self.pool)
    @rule(which=ANY)
    def forge(self, which: int) -> None:
        """The same id with other bytes."""
        self.pool.append({**self.pool[which % len(self.pool)], "app": "forged"})

    @precondition(lambda self: self.pool)
    @rule(which=ANY, worker=WORKER)
    def deliver(self, which: int, worker: int) -> None:
        """Any of them: out of order, or again."""
        self.deliver_one(self.pool[which % len(self.pool)], worker)

    @rule(worker=WORKER)
    def drain(self, worker: int) -> None:
        """All that waits, in order, as phones do."""
        for operation in self.pool:
            if body(operation) not in self.answers:
                self.deliver_one(operation, worker)

    def deliver_one(self, operation: dict[str, Any], worker: int) -> None:
        data = body(operation)
        taken = self.work(worker, data)
        expected = self.model.take(data, operation)
        reason = taken.receipt["reason"] or {"code": ""}
        assert (taken.receipt["outcome"], no_label(reason)) == expected
        assert self.answers.setdefault(data, taken.answer) == taken.answer

    @precondition(lambda self: self.pool)
    @rule(which=ANY, worker=WORKER, after=st.integers(0, 22))
    def fail(self, which: int, worker: int, after: int) -> None:
        """The worker's connection breaks; the answer, if there would have been one, is lost."""
        operation = self.pool[which % len(self.pool)]
        data = body(operation)
        failing = Failing(after)
        try:
            self.work(worker, data, failing)
        except db.Error:
            assert failing.broke
        if self.count() > len(self.model.decided) + self.before:
            self.model.take(data, operation)

    def count(self) -> int:
        return int(self.seen("select count(*) as n from operations")[0]["n"])

    def seen(self, sql: str) -> list[dict[str, Any]]:
        with self.app.app_context():
            return list(db.get_db().query(sql))

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        if not hasattr(self, "before"):
            return
        sql = (
            "select id, description, latest_operation, withdrawn_at from hazards where visit_id = "
        )
        there = {
            row["id"]: (row["description"], row["latest_operation"], bool(row["withdrawn_at"]))
            for row in self.seen(f"{sql} '{self.site.visit}'")
        }
        assert there == self.model.hazards
        sql = f"select * from service_records where visit_id = '{self.site.visit}'"
        record = [(row["content"], row["latest_operation"]) for row in self.seen(sql)]
        assert record == ([self.model.record] if self.model.record else [])
        sql = f"select * from confirmations where visit_id = '{self.site.visit}'"
        assert {r["id"]: bool(r["satisfaction"]) for r in self.seen(sql)} == self.model.slips
        sql = f"select s.id from signatures as s join confirmations as c on c.id = s.confirmation_id where c.visit_id = '{self.site.visit}'"
        assert {row["id"] for row in self.seen(sql)} == self.model.signatures

    @invariant()
    def everything_is_kept_once(self) -> None:
        if not hasattr(self, "before"):
            return
        kept = [bytes(row["body"]) for row in self.seen("select body from operations")]
        assert sorted(kept[self.before :]) == sorted(self.model.decided)
        links = self.seen("select operation_id from trail where operation_id is not null")
        assert len(links) == len(kept), "the trail is not what was decided"
        with self.app.app_context():
            assert trail.verify(db.get_db()) is None


def no_label(reason: dict[str, Any]) -> str:
    """A label that was taken is flagged; the model counts no labels."""
    flags = reason.get("params", {}).get("flags", [])
    return "" if flags == ["label_taken"] else str(reason["code"])


@pytest.fixture(scope="module")
def machine(demo_folder: Path) -> type[RuleBasedStateMachine]:
    return type("VisitHere", (Visit,), {"site": seed(demo_folder)})


def test_any_interleaving_ends_where_the_model_does(machine: type[RuleBasedStateMachine]) -> None:
    found = settings(max_examples=30, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(machine, settings=found)


@pytest.mark.parametrize("mutant", ["last_write_wins", "receipt_made_again", "no_trail"])
def test_the_machine_catches_a_broken_server(
    machine: type[RuleBasedStateMachine], monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    for place, name in ((inbox, "_receipts"), (trail, "append")):
        monkeypatch.setattr(place, name, getattr(place, name))  # put back when this is over
    monkeypatch.setitem(HANDLERS, "hazard.edit", HANDLERS["hazard.edit"])  # type: ignore[arg-type]
    mutants.become(mutant)
    quick = settings(
        max_examples=100, stateful_step_count=25, deadline=None, database=None,
        derandomize=True, phases=[Phase.generate],
    )  # fmt: skip
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=quick)
