"""隐患: recorded, edited, withdrawn with a reason; never deleted (6.3.1.2)."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from sync.inbox import Arrival, Outcome, Refused
from sync.operation import Operation
from webapp.domain import payload, photos, versions
from webapp.standard import hazards as standard

WORDS = ("category", "basis_document", "basis_clause", "suggestion")


def record(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    visit = payload.need_visit(db, operation)
    fields, named = _fields(db, operation, visit, operation.made_at)
    brought = photos.brought(operation, named, {})
    label, flags = _label(db, operation, visit["id"])
    row = {
        **fields,
        "id": operation.id,
        "visit_id": visit["id"],
        "label": label,
        "number": _number(db, operation.made_at),
        "recorded_by": operation.made_by,
        "recorded_at": operation.made_at,
        "received_at": arrival.received_at,
        "latest_operation": operation.id,
    }
    names = list(row)
    db.execute(
        f"insert into hazards ({', '.join(names)}) values ({', '.join(':' + n for n in names)})",
        row,
    )
    _set_photos(db, operation.id, brought)
    return Outcome(f"hazard {operation.id}", flags=flags, after={**fields, "photos": named})


def edit(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """An edit of what is no longer the latest is a conflict: kept, shown, overwriting nothing."""
    visit = payload.need_visit(db, operation)
    hazard = _hazard(db, operation, visit["id"])
    subject = versions.Subject(visit["id"], hazard["id"])
    fields, named = _fields(db, operation, visit, hazard["recorded_at"])
    there = _photos(db, hazard["id"])
    brought = photos.brought(operation, named, photos.of_hazard(db, hazard["id"]) | there)
    before = {**{name: hazard[name] for name in fields}, "photos": list(there)}
    after = {**fields, "photos": named, **_restored(operation, hazard)}
    latest = hazard["latest_operation"]
    verdict = versions.weigh(db, operation, subject, latest, before, after)
    if verdict == "keep":
        versions.keep(db, operation, arrival, subject, fields, brought)
        return Outcome(str(subject), "conflict", after=after | versions.named(operation))
    agree: list[str] = []
    if verdict == "write":
        agree = _write(db, operation, hazard, fields, brought, "restored" in after)
    flags = versions.settle(db, operation, arrival, subject, agree)
    said = after | versions.named(operation)
    return Outcome(str(subject), flags=flags, before=before, after=said)


def _restored(operation: Operation, hazard: dict[str, Any]) -> dict[str, str]:
    """Choosing an edit of what was withdrawn meanwhile brings the hazard back."""
    restored = payload.one_of(operation, "restored", ("", "yes"))
    return {"restored": restored} if restored and hazard["withdrawn_at"] else {}


def _write(
    db: Database,
    operation: Operation,
    hazard: dict[str, Any],
    fields: dict[str, Any],
    brought: dict[str, str],
    restored: bool,
) -> list[str]:
    """The versions that say the same."""
    row = {**fields, "latest_operation": operation.id}
    if restored:
        row |= {"withdrawn_at": None, "withdrawn_reason": ""}
    columns = ", ".join(f"{name} = :{name}" for name in row)
    db.execute(f"update hazards set {columns} where id = :id", {**row, "id": hazard["id"]})
    _set_photos(db, hazard["id"], brought)
    if hazard["withdrawn_at"] and not restored:
        return []
    subject = versions.Subject(hazard["visit_id"], hazard["id"])
    return versions.agreeing(db, subject, operation.kind, {**fields, "photos": list(brought)})


def withdraw(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """作废: needs a reason; the first one stands. What was edited meanwhile is not withdrawn
    unseen; phones of before this rule name no base."""
    visit = payload.need_visit(db, operation)
    hazard = _hazard(db, operation, visit["id"])
    subject = versions.Subject(visit["id"], hazard["id"])
    after = {"withdrawn_reason": payload.text(operation, "reason", needed=True, longest=500)}
    if operation.base not in {None, hazard["latest_operation"]} and not hazard["withdrawn_at"]:
        versions.keep(db, operation, arrival, subject, after, {})
        return Outcome(str(subject), "conflict", after=after | versions.named(operation))
    agree = versions.agreeing(db, subject, operation.kind, {})
    flags = versions.settle(db, operation, arrival, subject, agree)
    said = after | versions.named(operation)
    if hazard["withdrawn_at"]:
        return Outcome(str(subject), flags=("withdrawn_twice", *flags), after=said)
    db.execute(
        "update hazards set withdrawn_at = :at, withdrawn_reason = :withdrawn_reason,"
        " latest_operation = :operation where id = :id",
        {**after, "at": operation.made_at, "operation": operation.id, "id": hazard["id"]},
    )
    return Outcome(str(subject), flags=flags, after=said)


def _fields(
    db: Database, operation: Operation, visit: dict[str, Any], found_at: str
) -> tuple[dict[str, Any], list[str]]:
    deadline = payload.one_of(operation, "deadline", tuple(standard.DEADLINES))
    named = photos.named(operation)
    reason = payload.one_of(operation, "no_photo_reason", standard.NO_PHOTO_REASONS)
    if not named and not reason:
        raise Refused("photo_or_reason")
    pin_x, pin_y = payload.share(operation, "pin_x"), payload.share(operation, "pin_y")
    fields: dict[str, Any] = {name: payload.text(operation, name) for name in WORDS}
    fields |= {
        "location": payload.text(operation, "location", needed=True),
        "description": payload.text(operation, "description", needed=True),
        "severity": payload.one_of(operation, "severity", standard.SEVERITIES),
        "deadline": deadline,
        "due_on": standard.due_on(found_at, deadline),
        "no_photo_reason": reason,
        "plan_id": _plan(db, operation, visit),
        "pin_x": pin_x if pin_y is not None else None,
        "pin_y": pin_y if pin_x is not None else None,
    }
    return fields, named


def _plan(db: Database, operation: Operation, visit: dict[str, Any]) -> str | None:
    """The plan of the pin; one of another enterprise is nonsense."""
    plan_id = payload.text(operation, "plan_id")
    known = plan_id and any(
        db.query(
            "select 1 from plans as p join engagements as e on e.enterprise_id = p.enterprise_id"
            " where p.id = :plan and e.id = :engagement",
            {"plan": plan_id, "engagement": visit["engagement_id"]},
        )
    )
    if plan_id and not known:
        raise Refused("bad_value", field="plan_id")
    return plan_id or None


def _label(db: Database, operation: Operation, visit_id: str) -> tuple[str, tuple[str, ...]]:
    """The phone's label; one that is taken gets a small letter and a flag, never a new number."""
    wanted = payload.text(operation, "label", needed=True, longest=12)
    rows = db.query("select label from hazards where visit_id = :id", {"id": visit_id})
    taken = {row["label"] for row in rows}
    if wanted not in taken:
        return wanted, ()
    free = (f"{wanted}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    # Twenty-five of one label are no accident: what is left is to say which operation it was.
    found = next((label for label in free if label not in taken), f"{wanted}{operation.id[-6:]}")
    return found, ("label_taken",)


def _number(db: Database, made_at: str) -> str:
    """The official number: year and a count within it, given in order of arrival."""
    year = standard.shanghai_day(made_at)[:4]
    row = next(
        iter(
            db.query(
                "select coalesce(max(cast(substr(number, 6) as integer)), 0) + 1 as n"
                " from hazards where substr(number, 1, 4) = :year",
                {"year": year},
            )
        )
    )
    return f"{year}-{row['n']:04d}"


def _hazard(db: Database, operation: Operation, visit_id: str) -> dict[str, Any]:
    hazard_id = payload.identity(operation, "hazard_id")
    rows = db.query(
        "select * from hazards where id = :id and visit_id = :visit",
        {"id": hazard_id, "visit": visit_id},
    )
    row = next(iter(rows), None)
    if row is None:
        raise Refused("unknown_hazard")
    return row


def _photos(db: Database, hazard_id: str) -> dict[str, str]:
    """hash → operation, in order."""
    rows = db.query(
        "select sha256, operation_id from hazard_photos where hazard_id = :id order by position",
        {"id": hazard_id},
    )
    return {row["sha256"]: row["operation_id"] for row in rows}


def _set_photos(db: Database, hazard_id: str, brought: dict[str, str]) -> None:
    db.execute("delete from hazard_photos where hazard_id = :id", {"id": hazard_id})
    for position, (sha256, operation_id) in enumerate(brought.items()):
        db.execute(
            "insert into hazard_photos (hazard_id, position, sha256, operation_id)"
            " values (:id, :position, :sha256, :operation)",
            {
                "id": hazard_id,
                "position": position,
                "sha256": sha256,
                "operation": operation_id,
            },
        )
