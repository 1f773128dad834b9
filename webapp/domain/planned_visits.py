"""服务计划: visits put into the calendar, given to people, moved and cancelled at the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered, visits
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.queries import engagements, planned_visits

LONGEST_REASON = 300


def confirm_plan(
    db: Database, engagement_id: str, due: Mapping[str, Collection[str]], by: str, now: str
) -> None:
    """`due`: line → its days. A visit whose day stays is left alone, also where it was moved since;
    the others are moved to the new days in their order, what is too many is cancelled, what is
    missing is added. One visit serves all lines of a day."""
    subject = f"engagement {engagement_id}"
    for line, days in due.items():
        db.execute("delete from due_days where line_id = :line", {"line": line})
        for day in sorted(set(days)):
            db.execute(
                "insert into due_days (line_id, due_on) values (:line, :day)",
                {"line": line, "day": day},
            )
    trail.append(db, now, None, by, "plan.confirm", subject, {k: sorted(v) for k, v in due.items()})
    homes = _homes(db, engagement_id)
    begun = {homes[visit["id"]] for visit in _visits(db, engagement_id) if visit["started_at"]}
    wanted = {day for days in due.values() for day in days} - begun
    waiting = _open(db, engagement_id)
    kept = {homes[visit["id"]] for visit in waiting} & wanted
    days = sorted(wanted - kept)
    free = [visit for visit in waiting if homes[visit["id"]] not in kept]
    for visit, day in zip(free, days, strict=False):
        _move(db, visit, day, "", by, now)
    for visit in free[len(days) :]:
        _cancel(db, visit["id"], "", by, now)
    people = [one["id"] for one in engagements.people(db, engagement_id)]
    for day in days[len(free) :]:
        _add(db, engagement_id, day, people)
    _serve(db, engagement_id, due)


def planned_days(typed: list[str], starts: date, ends: date) -> list[str]:
    """Within the term, each once; an empty field is a time fewer."""
    found: list[str] = []
    for text in filter(None, typed):
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Refusal("bad_day") from error
        if not starts <= day <= ends:
            raise Refusal("plan_outside_term", day=text)
        if day.isoformat() in found:
            raise Refusal("plan_day_twice", day=text)
        found.append(day.isoformat())
    return found


def _homes(db: Database, engagement_id: str) -> dict[str, str]:
    """The day of the plan that each visit stands for: moving it for a reason does not change it."""
    found = {}
    for visit in _visits(db, engagement_id):
        moves = planned_visits.by_id(db, visit["id"])["moves"]
        found[visit["id"]] = moves[0]["from_on"] if moves else visit["planned_on"]
        for move in moves:
            if not move["reason"]:
                found[visit["id"]] = move["to_on"]
    return found


def _visits(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    sql = "select * from visits where engagement_id = :id order by planned_on, number"
    return list(db.query(sql, {"id": engagement_id}))


def _open(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    visits_of = _visits(db, engagement_id)
    return [row for row in visits_of if not row["started_at"] and not row["cancelled_at"]]


def _serve(db: Database, engagement_id: str, due: Mapping[str, Collection[str]]) -> None:
    """Which lines each coming visit serves follows from its day in the plan."""
    homes = _homes(db, engagement_id)
    for visit in _open(db, engagement_id):
        lines = [line for line, days in due.items() if homes[visit["id"]] in days]
        _set_lines(db, visit["id"], lines)


def _set_lines(db: Database, visit_id: str, lines: Collection[str]) -> None:
    db.execute("delete from visit_lines where visit_id = :id", {"id": visit_id})
    for line in lines:
        row = {"visit": visit_id, "line": line}
        db.execute("insert into visit_lines (visit_id, line_id) values (:visit, :line)", row)


def _add(db: Database, engagement_id: str, day: str, people: Collection[str]) -> str:
    visit_id = new_id()
    sql = "select coalesce(max(number), 0) + 1 as n from visits where engagement_id = :id"
    number = next(iter(db.query(sql, {"id": engagement_id})))["n"]
    visits.plan(db, visit_id, engagement_id, number, day, list(people))
    return visit_id


def add(
    db: Database, engagement_id: str, form: Form, people: Collection[str], lines: Collection[str],
    by: str, now: str,
) -> str:  # fmt: skip
    day = entered.day(form, "planned_on", needed=True)
    people = _people(db, engagement_id, people)
    lines = _lines(db, engagement_id, lines)
    visit_id = _add(db, engagement_id, day, people)
    _set_lines(db, visit_id, lines)
    detail = {"on": day, "people": people, "lines": lines}
    trail.append(db, now, None, by, "visit.plan", f"visit {visit_id}", detail)
    return visit_id


def _people(db: Database, engagement_id: str, picked: Collection[str]) -> list[str]:
    """At least one, each of the engagement."""
    if not picked:
        raise Refusal("nobody_chosen", field="people")
    known = [one["id"] for one in engagements.people(db, engagement_id)]
    return entered.chosen(picked, known, "people")


def _lines(db: Database, engagement_id: str, picked: Collection[str]) -> list[str]:
    sql = "select id from service_lines where engagement_id = :id"
    known = [row["id"] for row in db.query(sql, {"id": engagement_id})]
    return entered.chosen(picked, known, "lines")


def move(db: Database, visit_id: str, form: Form, by: str, now: str) -> None:
    visit = _not_begun(db, visit_id)
    day = entered.day(form, "planned_on", needed=True)
    reason = entered.text(form, "reason", True, LONGEST_REASON)
    if day != visit["planned_on"]:
        _move(db, visit, day, reason, by, now)


def _move(db: Database, visit: dict[str, Any], day: str, reason: str, by: str, now: str) -> None:
    """The due day of the contract stays where it was."""
    row = {
        "id": new_id(), "visit": visit["id"], "from": visit["planned_on"], "to": day,
        "reason": reason, "by": by, "at": now,
    }  # fmt: skip
    db.execute(
        "insert into visit_moves (id, visit_id, from_on, to_on, reason, moved_by, moved_at)"
        " values (:id, :visit, :from, :to, :reason, :by, :at)",
        row,
    )
    db.execute("update visits set planned_on = :to where id = :visit", row)
    trail.append(db, now, None, by, "visit.move", f"visit {visit['id']}", row)


def cancel(db: Database, visit_id: str, form: Form, by: str, now: str) -> None:
    _not_begun(db, visit_id)
    _cancel(db, visit_id, entered.text(form, "reason", True, LONGEST_REASON), by, now)


def _cancel(db: Database, visit_id: str, reason: str, by: str, now: str) -> None:
    row = {"id": visit_id, "at": now, "reason": reason, "by": by}
    db.execute(
        "update visits set cancelled_at = :at, cancelled_reason = :reason, cancelled_by = :by"
        " where id = :id",
        row,
    )
    trail.append(db, now, None, by, "visit.cancel", f"visit {visit_id}", row)


def assign(
    db: Database, visit_id: str, people: Collection[str], lines: Collection[str], by: str,
    now: str, reason: str = "",
) -> None:  # fmt: skip
    """Who goes, and which lines it serves. Who came already stays; a visit that took place may
    still be given its lines."""
    visit = next(iter(db.query("select * from visits where id = :id", {"id": visit_id})))
    lines = _lines(db, visit["engagement_id"], lines)
    if not visit["started_at"]:
        people = _people(db, visit["engagement_id"], people)
        sql = "delete from visit_people where visit_id = :id and joined_at is null"
        db.execute(sql, {"id": visit_id})
        for person in people:
            db.execute(
                "insert into visit_people (visit_id, person_id) values (:visit, :person)"
                " on conflict do nothing",
                {"visit": visit_id, "person": person},
            )
    _set_lines(db, visit_id, lines)
    detail = {"people": list(people), "lines": lines, **({"reason": reason} if reason else {})}
    trail.append(db, now, None, by, "visit.assign", f"visit {visit_id}", detail)


def _not_begun(db: Database, visit_id: str) -> dict[str, Any]:
    visit = next(iter(db.query("select * from visits where id = :id", {"id": visit_id})))
    if visit["started_at"]:
        raise Refusal("visit_begun")
    if visit["cancelled_at"]:
        raise Refusal("visit_cancelled")
    return visit
