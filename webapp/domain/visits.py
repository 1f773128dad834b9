"""现场服务: started and ended on the phone, planned at the desk."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation
from webapp.domain import payload
from webapp.queries import people
from webapp.standard import joining
from webapp.standard.hazards import shanghai_day


def plan(
    db: Database, visit_id: str, engagement_id: str, number: int, planned_on: str, people: list[str]
) -> None:
    """A visit of the contract; `people` are ids of its consultants."""
    db.execute(
        "insert into visits (id, engagement_id, number, planned_on)"
        " values (:id, :engagement, :number, :planned_on)",
        {"id": visit_id, "engagement": engagement_id, "number": number, "planned_on": planned_on},
    )
    for person in people:
        db.execute(
            "insert into visit_people (visit_id, person_id) values (:visit, :person)",
            {"visit": visit_id, "person": person},
        )


def start(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """5.4.1 b. A walk-in visit is created here; what happened is never refused, only flagged."""
    visit_id = payload.identity(operation, "visit_id")
    engagement = _engagement(db, operation)
    visit = _row(db, visit_id)
    if visit is None:
        visit = _walk_in(db, operation, visit_id, engagement["id"])
    elif visit["engagement_id"] != engagement["id"]:
        raise Refused("unknown_visit")
    flags = _flags(operation, engagement)
    if visit["cancelled_at"]:  # the phone had not heard of it: what happened stands
        flags = ("was_cancelled", *flags)
    if visit["started_at"]:
        flags = ("started_twice", *flags)
    else:
        _write_start(db, operation, arrival, visit_id)
    _come(db, operation, visit_id)
    _add_flags(db, visit, flags)
    return Outcome(f"visit {visit_id}", flags=flags, after=operation.payload)


def join(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """A colleague's phone comes to a visit. Its starter's may deliver later: then the visit is
    created here, for what is recorded meanwhile belongs to it."""
    visit_id = payload.identity(operation, "visit_id")
    engagement = _engagement(db, operation)
    visit = _row(db, visit_id)
    if visit and visit["engagement_id"] != engagement["id"]:
        raise Refused("unknown_visit")
    code = payload.text(operation, "code", longest=20)
    own = joining.of_visit(engagement["id"], visit_id)
    # No code: a tap on a visit that the phone was shown.
    if code not in {"", own} and joining.visit_of(engagement["id"], code) != visit_id:
        raise Refused("bad_code")
    visit = visit or _walk_in(db, operation, visit_id, engagement["id"])
    flags = _flags(operation, engagement)
    _come(db, operation, visit_id)
    _add_flags(db, visit, flags)
    return Outcome(f"visit {visit_id}", flags=flags, after=operation.payload)


def _come(db: Database, operation: Operation, visit_id: str) -> None:
    """The first time counts, and the first phone: another one of the same person labels apart."""
    db.execute(
        "insert into visit_people (visit_id, person_id, joined_at, device)"
        " values (:visit, :person, :at, :device) on conflict (visit_id, person_id) do update"
        " set joined_at = :at, device = :device where joined_at is null",
        {
            "visit": visit_id,
            "person": operation.made_by,
            "at": operation.made_at,
            "device": None if operation.device == "web" else operation.device,
        },
    )


def _engagement(db: Database, operation: Operation) -> dict[str, Any]:
    engagement_id = payload.identity(operation, "engagement_id")
    rows = db.query("select * from engagements where id = :id", {"id": engagement_id})
    row = next(iter(rows), None)
    if row is None:
        raise Refused("unknown_engagement")
    payload.need_tie(db, operation, engagement_id)
    return row


def _row(db: Database, visit_id: str) -> dict[str, Any] | None:
    return next(iter(db.query("select * from visits where id = :id", {"id": visit_id})), None)


def _walk_in(
    db: Database, operation: Operation, visit_id: str, engagement_id: str
) -> dict[str, Any]:
    wanted = payload.whole(operation, "number")
    taken = {
        row["number"]
        for row in db.query(
            "select number from visits where engagement_id = :id", {"id": engagement_id}
        )
    }
    number = max(taken) + 1 if wanted in taken else wanted
    plan(db, visit_id, engagement_id, number, shanghai_day(operation.made_at), [])
    code = payload.text(operation, "code", longest=20)
    if joining.visit_of(engagement_id, code) == visit_id:
        db.execute("update visits set code = :code where id = :id", {"code": code, "id": visit_id})
    row = _row(db, visit_id)
    assert row is not None
    return row


def _flags(operation: Operation, engagement: dict[str, Any]) -> tuple[str, ...]:
    day = shanghai_day(operation.made_at)
    found = []
    if engagement["ended_on"] and engagement["ended_on"] < day:
        found.append("engagement_ended")
    if not engagement["starts_on"] <= day <= engagement["ends_on"]:
        found.append("outside_term")
    return tuple(found)


def _write_start(db: Database, operation: Operation, arrival: Arrival, visit_id: str) -> None:
    place = operation.payload.get("place")
    db.execute(
        "update visits set started_at = :at, started_received_at = :received, started_by = :person,"
        " place = :place, also_present = :also, accompanied_by = :accompanied,"
        " service_date = :service_date where id = :id",
        {
            "id": visit_id,
            "at": operation.made_at,
            "received": arrival.received_at,
            "person": operation.made_by,
            "place": json.dumps(_place(place)) if place else None,
            "also": payload.text(operation, "also_present", longest=200),
            "accompanied": payload.text(operation, "accompanied_by", longest=200),
            "service_date": payload.day(operation, "service_date"),
        },
    )


def _place(place: Any) -> dict[str, float]:
    names = ("latitude", "longitude", "accuracy")
    if not isinstance(place, dict) or not all(
        isinstance(place.get(name), int | float) for name in names
    ):
        raise Refused("bad_value", field="place")
    return {name: float(place[name]) for name in names}


def end(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """Who accompanied may be corrected at the end; a second end is kept as a flag."""
    visit = payload.need_visit(db, operation)
    flags = ("ended_twice",) if visit["ended_at"] else ()
    if not visit["ended_at"]:
        db.execute(
            "update visits set ended_at = :at, ended_received_at = :received,"
            " also_present = :also, accompanied_by = :accompanied where id = :id",
            {
                "id": visit["id"],
                "at": operation.made_at,
                "received": arrival.received_at,
                "also": payload.text(operation, "also_present", longest=200),
                "accompanied": payload.text(operation, "accompanied_by", longest=200),
            },
        )
    _add_flags(db, visit, flags)
    return Outcome(f"visit {visit['id']}", flags=flags, after=operation.payload)


def _add_flags(db: Database, visit: dict[str, Any], flags: tuple[str, ...]) -> None:
    if not flags:
        return
    kept = [*json.loads(visit["flags"]), *flags]
    db.execute(
        "update visits set flags = :flags where id = :id",
        {"flags": json.dumps(list(dict.fromkeys(kept))), "id": visit["id"]},
    )


# Of people, not of times: these come with operations of every kind.
ABOUT_PEOPLE = ("left_project", "signer_not_listed", "signer_not_tied", "pin_not_matching")


def notice(db: Database, operation: Operation, flags: tuple[str, ...]) -> tuple[str, ...]:
    """All that is odd about it; what is odd about people stands on the visit too, for the lead."""
    visit = _row(db, payload.identity(operation, "visit_id"))
    if visit is None:
        return flags
    if not people.tied_to_engagement(db, operation.made_by, visit["engagement_id"]):
        flags = (*flags, "left_project")
    _add_flags(db, visit, tuple(flag for flag in flags if flag in ABOUT_PEOPLE))
    return flags
