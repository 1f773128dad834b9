"""What a phone says it holds against what came: a gap is a number nobody has, never one that is
on its way."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlite_utils import Database

from sync import contact, devices
from sync.contact import Holding, Waiting
from sync.numbers import Range, count, joined, lowest, without
from sync.operation import Malformed

ROOT = Path(devices.__file__).resolve().parent
NOON, LATER = "2026-11-23T04:00:00.000Z", "2026-11-23T05:00:00.000Z"
RANGES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)).map(lambda p: (p[0], sum(p))))


def numbers(ranges: list[Range]) -> set[int]:
    return {n for first, last in ranges for n in range(first, last + 1)}


@given(RANGES, RANGES, st.integers(0, 60))
def test_ranges_are_sets(one: list[Range], other: list[Range], wanted: int) -> None:
    assert numbers(without(one, other)) == numbers(one) - numbers(other)
    assert numbers(joined(one)) == numbers(one)
    assert count(joined(one)) == len(numbers(one))
    assert sorted(numbers(lowest(one, wanted))) == sorted(numbers(one))[:wanted]
    apart = joined(one)
    assert all(low[1] + 1 < high[0] for low, high in pairwise(apart))


def database() -> Database:
    db = Database(memory=True, execute_plugins=False)
    db.conn.isolation_level = None
    db.executescript((ROOT / "schema.sql").read_text())
    db.executescript((ROOT.parent / "webapp/migrations/0006_phones.sql").read_text())
    return db


def came(db: Database, seq: int, *photos: str, at: str = NOON, **more: Any) -> str:
    known = {"outcome": "applied", "device": "d1", "made_by": "p1", **more}
    operation = f"{known['made_by']}-{seq}"
    n = next(iter(db.query("select count(*) as n from operations")))["n"]
    db.execute(
        "insert into operations (id, digest, body, kind, made_at, made_by, device, seq, outcome,"
        " receipt, server_seq, received_at) values (:id, 'x', x'00', 'a.b', :at, :made_by, :device,"
        " :seq, :outcome, '{}', :n, :at)",
        {"id": operation, "at": at, "seq": seq, "n": n + 1, **known},
    )
    for sha256 in photos:
        db.execute(
            "insert into operation_photos (operation_id, sha256, size, type, uploader)"
            " values (:id, :sha256, 9, 'image/jpeg', :made_by)",
            {"id": operation, "sha256": sha256, **known},
        )
    return operation


def holding(highest: int, waiting: dict[str, tuple[set[int], int]] | None, **more: Any) -> Holding:
    """`waiting`: visit → numbers without a receipt, photos still to send."""
    listed = waiting and tuple(
        Waiting(visit, joined((n, n) for n in seqs), photos)
        for visit, (seqs, photos) in waiting.items()
    )
    said = {
        "device": "d1", "operations_waiting": 0, "highest_seq": highest, "oldest_waiting": None,
        "photos_waiting": sum(photos for _, photos in (waiting or {}).values()),
        "clock_offset": 0, "app": "t", "waiting": () if listed == {} else listed,
    }  # fmt: skip
    return Holding(**{**said, **more})


class Phone(RuleBasedStateMachine):
    """Records are made, arrive in any order, are lost from the phone; now and then it speaks."""

    old = False

    def __init__(self) -> None:
        super().__init__()
        self.db = database()
        self.made, self.here, self.there = 0, set[int](), set[int]()
        self.spoke, self.lost_then, self.held_then = 0, set[int](), set[int]()

    @rule()
    def record(self) -> None:
        self.made += 1
        self.here.add(self.made)

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        seq = data.draw(st.sampled_from(sorted(self.here)))
        self.here.discard(seq)
        self.there.add(seq)
        came(self.db, seq)

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        self.here.discard(data.draw(st.sampled_from(sorted(self.here))))

    @rule(twice=st.booleans())
    def speak(self, twice: bool) -> None:
        said = holding(
            self.made,
            None if self.old else {"v1": (set(self.here), 0)},
            operations_waiting=len(self.here),
        )
        for _ in range(1 + twice):
            devices.note(self.db, "p1", said, NOON)
        self.spoke, self.held_then = self.made, set(self.here)
        self.lost_then = set(range(1, self.made + 1)) - self.here - self.there

    @invariant()
    def gaps_are_what_nobody_has(self) -> None:
        for standing in devices.standings(self.db):
            found = numbers(standing.gaps)
            assert found == self.lost_then
            assert standing.records == len(self.held_then - self.there)

    def teardown(self) -> None:
        self.db.close()


class OldPhone(Phone):
    """It says how many wait and not which: the count is right, and never too high."""

    old = True

    @invariant()
    def gaps_are_what_nobody_has(self) -> None:
        for standing in devices.standings(self.db):
            absent = set(range(1, self.spoke + 1)) - self.there
            assert count(standing.gaps) == max(0, len(absent) - len(self.held_then))
            assert count(standing.gaps) <= len(self.lost_then)
            assert numbers(standing.gaps) <= absent


TestPhone = Phone.TestCase
TestOldPhone = OldPhone.TestCase


def test_what_waits_or_was_made_since_is_no_gap() -> None:
    db = database()
    for seq in (1, 2, 5, 9):  # 9 was made, and came, after the contact
        came(db, seq)
    devices.note(db, "p1", holding(7, {"v1": ({3, 7}, 0), "v2": ({6}, 0)}), NOON)
    [standing] = devices.standings(db)
    assert standing.gaps == [(4, 4)]
    assert standing.records == 3


def test_a_phone_of_another_person_is_another_phone() -> None:
    """Naming somebody's device neither overwrites what it said nor fills its gaps."""
    db = database()
    came(db, 1)
    devices.note(db, "p1", holding(3, {"v1": ({2}, 0)}), NOON)
    devices.note(db, "p2", holding(900, {}), LATER)
    came(db, 3, made_by="p2")
    theirs, mine = devices.standings(db)
    assert (theirs.person, mine.person) == ("p2", "p1")
    assert (mine.last_contact, mine.gaps, mine.records) == (NOON, [(3, 3)], 1)
    assert theirs.gaps == [(1, 2), (4, 900)]


