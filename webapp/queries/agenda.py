"""What is due, late or missing for one person on a day, the gravest first: on the home page of each
role, on the phone's 今日, and in the daily digest."""

from __future__ import annotations

from datetime import date, timedelta

from sqlite_utils import Database

from webapp.queries import calendar, credentials, engagement_pages, reviews
from webapp.queries.visits import Row
from webapp.standard import workdays

FRESH = 7  # days for which a suspected major hazard stands at the top
NAMED = 3  # of these are named, the others counted
# Mine: planned for me or led by me; a manager's are all.
MINE = (
    "(:role = 'manager' or e.lead_id = :person or exists (select 1 from visit_people as x"
    " where x.visit_id = v.id and x.person_id = :person))"
)
LED = "(:role = 'manager' or e.lead_id = :person)"
VISITS = (
    "select v.id, v.engagement_id, v.planned_on as day, n.short_name as name from visits as v"
    " join engagements as e on e.id = v.engagement_id join enterprises as n on n.id ="
    f" e.enterprise_id where {MINE} and "
)
VISIT, ENGAGEMENT = "/office/visits/{id}", "/office/engagements/{engagement_id}"
ENDED = "date(v.ended_at, '+8 hours') < :day"
UNSERVED = "v.started_at is null and v.cancelled_at is null and e.ended_on is null"


def of(db: Database, person_id: str, role: str, day: str) -> list[Row]:
    """Each {what, state, n, names, link, rows}: `rows` has a place to go for every one, `link` is
    that of the only one or the list; `state` is that of a credential, else late, due or missing."""
    who = {"person": person_id, "role": role, "day": day}
    since = (date.fromisoformat(day) - timedelta(days=FRESH)).isoformat()
    found = [
        row("major", "late", _major(db, {**who, "since": since}), VISIT),
        row("visit_late", "late", _late(db, who), ENGAGEMENT),
        row("visit_today", "due", _today(db, who), ENGAGEMENT),
        row("record", "missing", _unrecorded(db, who), VISIT),
        row("unsigned", "missing", _unsigned(db, who), VISIT),
        row("behind", "late", behind(db, who), ENGAGEMENT),
        row("review", "due", _reviews(db, person_id, role), "/office/reviews"),
    ]
    return [*(one for one in found if one["n"]), *_own_credentials(db, who)]


def row(what: str, state: str, rows: list[Row], link: str) -> Row:
    """`link` is one page for all, or has a place for what leads to each of them."""
    names = list(dict.fromkeys(one["name"] for one in rows))
    each = [{**one, "link": link.format(**one)} for one in rows] if "{" in link else []
    place = each[0]["link"] if len(each) == 1 else f"/office#agenda-{what}" if each else link
    return {
        "what": what, "state": state, "n": len(rows), "names": names[:NAMED], "rows": each,
        "more": len(names) > NAMED, "link": place, "due": "", "kind": "",
    }  # fmt: skip


def _major(db: Database, who: Row) -> list[Row]:
    return list(
        db.query(
            "select v.id, n.short_name || ' ' || h.label as name, '' as day from hazards as h"
            " join visits as v on v.id = h.visit_id join engagements as e on e.id = v.engagement_id"
            f" join enterprises as n on n.id = e.enterprise_id where {LED}"
            " and h.severity = 'suspected_major' and h.withdrawn_at is null"
            " and h.received_at >= :since order by h.received_at desc, h.id",
            who,
        )
    )


def _late(db: Database, who: Row) -> list[Row]:
    sql = f"{VISITS} {UNSERVED} and v.planned_on < :day order by v.planned_on, v.id"
    return list(db.query(sql, who))


def _today(db: Database, who: Row) -> list[Row]:
    sql = f"{VISITS} {UNSERVED} and v.planned_on = :day order by n.short_name, v.id"
    return list(db.query(sql, who))


def _unrecorded(db: Database, who: Row) -> list[Row]:
    """Ended on a day before, and no record has arrived."""
    sql = (
        f"{VISITS} {ENDED} and not exists (select 1"
        " from service_records as r where r.visit_id = v.id) order by v.planned_on, v.id"
    )
    return list(db.query(sql, who))


def _unsigned(db: Database, who: Row) -> list[Row]:
    """Each visit wants its slip (5.4.1 c)."""
    sql = (
        f"{VISITS} {ENDED} and not exists (select 1"
        " from confirmations as c where c.visit_id = v.id and c.satisfaction is not null)"
        " order by v.planned_on, v.id"
    )
    return list(db.query(sql, who))


def to_sign(db: Database, enterprises: list[str]) -> list[Row]:
    """What waits for the signature of these enterprises' people; ended today too."""
    found: list[Row] = []
    for enterprise in enterprises:
        found += db.query(
            "select v.id, v.planned_on as day, n.short_name as name from visits as v"
            " join engagements as e on e.id = v.engagement_id join enterprises as n"
            " on n.id = e.enterprise_id where n.id = :id and v.ended_at is not null"
            " and not exists (select 1 from confirmations as c where c.visit_id = v.id"
            " and c.satisfaction is not null) order by v.planned_on, v.id",
            {"id": enterprise},
        )
    waits = row("unsigned", "due", found, VISIT)
    return [waits] if found else []


def behind(db: Database, who: Row) -> list[Row]:
    """Engagements that run and whose lines lack times due before today (5.4.2), each line for
    itself; the furthest behind first. As `Line.short_by` reckons."""
    return list(
        db.query(
            "select engagement_id, name, sum(short) as short, '' as day from"
            " (select e.id as engagement_id, n.short_name as name,"
            " max(0, (select count(*) from due_days as d where d.line_id = l.id and d.due_on <"
            "  :day) - (select count(*) from visit_lines as x join visits as v on v.id ="
            "  x.visit_id where x.line_id = l.id and v.started_at is not null)) as short"
            " from service_lines as l join engagements as e on e.id = l.engagement_id"
            f" join enterprises as n on n.id = e.enterprise_id where {LED}"
            "  and e.ended_on is null and e.ends_on >= :day)"
            " where short > 0 group by engagement_id, name"
            " order by short desc, name, engagement_id",
            who,
        )
    )


def _reviews(db: Database, person_id: str, role: str) -> list[Row]:
    """A lead's own; a manager only looks, and is not told that others have to read."""
    found = reviews.waiting(db, person_id, role) if role == "consultant" else []
    return [{"name": row["short_name"]} for row in found]


def _own_credentials(db: Database, who: Row) -> list[Row]:
    """One row for each, so that its day can be told; a manager sees everybody's elsewhere."""
    if who["role"] == "manager":
        return []
    known = [credentials.shown(row, who["day"]) for row in credentials.of_person(db, who["person"])]
    about = {"what": "credential", "n": 1, "names": [], "more": False, "rows": []}
    link = f"/office/people/{who['person']}"
    return [
        {**about, "link": link, **{name: row[name] or "" for name in ("state", "due", "kind")}}
        for row in known
        if row["state"] not in ("valid", "not_begun") and not row["renewed"]
    ]


def starting(db: Database, person_id: str, role: str, day: str) -> list[Row]:
    """Contracts signed and not yet served, with the working days left (A-6); soonest first."""
    if role == "safety_manager":
        return []
    own, found = calendar.overrides(db), []
    for row in engagement_pages.not_served(db, person_id, role):
        due = workdays.after(date.fromisoformat(row["signed_on"]), overrides=own)
        left = workdays.left(date.fromisoformat(day), due.day, own)
        found.append({**row, "due": due.day.isoformat(), "unsure": due.provisional, "left": left})
    return sorted(found, key=lambda row: row["due"])
