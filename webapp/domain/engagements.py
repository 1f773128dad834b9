"""服务项目: begun with a lead who may lead, ended once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered, planned_visits
from webapp.domain.entered import Form, Readers
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.queries import engagement_pages, engagements, leads
from webapp.queries.leads import SERVED_ON


def chosen_people(
    db: Database, picked: Collection[str], day: str, named: Collection[str] = ()
) -> list[str]:
    """`named`: who stands there already; they may have left since."""
    known = [one["id"] for one in leads.choices(db, day, named)]
    return entered.chosen(picked, known, "people")


def _lead(db: Database, form: Form, day: str, leading: str = "") -> str:
    """Refuses who holds none of the three credentials today (5.4.1 a). Of who leads already that
    is a flag: nothing else could be changed until somebody else leads."""
    able = {one["id"]: one["may_lead"] for one in leads.consultants(db, day)}
    lead = entered.choice(form, "lead_id", able)
    if not able[lead] and lead != leading:
        raise Refusal("lead_without_credential", field="lead_id")
    return lead


TERM: Readers = {
    "starts_on": lambda form: entered.day(form, "starts_on", needed=True),
    "ends_on": lambda form: entered.day(form, "ends_on", needed=True),
    "frequency": lambda form: entered.line(form, "frequency", longest=80),
}


def read(db: Database, form: Form, day: str, leading: str = "") -> dict[str, str]:
    row = {"lead": _lead(db, form, day, leading), **entered.read(form, TERM)}
    entered.in_order(row["starts_on"], row["ends_on"], "ends_on")
    return row


def begin(
    db: Database,
    enterprise_id: str,
    form: Form,
    picked: Collection[str],
    by: str,
    day: str,
    now: str,
) -> str:
    row = {"id": new_id(), "enterprise": enterprise_id, **read(db, form, day)}
    people = chosen_people(db, picked, day)
    db.execute(
        "insert into engagements (id, enterprise_id, lead_id, starts_on, ends_on, frequency)"
        " values (:id, :enterprise, :lead, :starts_on, :ends_on, :frequency)",
        row,
    )
    _staff(db, row["id"], [row["lead"], *people])
    detail = {**row, "people": people}
    trail.append(db, now, None, by, "engagement.begin", f"engagement {row['id']}", detail)
    return row["id"]


def change(
    db: Database,
    engagement_id: str,
    form: Form,
    picked: Collection[str],
    by: str,
    day: str,
    now: str,
) -> None:
    """Another lead, other people, another term, unless the contract says which."""
    before = _row(db, engagement_id)
    agreed = engagement_pages.term(db, engagement_id) or {}
    typed = {"lead_id": form.get("lead_id", ""), **{name: form.get(name, "") for name in TERM}}
    row = {"id": engagement_id, **read(db, typed | agreed, day, before["lead_id"])}
    people = chosen_people(db, picked, day)
    team = [one["id"] for one in engagements.people(db, engagement_id)]
    _remember(db, engagement_id, [row["lead"], *people], now)
    _led_until(db, before, row["lead"], now)
    db.execute(
        "update engagements set lead_id = :lead, starts_on = :starts_on, ends_on = :ends_on,"
        " frequency = :frequency where id = :id",
        row,
    )
    db.execute("delete from engagement_people where engagement_id = :id", {"id": engagement_id})
    _staff(db, engagement_id, [row["lead"], *people])
    planned_visits.follow_team(db, engagement_id, team, row["lead"], by, now)
    detail = {"before": before, "after": {**row, "people": people}}
    trail.append(db, now, None, by, "engagement.change", f"engagement {engagement_id}", detail)


def _remember(db: Database, engagement_id: str, staying: list[str], now: str) -> None:
    """Who leaves may have records of before on a phone that has not been heard since."""
    sql = (
        "select lead_id as id from engagements where id = :id union"
        " select person_id from engagement_people where engagement_id = :id"
    )
    for row in list(db.query(sql, {"id": engagement_id})):
        if row["id"] not in staying:
            db.execute(
                "insert into engagement_people_before (engagement_id, person_id, left_at)"
                " values (:engagement, :person, :now)"
                " on conflict (engagement_id, person_id) do update set left_at = excluded.left_at",
                {"engagement": engagement_id, "person": row["id"], "now": now},
            )


def _led_until(db: Database, before: dict[str, Any], lead: str, now: str) -> None:
    """What took place so far stays the old lead's."""
    if before["lead_id"] != lead:
        db.execute(
            "insert into engagement_leads_before (engagement_id, lead_id, until)"
            " values (:id, :lead_id, :until)",
            {"id": before["id"], "lead_id": before["lead_id"], "until": now},
        )


