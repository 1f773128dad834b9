"""Each kind of operation through the application's handlers, the connection failing at each
statement in turn: all of it or nothing, and the next delivery goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sync import inbox
from tests.faults import mutants
from tests.sync.site import Site, body, deliver, seed, whole_visit
from webapp import db
from webapp.operations import HANDLERS

OUTCOMES = ["applied"] * 11 + ["conflict"] * 2


@pytest.fixture(scope="module")
def site(demo_folder: Path) -> Site:
    return seed(demo_folder)


@pytest.fixture
def app(site: Site, tmp_path: Path) -> Iterator[Flask]:
    found = site.copy(tmp_path / "site").app()
    with found.app_context():
        yield found
    db.drop_connection()


class Failing:
    """The connection of this thread, out of order from the n-th statement on."""

    def __init__(self, n: int) -> None:
        self.left = n
        self.broke = False

    def __call__(self, sql: str, _: object) -> None:
        self.left -= 1
        if self.left < 0:
            self.broke = True
            raise db.Error(f"disk I/O error at {sql}")


def test_a_whole_visit_is_what_it_says(app: Flask, site: Site) -> None:
    visit = whole_visit(site)
    assert {operation["kind"] for operation in visit} == set(HANDLERS), "a kind is forgotten"
    taken = [deliver(body(operation)) for operation in visit]
    assert [one.receipt["outcome"] for one in taken] == OUTCOMES


@pytest.mark.parametrize("number", range(len(OUTCOMES)))
def test_a_connection_that_fails_at_any_statement(
    app: Flask, site: Site, tmp_path: Path, number: int
) -> None:
    all_or_nothing(app, site, tmp_path, number)


def test_a_receipt_in_another_transaction_is_caught(
    app: Flask, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_remember", inbox._remember)  # put back when this is over
    mutants.receipt_in_another_transaction()
    kinds = [operation["kind"] for operation in whole_visit(site)]
    with pytest.raises(db.IntegrityError):  # the hazard stands without a receipt
        all_or_nothing(app, site, tmp_path, kinds.index("hazard.record"))


def all_or_nothing(app: Flask, site: Site, tmp_path: Path, number: int) -> None:
    """The number-th operation of a visit, after all before it arrived."""
    visit = [body(operation) for operation in whole_visit(site)]
    for before in visit[:number]:
        deliver(before)
    here = Site(app.config["FOLDER"], site.visit, site.engagement, site.people)
    untouched = here.dump()
    db.drop_connection()  # the last one out leaves no log to copy
    unspoilt = here.copy(tmp_path / "unspoilt")
    with unspoilt.app().app_context():
        straight = deliver(visit[number])
    wanted = unspoilt.dump()
    assert fail_at_each(here, visit[number], untouched) >= 12
    taken = deliver(visit[number])
    assert taken.answer == straight.answer
    assert here.dump() == wanted


def fail_at_each(here: Site, operation: bytes, untouched: dict[str, list[str]]) -> int:
    """Until the statement is one that came after the commit; how many there were before it."""
    n = 0
    while True:
        failing = Failing(n)
        with pytest.raises(db.Error), db.get_db().tracer(failing):
            deliver(operation)
        if here.dump() != untouched:
            return n
        n += 1
