"""服务能力: who can do what, and which contracted items nobody on the engagement can."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one
from webapp.standard import competences as standard
from webapp.standard.competences import Competence, named

SELECT = (
    "select c.*, p.name, j.name as judge from competences as c join people as p"
    " on p.id = c.person_id join people as j on j.id = c.judged_by"
)
RUNNING = "e.ended_on is null and e.ends_on >= :day"
# Active, under a labour contract on the day, and on the engagement or its lead.
TEAM = (
    "select e.id as engagement_id, p.id as person from engagements as e join people as p"
    " on p.id = e.lead_id or exists (select 1 from engagement_people as x"
    "  where x.engagement_id = e.id and x.person_id = p.id)"
    f" where {RUNNING} and p.active = 1 and exists (select 1 from labour_contracts as c"
    "  where c.person_id = p.id and c.removed_at is null and c.starts_on <= :day"
    "  and (c.ends_on is null or c.ends_on >= :day))"
)


def of_person(db: Database, person_id: str) -> list[Row]:
    """What stands first, then what was taken back."""
    sql = f"{SELECT} where c.person_id = :id order by c.withdrawn_on is not null, c.item, c.id"
    return list(db.query(sql, {"id": person_id}))


def standing(db: Database, person_id: str) -> list[Row]:
    sql = "select item from competences where person_id = :id and withdrawn_on is null"
    return list(db.query(sql, {"id": person_id}))


def by_id(db: Database, competence_id: str) -> Row | None:
    return one(db, f"{SELECT} where c.id = :id and c.withdrawn_on is null", id=competence_id)


def judges(db: Database, person_id: str) -> list[Row]:
    """Our own who are here, but the person: whoever leads the technical work need not be a
    manager, and nobody judges oneself."""
    sql = "select id, name from people where active = 1 and role <> 'safety_manager' and id <> :id"
    return list(db.query(f"{sql} order by role desc, name, id", {"id": person_id}))


def items(db: Database) -> list[str]:
    """Service items in the words of contracts, and of judgements for contracts to come."""
    rows = db.query(
        "select item from service_lines union all select item from competences"
        " where withdrawn_on is null order by item"
    )
    return list({named(row["item"]): row["item"] for row in reversed(list(rows))}.values())[::-1]


def held(db: Database) -> list[Competence]:
    rows = db.query("select person_id, item, judged_on, withdrawn_on from competences")
    return [
        Competence(row["person_id"], row["item"], row["judged_on"], row["withdrawn_on"])
        for row in rows
    ]


def contracted(db: Database, day: str) -> int:
    """Lines of running contracts."""
    sql = "select count(*) as n from service_lines as l join engagements as e"
    row = one(db, f"{sql} on e.id = l.engagement_id where {RUNNING}", day=day)
    return int(row["n"]) if row else 0


def uncovered(db: Database, day: str, engagement_id: str = "") -> list[Row]:
    """Lines of running contracts without a competent person: engagement_id, short_name, item."""
    who = {"day": day, "id": engagement_id}
    lines: dict[tuple[str, str], list[str]] = {}
    for row in db.query(
        "select e.id, n.short_name, l.item from service_lines as l join engagements as e"
        " on e.id = l.engagement_id join enterprises as n on n.id = e.enterprise_id"
        f" where {RUNNING} and :id in ('', e.id) order by n.short_name, e.id, l.position, l.id",
        who,
    ):
        lines.setdefault((row["id"], row["short_name"]), []).append(row["item"])
    teams: dict[str, list[str]] = {}
    for row in db.query(f"{TEAM} and :id in ('', e.id)", who):
        teams.setdefault(row["engagement_id"], []).append(row["person"])
    can = standard.able(held(db), day)
    return [
        {"engagement_id": engagement, "short_name": name, "item": item}
        for (engagement, name), of in lines.items()
        for item in standard.uncovered(of, teams.get(engagement, ()), can)
    ]


def by_item(db: Database) -> list[Row]:
    """Every item with those who are competent for it."""
    found: dict[str, list[Row]] = {named(item): [] for item in items(db)}
    sql = f"{SELECT} where c.withdrawn_on is null and p.active = 1 order by p.name, p.id"
    for row in db.query(sql):
        found[named(row["item"])].append(row)
    return [{"item": item, "people": found[named(item)]} for item in items(db)]