def replace(
    db: Database, engagement_id: str, person_id: str, heir: str, by: str, day: str, now: str
) -> None:
    """Who leaves goes off it. A lead hands over to who may lead (5.4.1 a); the place of anyone
    else may stay empty: `heir` is "" then."""
    before = _row(db, engagement_id)
    lead = before["lead_id"]
    if lead == person_id:
        lead = _lead(db, {"lead_id": heir}, day)
    staying = {one["id"] for one in engagements.people(db, engagement_id)} - {person_id}
    _remember(db, engagement_id, [*staying], now)
    _led_until(db, before, lead, now)
    key = {"id": engagement_id, "person": person_id, "lead": lead}
    db.execute("update engagements set lead_id = :lead where id = :id", key)
    db.execute(
        "delete from engagement_people where engagement_id = :id and person_id = :person", key
    )
    _staff(db, engagement_id, [lead, *filter(None, [heir])])
    subject = f"engagement {engagement_id}"
    detail = {"before": before, "gone": person_id, "heir": heir}
    trail.append(db, now, None, by, "engagement.change", subject, detail)


def _staff(db: Database, engagement_id: str, people: list[str]) -> None:
    for person in people:
        db.execute(
            "insert into engagement_people (engagement_id, person_id) values (:e, :p)"
            " on conflict do nothing",
            {"e": engagement_id, "p": person},
        )


def _row(db: Database, engagement_id: str) -> dict[str, Any]:
    return next(iter(db.query("select * from engagements where id = :id", {"id": engagement_id})))


def end(db: Database, engagement_id: str, form: Form, by: str, day: str, now: str) -> None:
    ended = entered.past_day(form, "ended_on", day)
    row = _row(db, engagement_id)
    if row["ended_on"]:
        raise Refusal("ended_already")
    entered.in_order(row["starts_on"], ended, "ended_on")
    sql = (
        f"select max({SERVED_ON}) as day from visits as v where engagement_id = :id"
        f" and {SERVED_ON} <= :today"  # a phone's clock may be years ahead
    )
    served = next(iter(db.query(sql, {"id": engagement_id, "today": day})))["day"]
    if served and served > ended:  # what was owed counts up to the end
        raise Refusal("served_after_end", field="ended_on", day=served)
    db.execute(
        "update engagements set ended_on = :on where id = :id", {"on": ended, "id": engagement_id}
    )
    planned_visits.cancel_coming(db, engagement_id, by, now)
    subject = f"engagement {engagement_id}"
    trail.append(db, now, None, by, "engagement.end", subject, {"on": ended})


def reopen(db: Database, engagement_id: str, form: Form, by: str, now: str) -> None:
    """It did not end, or not on that day. The visits that were called off with it are planned
    again; of those that somebody cancelled the reason stands."""
    reason = entered.line(form, "reason", needed=True)
    row, subject = _row(db, engagement_id), f"engagement {engagement_id}"
    if not row["ended_on"]:
        raise Refusal("not_ended")
    sql = "select at from trail where action = 'engagement.end' and subject = :s order by seq desc"
    ended = next(iter(db.query(sql, {"s": subject})), {"at": ""})["at"]
    db.execute("update engagements set ended_on = null where id = :id", {"id": engagement_id})
    visits = planned_visits.plan_again(db, engagement_id, ended, by, now)
    detail = {"ended_on": row["ended_on"], "reason": reason, "visits": visits}
    trail.append(db, now, None, by, "engagement.reopen", subject, detail)
