"""Any order of edits, withdrawals and choices by three people, each on what they last saw: nothing
is written over unseen, nothing is lost, and nobody is asked twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlite_utils import Database

from sync import inbox, trail
from tests.conftest import one
from tests.test_hazards import fields
from webapp import db as clock
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.queries import hazards

Step = tuple[int, str, int]
STEPS = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["edit", "edit", "same", "withdraw", "look", "send", "send", "choose"]),
    st.integers(0, 5),
)


class Person:
    """A phone: what it last saw of the hazard, laid over with its own; and what waits."""

    def __init__(self, person_id: str) -> None:
        self.id, self.seq = person_id, 0
        self.saw: dict[str, Any] = {}
        self.waiting: list[dict[str, Any]] = []


class Walk:
    def __init__(self, database: Database) -> None:
        self.db, self.words = database, 0
        self.visit = one(database, "select id from visits where number = 2 order by planned_on")
        ids = [
            one(database, "select id from people where name = :name", name=name)
            for name in ("李晓峰", "王建国", "吴志强")
        ]
        self.people = [Person(person_id) for person_id in ids]
        self.said: dict[str, str] = {}  # operation → the words it brought
        self.on: dict[str, str] = {}  # operation → the words its author was looking at
        self.hazard = ""
        self.make(self.people[0], "hazard.record", fields(self.visit, "L1", description="零"))
        self.hazard = self.people[0].waiting[0]["id"]
        self.send(self.people[0])
        for person in self.people:
            self.look(person)

    def make(
        self, person: Person, kind: str, payload: dict[str, Any], base: str | None = None
    ) -> dict[str, Any]:
        person.seq += 1
        operation = {
            "id": new_id(), "kind": kind, "payload": payload, "made_at": clock.now(),
            "made_by": person.id, "device": person.id, "seq": person.seq, "base": base,
            "photos": [], "app": "test",
        }  # fmt: skip
        person.waiting.append(operation)
        return operation

    def stands(self) -> dict[str, Any]:
        found = hazards.of_visit(self.db, self.visit)
        return next(hazard for hazard in found if hazard["id"] == self.hazard)

    def look(self, person: Person) -> None:
        """Fresh from the server; what waits here is on an older text, and stays that."""
        person.saw = self.stands()

    def edit(self, person: Person, words: str, **more: Any) -> None:
        saw = person.saw
        said = {**fields(self.visit), "hazard_id": self.hazard, "description": words, **more}
        operation = self.make(person, "hazard.edit", said, saw["latest_operation"])
        self.said[operation["id"]], self.on[operation["id"]] = words, saw["description"]
        if words != saw["description"] or more.get("restored"):
            person.saw = {**saw, "description": words, "latest_operation": operation["id"]}

    def withdraw(self, person: Person, **more: Any) -> None:
        if person.saw["withdrawn_at"]:
            return
        said = {"visit_id": self.visit, "hazard_id": self.hazard, "reason": "重复", **more}
        operation = self.make(person, "hazard.withdraw", said, person.saw["latest_operation"])
        self.on[operation["id"]] = person.saw["description"]
        person.saw = {
            **person.saw, "withdrawn_at": "now", "latest_operation": operation["id"]
        }  # fmt: skip

    def choose(self, person: Person, way: int) -> None:
        for version in person.saw["versions"][:1]:
            rest = [v for v in person.saw["versions"] if v is not version]
            about = {"resolves": version["id"]}
            if version["kind"] == "hazard.withdraw" and way % 2:
                self.withdraw(person, **about)
            elif way % 3 and version["kind"] == "hazard.edit":
                back = {"restored": "yes"} if person.saw["withdrawn_at"] else {}
                words = version["description"] if way % 3 == 1 else self.fresh()
                self.edit(person, words, **about, **back)
            else:
                self.edit(person, person.saw["description"], **about)
            person.saw = {**person.saw, "versions": rest}

    def fresh(self) -> str:
        self.words += 1
        return f"话{self.words}"

    def send(self, person: Person) -> None:
        """One operation arrives: what stood is replaced only by who had seen it."""
        for operation in person.waiting[:1]:
            before = self.stands() if self.hazard and self.hazard != operation["id"] else None
            body = json.dumps(operation).encode()
            taken = inbox.take(self.db, body, person.id, HANDLERS, clock.now())
            person.waiting.pop(0)
            assert taken.receipt["outcome"] in {"applied", "conflict"}, taken.answer
            if before:
                self.seen_before_replaced(operation, before)

    def seen_before_replaced(self, operation: dict[str, Any], before: dict[str, Any]) -> None:
        after, seen = self.stands(), self.on.get(operation["id"])
        if after["description"] != before["description"]:
            assert seen == before["description"], "written over unseen"
        if after["withdrawn_at"] != before["withdrawn_at"]:
            assert operation["base"] == before["latest_operation"], "withdrawn or back unseen"

    def step(self, who: int, act: str, pick: int) -> None:
        person = self.people[who]
        match act:
            case "edit":
                self.edit(person, self.fresh())
            case "same":  # what someone else may have written too
                self.edit(person, f"常用语{pick % 2}")
            case "withdraw":
                self.withdraw(person)
            case "look" if not person.waiting:
                self.look(person)
            case "send":
                self.send(person)
            case "choose":
                self.choose(person, pick)

    def check(self) -> None:
        """Each that was not applied is offered, or a later one of its chain is, or a person
        chose; nothing was chosen by an operation that was not about it."""
        rows = {row["operation_id"]: row for row in self.db.query("select * from versions")}
        sql = "select id, receipt from operations where outcome = 'conflict'"
        assert set(rows) == {row["id"] for row in self.db.query(sql)}
        offered = {v["id"] for v in self.stands()["versions"]}
        for version_id, row in rows.items():
            words = json.loads(row["fields"]).get("description", "")
            assert words == self.said.get(version_id, ""), "its words changed"
            ends = set(self.newest(rows, version_id))
            if row["settled_by"]:
                assert self.chosen_by(rows, version_id, row["settled_by"]), "chosen by nobody"
            else:
                newest = ends == {version_id}
                assert newest == (version_id in offered), "not offered, or an early link offered"
        for version_id in offered:
            assert not rows[version_id]["settled_by"], "offered again"
        assert trail.verify(self.db) is None

    def newest(self, rows: dict[str, Any], version_id: str) -> Iterator[str]:
        later = [r for r in rows.values() if version_id in (r["base"], r["resolves"])]
        if not later:
            yield version_id
        for row in later:
            yield from self.newest(rows, row["operation_id"])

    def chosen_by(self, rows: dict[str, Any], version_id: str, operation_id: str) -> bool:
        """The operation named this version, or one that was made on it; was made on it; or says
        the same."""
        sql = "select cast(body as text) as body from operations where id = :id"
        body = json.loads(one(self.db, sql, id=operation_id))
        about = {body["payload"].get("resolves"), body["base"]}
        words = self.said.get(operation_id)
        line: set[str] = set()
        more = {version_id}
        while more - line:
            line |= more
            more = {k for k, row in rows.items() if line & {row["base"], row["resolves"]}}
        alike = [k for k in line if rows[k]["kind"] == body["kind"] and self.said.get(k) == words]
        return bool(about & line or alike)

    def finish(self) -> None:
        """Everything arrives; then each question is asked and answered exactly once."""
        for person in self.people:
            while person.waiting:
                self.send(person)
                self.check()
        wang = self.people[1]
        self.look(wang)
        questions = len(wang.saw["versions"])
        for _ in range(questions):
            self.look(wang)
            self.choose(wang, self.words)
            self.send(wang)
            self.check()
        assert self.stands()["versions"] == [], "asked once more"
        for operation_id in self.said:
            sql = "select count(*) from trail where operation_id = :id and detail like :words"
            words = f"%{self.said[operation_id]}%"
            assert one(self.db, sql, id=operation_id, words=words) == 1, "words lost"


def walked(database: Database, steps: list[Step]) -> None:
    database.execute("begin immediate")
    try:
        walk = Walk(database)
        for step in steps:
            walk.step(*step)
            walk.check()
        walk.finish()
    finally:
        database.execute("rollback")


@given(steps=st.lists(STEPS, max_size=30))
@hypothesis(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_is_lost_or_written_over_and_nobody_asked_twice(
    writable: Database, steps: list[Step]
) -> None:
    walked(writable, steps)
