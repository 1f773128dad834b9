"""离职交接: everything that hangs on a person goes to somebody else, and the account ends."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import employment, engagements, entered, people, planned_visits, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import employment as employed
from webapp.queries import engagements as listed
from webapp.queries import hand_over as queries
from webapp.queries import leads
from webapp.queries import planned_visits as visits
from webapp.standard.hazards import shanghai_day

NOBODY = "nobody"  # the place stays empty; never that of a lead


def hand_over(db: Database, person_id: str, form: Form, by: str, day: str, now: str) -> None:
    """`form`: reason; heir for all, and heir-<engagement> where it is another one. The account
    ends first, so that nobody is handed anything by who is about to leave."""
    reason = entered.line(form, "reason", needed=True)
    standing = queries.engagements(db, person_id, day)
    asked = {name.removeprefix("heir-") for name in form if name.startswith("heir-")}
    if asked - {one["id"] for one in standing}:
        raise Refusal("changed_meanwhile")
    people.deactivate(db, person_id, by, now)
    _end_contracts(db, person_id, by, now)
    heirs = {}
    for row in standing:
        heirs[row["id"]] = heir = _heir(db, form, row, day)
        visit_ids = queries.planned(db, row["id"], person_id)
        _replace(db, row, person_id, heir, by, day, now)
        for visit in visit_ids:
            _give(db, visit, row["id"], heir, reason, by, now)
    subject = f"person {person_id}"
    rows.tell(db, by, now, "person.hand_over", subject, reason=reason, heirs=heirs)


def _end_contracts(db: Database, person_id: str, by: str, now: str) -> None:
    """Whoever leaves is employed no longer: on the day the account ended, or today where nobody
    kept that day."""
    sql = "select coalesce(deactivated_on, :today) as day from people where id = :id"
    row = next(iter(db.query(sql, {"id": person_id, "today": shanghai_day(now)})))
    for contract in employed.open_contracts(db, person_id, row["day"]):
        employment.end_contract(db, contract["id"], {"ends_on": row["day"]}, by, now)


def _heir(db: Database, form: Form, row: dict[str, Any], day: str) -> str:
    field = f"heir-{row['id']}"
    chosen = form.get(field) or form.get("heir", "")
    if row["leads"] and chosen in ("", NOBODY):
        raise Refusal("heir_needed", field=field, enterprise=row["enterprise"])
    if not chosen:
        raise Refusal("heir_unsaid", field=field, enterprise=row["enterprise"])
    known = {one["id"] for one in leads.consultants(db, day)}
    return entered.choice({field: "" if chosen == NOBODY else chosen}, field, {*known, ""})


def _replace(
    db: Database, row: dict[str, Any], person_id: str, heir: str, by: str, day: str, now: str
) -> None:
    try:
        engagements.replace(db, row["id"], person_id, heir, by, day, now)
    except Refusal as no:
        about = {"field": f"heir-{row['id']}", "enterprise": row["enterprise"]}
        raise Refusal(no.code, **{**no.params, **about}) from no


def _give(
    db: Database, visit_id: str, engagement_id: str, heir: str, reason: str, by: str, now: str
) -> None:
    """To the heir beside whoever else goes there; to the lead where nobody is left."""
    visit = visits.by_id(db, visit_id)
    team = [one["id"] for one in listed.people(db, engagement_id)]
    going = [one for one in dict.fromkeys([*visit["people"], heir]) if one in team]
    sql = "select lead_id from engagements where id = :id"
    lead = next(iter(db.query(sql, {"id": engagement_id})))["lead_id"]
    planned_visits.assign(db, visit_id, going or [lead], visit["lines"], by, now, reason)