def test_photos_left_are_those_it_said_less_those_that_came() -> None:
    db = database()
    operation = came(db, 1, "a", "b", "c")
    devices.note(db, "p1", holding(2, {"v1": ({2}, 5)}), NOON)
    db.execute("update operation_photos set arrived_at = :at where sha256 = 'a'", {"at": LATER})
    [standing] = devices.standings(db)
    assert (standing.records, standing.photos, standing.photos_lost) == (1, 4, 0)
    assert standing.last_heard == NOON
    devices.heard(db, "p2", operation, LATER)
    assert devices.standings(db)[0].last_heard == NOON, "not its person"
    devices.heard(db, "p1", operation, LATER)
    assert devices.standings(db)[0].last_heard == LATER


def test_photos_that_nobody_has_are_lost() -> None:
    db = database()
    came(db, 1, "a", "b")
    came(db, 2, "c", outcome="refused")  # not relied on
    came(db, 3, "d", at=LATER)  # came after it spoke: it may well still hold them
    came(db, 4, "e", outcome="conflict")  # kept beside the other, with its photos
    devices.note(db, "p1", holding(4, {"v1": (set(), 1)}), NOON)
    [standing] = devices.standings(db)
    assert (standing.photos, standing.photos_lost) == (1, 2)


@pytest.mark.parametrize(
    ("waiting", "now", "silent"),
    [
        ({"v1": ({1}, 0)}, "2026-11-24T04:00:00.000Z", True),
        ({"v1": ({1}, 0)}, "2026-11-24T03:59:59.999Z", False),
        ({"v1": (set(), 2)}, "2026-11-30T04:00:00.000Z", True),
        ({}, "2026-12-30T04:00:00.000Z", False),
    ],
)
def test_silent_is_a_day_without_a_word_and_something_held(
    waiting: dict[str, tuple[set[int], int]], now: str, silent: bool
) -> None:
    db = database()
    devices.note(db, "p1", holding(1, waiting), NOON)
    assert devices.standings(db)[0].silent(now) is silent


def test_of_a_visit_only_what_has_not_come() -> None:
    db = database()
    came(db, 1)
    devices.note(db, "p1", holding(4, {"v1": ({1, 2, 3}, 7), "v2": ({4}, 0)}), NOON)
    devices.note(db, "p2", holding(1, {"v1": (set(), 2)}), NOON)
    assert devices.waiting_of(db, "v1") == [{"person": "p1", "last_heard": NOON, "records": 2}]
    assert devices.waiting_of(db, "v") == []


SAID: dict[str, Any] = {
    "device": "d1", "operations_waiting": 2, "photos_waiting": 3, "highest_seq": 9,
    "oldest_waiting": NOON, "device_now": "2026-11-23T04:10:00.000Z", "app": "b1",
}  # fmt: skip
WAITING = [{"visit": "v1", "seqs": [[1, 2], [4, 4]], "photos": 3}]


def test_a_contact_is_read_whether_old_or_new() -> None:
    old = contact.parse(json.dumps(SAID).encode(), NOON)
    assert (old.waiting, old.needs_you, old.clock_offset) == (None, 0, 600_000)
    new = contact.parse(json.dumps({**SAID, "waiting": WAITING, "needs_you": 1}).encode(), NOON)
    assert new.waiting == (Waiting("v1", [(1, 2), (4, 4)], 3),)
    assert contact.told(contact.kept(new.waiting)) == new.waiting
    assert contact.told(contact.kept(None)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": ""}, {"device": 5}, {"operations_waiting": -1}, {"photos_waiting": "3"},
        {"highest_seq": 2**53}, {"highest_seq": True}, {"highest_seq": None}, {"device_now": "now"},
        {"device_now": "2026-11-23"}, {"needs_you": 1.5}, {"app": 7}, {"app": "\ud800"},
        {"waiting": 5}, {"waiting": [5]}, {"waiting": [{"visit": "v1"}]},
        {"waiting": [{**WAITING[0], "seqs": [[2, 1]]}]}, {"waiting": [{**WAITING[0], "seqs": [[0, 1]]}]},
        {"waiting": [{**WAITING[0], "seqs": [[1]]}]}, {"waiting": [{**WAITING[0], "photos": -1}]},
        {"waiting": [{**WAITING[0], "seqs": [[2 * n + 1, 2 * n + 1] for n in range(2000)]}]},
    ],
)  # fmt: skip
def test_nonsense_is_malformed(wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        contact.parse(json.dumps({**SAID, **wrong}).encode(), NOON)
