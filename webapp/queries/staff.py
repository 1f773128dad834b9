"""What is on record of 4.2 and 4.3 today (webapp/standard/staff.py)."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries import competences, pledges
from webapp.queries.people import SERVES
from webapp.queries.visits import one
from webapp.standard.staff import Facts, trained_since

COUNTS = (
    "select count(*) as serving,"
    " sum(not exists (select 1 from experiences as x where x.person_id = p.id"
    "  and x.removed_at is null)) as without_experience,"
    " sum(not exists (select 1 from training_people as t join trainings as r"
    "  on r.id = t.training_id where t.person_id = p.id and r.removed_at is null"
    "  and r.recorded_on is not null and r.held_on between :since and :day)) as untrained"
    f" from people as p where {SERVES}"
)


def facts(db: Database, day: str) -> Facts:
    row = one(db, COUNTS, day=day, since=trained_since(day)) or {}
    return Facts(
        **{name: count or 0 for name, count in row.items()},
        contracted=competences.contracted(db, day),
        uncovered=len(competences.uncovered(db, day)),
        unpledged=len(pledges.owing(db, day)),
    )
