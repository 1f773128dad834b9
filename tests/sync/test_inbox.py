"""Each operation once, the same answer for ever, nothing half: against a model and a failing
connection. The checkers themselves are checked by broken inboxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlite_utils import Database

from sync import inbox, photos, trail
from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation

NOW = "2026-11-23T01:10:00.000Z"
SCHEMA = (Path(inbox.__file__).parent / "schema.sql").read_text()


def database() -> Database:
    db = Database(memory=True, execute_plugins=False)
    db.conn.isolation_level = None
    db.executescript("create table meta (key text primary key, value text not null) strict;")
    db.executescript("create table things (id text, word text) strict;" + SCHEMA)
    return db


def note(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    word = operation.payload["word"]
    db.execute("insert into things values (:id, :word)", {"id": operation.id, "word": word})
    if word == "no":
        raise Refused("nonsense")
    if word == "late":
        return Outcome(operation.id, "conflict")
    return Outcome(operation.id, after={"word": word})


HANDLERS = {"thing.note": note}


def uuid(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def body(number: int, word: str = "yes", **more: Any) -> bytes:
    made = {
        "id": uuid(number), "kind": "thing.note", "payload": {"word": word}, "made_at": NOW,
        "made_by": "p1", "device": "d1", "seq": number + 1, "base": None, "photos": [],
        "app": "t", **more,
    }  # fmt: skip
    return json.dumps(made).encode()


Take = Callable[..., inbox.Taken]


def deliver(db: Database, data: bytes, take: Take = inbox.take, handlers: Any = None) -> Any:
    db.execute("begin immediate")
    try:
        taken = take(db, data, "p1", HANDLERS if handlers is None else handlers, NOW)
        db.execute("commit")
    except BaseException:
        db.execute("rollback")
        raise
    return taken


def words(db: Database) -> list[tuple[str, str]]:
    return sorted((row["id"], row["word"]) for row in db.query("select * from things"))


def test_the_same_bytes_get_the_same_answer() -> None:
    db = database()
    first, second = deliver(db, body(1)), deliver(db, body(1))
    assert (first.status, second.status) == (201, 200)
    assert first.answer == second.answer
    assert words(db) == [(uuid(1), "yes")]
    assert first.receipt["server_seq"] == 1
    assert first.receipt["epoch"]


def test_other_bytes_under_one_id_are_a_conflict_and_both_are_kept() -> None:
    db = database()
    deliver(db, body(1, "yes"))
    other = deliver(db, body(1, "other"))
    assert other.receipt["outcome"] == "conflict"
    assert words(db) == [(uuid(1), "yes")]
    kept = [row["body"] for row in db.query("select body from operations order by server_seq")]
    assert kept == [body(1, "yes"), body(1, "other")]


def test_a_refusal_undoes_the_verb_but_not_the_receipt() -> None:
    db = database()
    refused = deliver(db, body(1, "no"))
    assert refused.receipt["outcome"] == "refused"
    assert refused.receipt["reason"] == {"code": "nonsense", "params": {}}
    assert words(db) == []
    assert deliver(db, body(1, "no")).answer == refused.answer


def test_an_unknown_kind_is_held_and_taken_when_it_is_known() -> None:
    db = database()
    held = deliver(db, body(1), handlers={})
    assert held.status == 422
    assert json.loads(held.answer)["error"]["code"] == "unknown_kind"
    assert db["held_operations"].count == 1
    assert deliver(db, body(1)).receipt["outcome"] == "applied"
    assert db["held_operations"].count == 0


def test_another_persons_work_is_not_relabelled() -> None:
    db = database()
    assert deliver(db, body(1, made_by="p2")).status == 403
    assert db["operations"].count == 0


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b"\xff", b'{"id": 1}',
        body(1).replace(b'"word"', b'"word": "x", "word"'),
        body(1, id="not-an-id"), body(1, made_at="yesterday"), body(1, seq=0), body(1, seq=True),
        body(1, photos=[{"sha256": "x", "size": 1, "type": "image/jpeg"}]),
        body(1).replace(b'"yes"', b"1e999"), body(1).replace(b'"yes"', b"9" * 40),
        body(1, payload=[]), body(1, payload={"word": "\ud800"}), body(1, kind="thing"),
    ],
)  # fmt: skip
def test_nonsense_is_malformed_and_leaves_nothing(data: bytes) -> None:
    db = database()
    assert deliver(db, data).status == 400
    assert db["operations"].count == db["trail"].count == 0


def test_photos_are_owed_to_the_operation_that_names_them() -> None:
    db = database()
    photo = {"sha256": "a" * 64, "size": 5, "type": "image/jpeg"}
    answer = json.loads(deliver(db, body(1, photos=[photo])).answer)
    assert answer["photos_missing"] == ["a" * 64]
    assert photos.expected_size(db, uuid(1), "a" * 64, "p1")
    assert photos.expected_size(db, uuid(1), "a" * 64, "p2") is None
    assert photos.expected_size(db, uuid(2), "a" * 64, "p1") is None
    photos.arrived(db, uuid(1), "a" * 64, NOW)
    assert json.loads(deliver(db, body(1, photos=[photo])).answer)["photos_missing"] == []


class FailingAt(Exception):
    pass


@pytest.mark.parametrize("word", ["yes", "no", "late"])
def test_a_connection_that_fails_anywhere_leaves_all_or_nothing(word: str) -> None:
    statements = 0
    while True:
        db, left = database(), [statements]

        def trace(sql: str, _: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0 and sql not in {"rollback", "commit"}:
                raise FailingAt

        try:
            with db.tracer(trace):
                deliver(db, body(1, word))
        except FailingAt:
            assert [db[t].count for t in ("operations", "trail", "things")] == [0, 0, 0]
            statements += 1
            assert deliver(db, body(1, word)).status == 201
            continue
        break
    assert statements > 8


# Broken inboxes: each must be caught by the machine below.


def remakes_receipts(db: Database, data: bytes, *rest: Any) -> inbox.Taken:
    taken = inbox.take(db, data, *rest)
    return inbox.Taken(
        taken.status, taken.answer.replace(b"applied", b"Applied", taken.status - 200)
    )


def applies_twice(db: Database, data: bytes, person: str, handlers: Any, now: str) -> inbox.Taken:
    taken = inbox.take(db, data, person, handlers, now)
    if taken.status == 200 and json.loads(data)["payload"]["word"] == "yes":
        db.execute("insert into things values (:id, 'yes')", {"id": json.loads(data)["id"]})
    return taken


def last_write_wins(db: Database, data: bytes, *rest: Any) -> inbox.Taken:
    taken = inbox.take(db, data, *rest)
    found = json.loads(data)
    db.execute(
        "update things set word = :word where id = :id", {**found["payload"], "id": found["id"]}
    )
    return taken


def forgets_the_trail(db: Database, data: bytes, *rest: Any) -> inbox.Taken:
    taken = inbox.take(db, data, *rest)
    db.execute("delete from trail where seq = 2")
    return taken


def machine(take: Take) -> type[RuleBasedStateMachine]:
    class Deliveries(RuleBasedStateMachine):
        """Any interleaving of deliveries and repeats against what should be there."""

        @initialize()
        def start(self) -> None:
            self.db = database()
            self.answers: dict[bytes, bytes] = {}
            self.things: dict[str, str] = {}
            self.ids: set[str] = set()

        @rule(number=st.integers(0, 4), word=st.sampled_from(["yes", "no", "late", "other"]))
        def deliver(self, number: int, word: str) -> None:
            data = body(number, word)
            answer = deliver(self.db, data, take).answer
            assert self.answers.setdefault(data, answer) == answer
            if uuid(number) not in self.ids and word != "no":
                self.things[uuid(number)] = word
            self.ids.add(uuid(number))

        @invariant()
        def everything_once(self) -> None:
            if hasattr(self, "db"):
                assert words(self.db) == sorted(self.things.items())
                assert trail.verify(self.db) is None
                assert self.db["trail"].count == len(self.answers)

    return Deliveries


class TestDeliveries(machine(inbox.take).TestCase):  # type: ignore[misc]
    settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


@pytest.mark.parametrize(
    "broken", [remakes_receipts, applies_twice, last_write_wins, forgets_the_trail]
)
def test_the_machine_catches_a_broken_inbox(broken: Take) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    quick = settings(max_examples=60, stateful_step_count=12, deadline=None, database=None)
    with pytest.raises(BaseException):  # noqa: B017, PT011 — any failure of any invariant
        run_state_machine_as_test(machine(broken), settings=quick)


@given(st.integers(0, 4), st.sampled_from(["at", "person", "action", "detail", "previous", "hash"]))
@settings(max_examples=25, deadline=None)
def test_a_changed_row_breaks_the_chain(row: int, column: str) -> None:
    db = database()
    for number in range(5):
        deliver(db, body(number))
    db.execute(f"update trail set {column} = {column} || 'x' where seq = :seq", {"seq": row + 1})
    assert trail.verify(db) in {row + 1, row + 2}


def test_a_missing_row_breaks_the_chain() -> None:
    db = database()
    for number in range(3):
        deliver(db, body(number))
    db.execute("delete from trail where seq = 2")
    assert trail.verify(db) == 3
