"""What clause 5 still owes at the desk: steps without their record, boards, uploads, follow-ups."""

from __future__ import annotations

from datetime import date, timedelta

from sqlite_utils import Database

from webapp.queries.agenda import ENGAGEMENT, LED, MINE, VISIT, row
from webapp.queries.leads import SERVED_ON
from webapp.queries.service_steps import FOLLOWS, IN_SERVICE
from webapp.queries.visits import Row
from webapp.standard.deductions import UPLOAD_DAYS

ENDING = 30  # days before the end of a term
OF = (
    "select e.id as engagement_id, n.short_name as name, {day} as day from engagements as e"
    " join enterprises as n on n.id = e.enterprise_id left join contracts as c on"
    f" c.engagement_id = e.id where {LED} and "
)
RUNS = "e.ended_on is null and e.starts_on <= :day and e.ends_on >= :day"


def of(db: Database, person_id: str, role: str, day: str) -> list[Row]:
    """As `agenda.of`; of what a person leads, a manager's is all."""
    who = {
        "person": person_id, "role": role, "day": day,
        "signed": _later(day, -UPLOAD_DAYS), "soon": _later(day, ENDING),
    }  # fmt: skip
    found = [
        row("unended", "missing", _unended(db, who), VISIT),
        row("steps", "missing", _steps(db, who), ENGAGEMENT),
        row("not_uploaded", "late", _not_uploaded(db, who), ENGAGEMENT),
        row("no_board", "missing", _no_board(db, who), ENGAGEMENT),
        row("follow_up", "missing", _follow_up(db, who), ENGAGEMENT),
        row("ending", "due", _ending(db, who), ENGAGEMENT),
    ]
    return [one for one in found if one["n"]]


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _asked(db: Database, which: str, who: Row, day: str = "''") -> list[Row]:
    sql = OF.format(day=day) + f"{which} order by day, name, e.id"
    return list(db.query(sql, who))


def _unended(db: Database, who: Row) -> list[Row]:
    """Begun on a day before and never ended, on whichever phone."""
    return list(
        db.query(
            f"select v.id, n.short_name as name, {SERVED_ON} as day"
            " from visits as v join engagements as e on e.id = v.engagement_id join enterprises"
            f" as n on n.id = e.enterprise_id where {MINE} and v.started_at is not null"
            f" and v.ended_at is null and {SERVED_ON} < :day"
            " order by v.started_at, v.id",
            who,
        )
    )


def _steps(db: Database, who: Row) -> list[Row]:
    """Running, and without its initial visit, assessment or contract (5.1 to 5.3)."""
    written = " and ".join(
        f"exists (select 1 from {table} as x where x.engagement_id = e.id)"
        for table in ("initial_visits", "assessments")
    )
    declined = (
        "exists (select 1 from assessments as a where a.engagement_id = e.id"
        " and a.outcome = 'declined')"
    )
    none = f"({declined} and not {IN_SERVICE})"
    lacks = f"not ({written} and (c.engagement_id is not null or {none}))"
    return _asked(db, f"{RUNS} and {lacks}", who)


def _not_uploaded(db: Database, who: Row) -> list[Row]:
    """Signed so long ago that the county's system should have it (A-4)."""
    return _asked(db, "c.uploaded_on = '' and c.signed_on < :signed", who, "c.signed_on")


def _no_board(db: Database, who: Row) -> list[Row]:
    """In service, and no board that stands (5.4.1 d)."""
    none = (
        "not exists (select 1 from boards as b where b.engagement_id = e.id"
        " and b.revoked_on is null) and not exists (select 1 from boards_before as x"
        "  where x.engagement_id = e.id)"
    )
    return _asked(db, f"{RUNS} and {IN_SERVICE} and {none}", who)


def _follow_up(db: Database, who: Row) -> list[Row]:
    """Over, served, and nobody asked afterwards (5.5)."""
    over = "coalesce(e.ended_on, e.ends_on)"
    ended = "(e.ended_on <= :day or e.ends_on < :day)"
    none = f"not exists (select 1 from follow_ups as f where f.engagement_id = e.id and {FOLLOWS})"
    return _asked(db, f"{ended} and {IN_SERVICE} and {none}", who, over)


def _ending(db: Database, who: Row) -> list[Row]:
    """Its term ends within a month and no later one of the enterprise follows."""
    after = (
        "not exists (select 1 from engagements as x where x.enterprise_id = e.enterprise_id"
        " and x.ends_on > e.ends_on and x.ended_on is null)"
    )
    return _asked(db, f"{RUNS} and e.ends_on <= :soon and {after}", who, "e.ends_on")
