"""服务计划: visits put into the calendar, given to people, moved and cancelled at the desk."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered, visits
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.queries import engagements, planned_visits

LONGEST_REASON = 300
MAKE_UP = 90  # days after the term in which what was missed may still be made up for


def all_of(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    sql = "select * from visits where engagement_id = :id order by planned_on, number"
    return list(db.query(sql, {"id": engagement_id}))


def coming(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    visits_of = all_of(db, engagement_id)
    return [row for row in visits_of if not row["started_at"] and not row["cancelled_at"]]


def follow_team(
    db: Database, engagement_id: str, before: Collection[str], lead: str, by: str, now: str
) -> None:
    """The coming visits of an engagement whose people changed; `before`: who they were. Where all
    went, all of the new go; nobody goes who is on it no longer, and for who left the lead does."""
    team = [one["id"] for one in engagements.people(db, engagement_id)]
    for visit in coming(db, engagement_id):
        planned = planned_visits.by_id(db, visit["id"])
        going = planned["people"]
        staying = [one for one in going if one in team]
        if set(before) <= set(going):
            staying = team
        elif len(staying) < len(going):
            staying = list(dict.fromkeys([*staying, lead]))
        if set(staying) != set(going):
            assign(db, visit["id"], staying, planned["lines"], by, now)


def cancel_coming(db: Database, engagement_id: str, by: str, now: str) -> None:
    """Of an engagement that ended."""
    for visit in coming(db, engagement_id):
        call_off(db, visit["id"], "", by, now)


def plan_again(db: Database, engagement_id: str, called_off_at: str, by: str, now: str) -> int:
    """What was called off at that moment without a reason of its own; how many."""
    sql = (
        "update visits set cancelled_at = null, cancelled_by = null where engagement_id = :id"
        " and cancelled_at = :at and cancelled_reason = '' and started_at is null returning id"
    )
    back = [row["id"] for row in list(db.query(sql, {"id": engagement_id, "at": called_off_at}))]
    for visit in back:
        trail.append(db, now, None, by, "visit.plan", f"visit {visit}", {"again": True})
    return len(back)


def need_running(db: Database, engagement_id: str) -> None:
    sql = "select 1 from engagements where id = :id and ended_on is not null"
    if any(db.query(sql, {"id": engagement_id})):
        raise Refusal("ended_already")


def set_lines(db: Database, visit_id: str, lines: Collection[str]) -> None:
    db.execute("delete from visit_lines where visit_id = :id", {"id": visit_id})
    for line in lines:
        row = {"visit": visit_id, "line": line}
        db.execute("insert into visit_lines (visit_id, line_id) values (:visit, :line)", row)


def add_on(db: Database, engagement_id: str, day: str, people: Collection[str]) -> str:
    visit_id = new_id()
    sql = "select coalesce(max(number), 0) + 1 as n from visits where engagement_id = :id"
    number = next(iter(db.query(sql, {"id": engagement_id})))["n"]
    visits.plan(db, visit_id, engagement_id, number, day, list(people))
    return visit_id


def add(
    db: Database, engagement_id: str, form: Form, people: Collection[str], lines: Collection[str],
    by: str, now: str,
) -> str:  # fmt: skip
    need_running(db, engagement_id)
    day = _day(db, engagement_id, form)
    people = _people(db, engagement_id, people)
    lines = _lines(db, engagement_id, lines)
    visit_id = add_on(db, engagement_id, day, people)
    set_lines(db, visit_id, lines)
    detail = {"on": day, "people": people, "lines": lines}
    trail.append(db, now, None, by, "visit.plan", f"visit {visit_id}", detail)
    return visit_id


def _day(db: Database, engagement_id: str, form: Form) -> str:
    """In the term, or soon after it."""
    day = entered.day(form, "planned_on", needed=True)
    sql = "select starts_on, date(ends_on, :after) as last from engagements where id = :id"
    row = next(iter(db.query(sql, {"id": engagement_id, "after": f"+{MAKE_UP} days"})))
    if not row["starts_on"] <= day <= row["last"]:
        raise Refusal("day_outside", field="planned_on", first=row["starts_on"], last=row["last"])
    return day


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
    day = _day(db, visit["engagement_id"], form)
    reason = entered.text(form, "reason", True, LONGEST_REASON)
    if day != visit["planned_on"]:
        move_to(db, visit, day, reason, by, now)


def move_to(db: Database, visit: dict[str, Any], day: str, reason: str, by: str, now: str) -> None:
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
    call_off(db, visit_id, entered.text(form, "reason", True, LONGEST_REASON), by, now)


def call_off(db: Database, visit_id: str, reason: str, by: str, now: str) -> None:
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
    set_lines(db, visit_id, lines)
    detail = {"people": list(people), "lines": lines, **({"reason": reason} if reason else {})}
    trail.append(db, now, None, by, "visit.assign", f"visit {visit_id}", detail)


def _not_begun(db: Database, visit_id: str) -> dict[str, Any]:
    visit = next(iter(db.query("select * from visits where id = :id", {"id": visit_id})))
    if visit["started_at"]:
        raise Refusal("visit_begun")
    if visit["cancelled_at"]:
        raise Refusal("visit_cancelled")
    return visit
