"""The facts of an engagement as the standard asks for them (webapp/standard/service_steps.py)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from webapp.queries import boards
from webapp.queries.leads import SERVED_ON, served_on
from webapp.queries.visits import one
from webapp.standard.service_steps import Engagement, Line

Row = dict[str, Any]


def facts(db: Database, engagement_id: str, day: str) -> Engagement:
    row = one(db, "select * from engagements where id = :id", id=engagement_id) or {}
    first = one(db, "select * from initial_visits where engagement_id = :id", id=engagement_id)
    assessment = one(db, "select * from assessments where engagement_id = :id", id=engagement_id)
    contract = one(db, "select * from contracts where engagement_id = :id", id=engagement_id)
    visits = took_place(db, engagement_id)
    over = row["ended_on"] or (row["ends_on"] if row["ends_on"] < day else "")
    return Engagement(
        initial_visit_on=first["visited_on"] if first else "",
        own_consultant_present=any(people(db, "initial_visit_people", engagement_id)),
        assessed_on=assessment["assessed_on"] if assessment else "",
        declined=bool(assessment and assessment["outcome"] == "declined"),
        assessment_complete=bool(
            assessment
            and assessment["lead_id"]
            and people(db, "assessment_people", engagement_id)
            and assessment["content"]
            and assessment["criteria"]
        ),
        signed_on=contract["signed_on"] if contract else "",
        contract_fields=frozenset(contract_fields(db, contract) if contract else ()),
        uploaded_on=contract["uploaded_on"] if contract else "",
        lines=tuple(line["facts"] for line in lines(db, engagement_id, day)),
        visited=tuple(visit["served_on"] for visit in visits),
        unconfirmed=tuple(visit["served_on"] for visit in visits if not visit["confirmed"]),
        board_shown_on=boards.shown_since(db, engagement_id, over),
        ended_on=over,
        followed_up_on=_followed_up_on(db, engagement_id),
        filed=_filed(db, engagement_id, visits),
    )


def people(db: Database, table: str, engagement_id: str) -> list[Row]:
    """`table`: initial_visit_people or assessment_people."""
    return list(
        db.query(
            f"select p.id, p.name from {table} as x join people as p on p.id = x.person_id"
            " where x.engagement_id = :id order by p.name, p.id",
            {"id": engagement_id},
        )
    )


def contract_fields(db: Database, contract: Row) -> list[str]:
    """Which of the seven contents of 5.3 it names."""
    sql = "select times from service_lines where engagement_id = :id"
    times = [row["times"] for row in db.query(sql, {"id": contract["engagement_id"]})]
    named = {
        "content": bool(times),
        "term": bool(contract["starts_on"] and contract["ends_on"]),
        "frequency": bool(times) and all(times),
        "lead": bool(contract["lead_id"]),
        **{name: bool(contract[name]) for name in ("quality", "rights_and_duties", "fee")},
    }
    return [name for name, there in named.items() if there]


def took_place(db: Database, engagement_id: str) -> list[Row]:
    rows = list(
        db.query(
            "select v.id, v.number, v.service_date, v.started_at,"
            " exists (select 1 from confirmations as c where c.visit_id = v.id"
            "  and c.satisfaction is not null) as confirmed,"
            " exists (select 1 from service_records as r where r.visit_id = v.id) as recorded"
            " from visits as v where v.engagement_id = :id and v.started_at is not null"
            " order by v.started_at, v.id",
            {"id": engagement_id},
        )
    )
    return [{**row, "served_on": served_on(row)} for row in rows]


def lines(db: Database, engagement_id: str, day: str = "") -> list[Row]:
    """The contract's lines with their days; `facts` is what the standard reckons with: what is due
    on `day` itself is owed only when the day is over, and what was agreed and has no day in the
    plan is owed with the last day of the term."""
    rows = db.query(
        "select l.*, e.ends_on from service_lines as l join engagements as e"
        " on e.id = l.engagement_id where l.engagement_id = :id order by l.position, l.id",
        {"id": engagement_id},
    )
    found = []
    for row in rows:
        due = db.query("select due_on from due_days where line_id = :id order by due_on", row)
        served = db.query(
            "select v.service_date, v.started_at from visit_lines as x join visits as v on"
            " v.id = x.visit_id"
            " where x.line_id = :id and v.started_at is not null",
            row,
        )
        days = tuple(one_due["due_on"] for one_due in due)
        on = tuple(sorted(served_on(one_served) for one_served in served))
        last = _after(row["ends_on"]) if row["ends_on"] == day else row["ends_on"]
        unplanned = (last,) * max(0, (row["times"] or 0) - len(days))
        owed = tuple(_after(one) if one == day and day not in on else one for one in days)
        owed += unplanned
        facts_of = Line(row["item"], owed, on, bool(row["standardization"]))
        found.append({**row, "due": days, "served": on, "facts": facts_of})
    return found


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


# 5.5: after the service, so not before its last visit; e is the engagement.
FOLLOWS = (
    "f.withdrawn_at is null and f.followed_up_on >= coalesce("
    f"(select max({SERVED_ON}) from visits as v"
    " where v.engagement_id = e.id and v.started_at is not null), '')"
)


# Signed, or served without a contract (`standard.service_steps.in_service`).
IN_SERVICE = (
    "(exists (select 1 from contracts as k where k.engagement_id = e.id and k.signed_on <= :day)"
    " or exists (select 1 from visits as v where v.engagement_id = e.id"
    "  and v.started_at is not null))"
)


def _followed_up_on(db: Database, engagement_id: str) -> str:
    sql = (
        "select min(f.followed_up_on) as day from follow_ups as f join engagements as e"
        f" on e.id = f.engagement_id where e.id = :id and {FOLLOWS}"
    )
    return (one(db, sql, id=engagement_id) or {})["day"] or ""


def _filed(db: Database, engagement_id: str, visits: list[Row]) -> frozenset[str]:
    """Steps whose written record is kept here: of the contract, the signed paper."""
    sql = "select distinct step from attachments where engagement_id = :id and withdrawn_at is null"
    attached = {row["step"] for row in db.query(sql, {"id": engagement_id})}
    kept = {"initial_visit", "assessment", "follow_up"}  # their forms are the record
    if "contract" in attached:
        kept.add("contract")
    if all(visit["recorded"] for visit in visits):
        kept.add("visits")
    return frozenset(kept)
