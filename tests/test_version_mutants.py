"""Broken ones, each of which the walk of test_version_chains must catch."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlite_utils import Database

from tests.test_version_chains import walked
from webapp.domain import versions
from webapp.queries import versions as asked


def last_write_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "weigh", lambda *rest: "write")


def forgets_the_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "keep", lambda *rest: None)


def asks_about_every_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "OPEN", "v.settled_by is null")


def settles_only_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "OPEN", "v.settled_by is null")
    whole = versions.settle

    def settle(
        db: Database, operation: Any, arrival: Any, subject: Any, *rest: Any
    ) -> tuple[str, ...]:
        flags = whole(db, operation, arrival, subject, *rest)
        about = operation.payload.get("resolves", "")
        db.execute(
            "update versions set settled_by = null where operation_id <> :about"
            " and settled_by = :by",
            {"about": about, "by": operation.id},
        )
        return flags

    monkeypatch.setattr(versions, "settle", settle)


def settles_all_of_the_hazard(monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(
        db: Database, operation: Any, arrival: Any, subject: Any, *rest: Any
    ) -> tuple[str, ...]:
        db.execute(
            "update versions set settled_by = :id where settled_by is null", {"id": operation.id}
        )
        return ()

    monkeypatch.setattr(versions, "settle", settle)


def forgets_to_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "settle", lambda *rest: ())


def many(database: Database) -> None:
    acts = ["edit", "same", "withdraw", "look", "send", "send", "choose"]
    for seed in range(300):
        dice = random.Random(seed)
        steps = [(dice.randrange(3), dice.choice(acts), dice.randrange(6)) for _ in range(25)]
        walked(database, steps)


@pytest.mark.parametrize(
    "broken",
    [
        last_write_wins, forgets_the_slower, asks_about_every_link, settles_only_the_newest,
        settles_all_of_the_hazard, forgets_to_settle,
    ],
)  # fmt: skip
def test_the_walk_catches_a_broken_one(
    writable: Database, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        many(writable)
