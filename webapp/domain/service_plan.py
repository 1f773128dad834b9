"""服务计划: the days on which each line of a contract is due, and the visits that follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlite_utils import Database

from sync import trail
from webapp.domain import planned_visits as visits
from webapp.domain.refusal import Refusal
from webapp.queries import engagements, planned_visits


def confirm_plan(
    db: Database, engagement_id: str, due: Mapping[str, Collection[str]], by: str, now: str
) -> None:
    """`due`: line → its days. Of the visits that the plan before brought, one whose day stays is
    left alone, also where it was moved since; the others are moved to the new days in their order,
    what is too many is cancelled, what is missing is added. What somebody added by hand stays, and
    what was cancelled for a reason does not come back. One visit serves all lines of a day."""
    visits.need_running(db, engagement_id)
    subject, before = f"engagement {engagement_id}", _due(db, engagement_id)
    for line, days in due.items():
        db.execute("delete from due_days where line_id = :line", {"line": line})
        for day in sorted(set(days)):
            db.execute(
                "insert into due_days (line_id, due_on) values (:line, :day)",
                {"line": line, "day": day},
            )
    trail.append(db, now, None, by, "plan.confirm", subject, {k: sorted(v) for k, v in due.items()})
    homes, waiting = _homes(db, engagement_id), visits.coming(db, engagement_id)
    old, new, own = _days(before), _days(due), _by_hand(db)
    settled = {
        homes[visit["id"]]
        for visit in visits.all_of(db, engagement_id)
        if visit["started_at"]
        or (visit["cancelled_reason"] and homes[visit["id"]] in old)
        or (not visit["cancelled_at"] and homes[visit["id"]] in new)
    }
    days = sorted(new - settled)
    free = [one for one in waiting if one["id"] not in own and homes[one["id"]] in old - new]
    for visit, day in zip(free, days, strict=False):
        visits.move_to(db, visit, day, "", by, now)
    for visit in free[len(days) :]:
        visits.call_off(db, visit["id"], "", by, now)
    people = [one["id"] for one in engagements.people(db, engagement_id)]
    for day in days[len(free) :]:
        visits.add_on(db, engagement_id, day, people)
    served = {visit["id"]: _on(before, homes[visit["id"]]) for visit in waiting}
    _serve(db, engagement_id, served, due)


def _due(db: Database, engagement_id: str) -> dict[str, set[str]]:
    """Line → the days of its plan so far."""
    sql = (
        "select l.id, d.due_on from service_lines as l join due_days as d on d.line_id = l.id"
        " where l.engagement_id = :id"
    )
    found: dict[str, set[str]] = {}
    for row in db.query(sql, {"id": engagement_id}):
        found.setdefault(row["id"], set()).add(row["due_on"])
    return found


def _by_hand(db: Database) -> set[str]:
    """Visits that somebody added beside a plan; those of a plan have no word of their own."""
    rows = db.query("select subject from trail where action = 'visit.plan'")
    return {row["subject"].removeprefix("visit ") for row in rows}


def _days(due: Mapping[str, Collection[str]]) -> set[str]:
    return {day for days in due.values() for day in days}


def _on(due: Mapping[str, Collection[str]], day: str) -> set[str]:
    return {line for line, days in due.items() if day in days}


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
    for visit in visits.all_of(db, engagement_id):
        moves = planned_visits.by_id(db, visit["id"])["moves"]
        found[visit["id"]] = moves[0]["from_on"] if moves else visit["planned_on"]
        for move in moves:
            if not move["reason"]:
                found[visit["id"]] = move["to_on"]
    return found


def _serve(
    db: Database, engagement_id: str, before: Mapping[str, set[str]],
    due: Mapping[str, Collection[str]],
) -> None:  # fmt: skip
    """Which lines each coming visit serves follows from its day in the plan; `before`: visit → its
    lines in the plan before. What somebody gave it or took from it by hand stays so."""
    homes = _homes(db, engagement_id)
    for visit in visits.coming(db, engagement_id):
        old, new = before.get(visit["id"], set()), _on(due, homes[visit["id"]])
        if old != new:
            served = set(planned_visits.by_id(db, visit["id"])["lines"])
            visits.set_lines(db, visit["id"], sorted((served - (old - new)) | (new - old)))
