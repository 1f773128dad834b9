"""初访 and 项目评估 (5.1, 5.2): what precedes a contract, written down and corrected."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered
from webapp.domain.engagements import chosen_people
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import engagement_pages, leads, service_steps
from webapp.standard.service_steps import OUTCOMES


def write_initial_visit(
    db: Database,
    engagement_id: str,
    form: Form,
    picked: Collection[str],
    by: str,
    day: str,
    now: str,
) -> None:
    """5.1: refused without one of our own consultants."""
    row = {
        "id": engagement_id,
        "on": entered.past_day(form, "visited_on", day),
        "met": entered.line(form, "met", True, 200),
        "record": entered.text(form, "record", True),
        "by": by,
        "at": now,
    }
    people = chosen_people(db, picked, day, _named(db, "initial_visit_people", engagement_id))
    if not people:
        raise Refusal("no_own_consultant", field="people")
    db.execute(
        "insert into initial_visits (engagement_id, visited_on, met, record, written_by,"
        " written_at)"
        " values (:id, :on, :met, :record, :by, :at) on conflict (engagement_id) do update set"
        " visited_on = :on, met = :met, record = :record, written_by = :by, written_at = :at",
        row,
    )
    _present(db, "initial_visit_people", engagement_id, people)
    _told(db, "initial_visit.write", engagement_id, {**row, "people": people})


def write_assessment(
    db: Database,
    engagement_id: str,
    form: Form,
    picked: Collection[str],
    by: str,
    day: str,
    now: str,
) -> None:
    """5.2. After signing it is a flag on the line, not a refusal."""
    lead = (engagement_pages.assessment(db, engagement_id) or {}).get("lead_id")
    known = {one["id"] for one in leads.choices(db, day, {lead})}
    row = {
        "id": engagement_id,
        "on": entered.past_day(form, "assessed_on", day),
        "lead": entered.choice(form, "lead_id", {*known, ""}) or None,
        "content": entered.text(form, "content", True),
        "criteria": entered.text(form, "criteria", True),
        "outcome": entered.choice(form, "outcome", OUTCOMES),
        "remarks": entered.text(form, "remarks"),
        "by": by,
        "at": now,
    }
    people = chosen_people(db, picked, day, _named(db, "assessment_people", engagement_id))
    db.execute(
        "insert into assessments (engagement_id, assessed_on, lead_id, content, criteria, outcome,"
        " remarks, written_by, written_at) values (:id, :on, :lead, :content, :criteria, :outcome,"
        " :remarks, :by, :at) on conflict (engagement_id) do update set assessed_on = :on,"
        " lead_id = :lead, content = :content, criteria = :criteria, outcome = :outcome,"
        " remarks = :remarks, written_by = :by, written_at = :at",
        row,
    )
    _present(db, "assessment_people", engagement_id, people)
    _told(db, "assessment.write", engagement_id, {**row, "people": people})


def _named(db: Database, table: str, engagement_id: str) -> list[str]:
    return [one["id"] for one in service_steps.people(db, table, engagement_id)]


def _present(db: Database, table: str, engagement_id: str, people: list[str]) -> None:
    db.execute(f"delete from {table} where engagement_id = :id", {"id": engagement_id})
    for person in people:
        db.execute(
            f"insert into {table} (engagement_id, person_id) values (:id, :person)",
            {"id": engagement_id, "person": person},
        )


def _told(db: Database, action: str, engagement_id: str, row: dict[str, Any]) -> None:
    """What was written, whole: with the one before it, what changed."""
    trail.append(db, row["at"], None, row["by"], action, f"engagement {engagement_id}", row)
