"""承诺书: who pledged what for which year, and who has not yet."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.people import SERVES
from webapp.queries.visits import Row, one
from webapp.standard import pledges as standard

# Whose scan it is: one of many people is for managers alone.
SELECT = (
    "select g.*, v.person_id as scanned from pledges as g left join evidence as v"
    " on v.id = g.evidence_id where g.removed_at is null"
)


def of_person(db: Database, person_id: str) -> list[Row]:
    sql = f"{SELECT} and g.person_id = :id order by g.year desc, g.kind, g.id"
    return list(db.query(sql, {"id": person_id}))


def by_id(db: Database, pledge_id: str) -> Row | None:
    return one(db, f"{SELECT} and g.id = :id", id=pledge_id)


def signed(db: Database, year: int) -> set[tuple[str, str]]:
    """(person, kind)"""
    sql = "select person_id, kind from pledges where year = :year and removed_at is null"
    return {(row["person_id"], row["kind"]) for row in db.query(sql, {"year": year})}


def missing(found: list[Row], day: str) -> tuple[str, ...]:
    """Of one person's pledges, what this year lacks."""
    return standard.missing([(row["year"], row["kind"], row["signed_on"]) for row in found], day)


def of_year(db: Database, year: int, day: str) -> list[Row]:
    """Our own who are here or signed for that year, each with the pledges by kind, and whether it
    `serves` on the day."""
    rows = db.query(
        f"select id, name, post, active, {SERVES} as serves from people as p where p.role <>"
        " 'safety_manager' and (p.active = 1 or exists (select 1 from pledges as g where"
        " g.person_id = p.id and g.year = :year and g.removed_at is null))"
        " order by p.active desc, p.name, p.id",
        {"year": year, "day": day},
    )
    people = {row["id"]: {**row, "signed": {}} for row in rows}
    for row in db.query(f"{SELECT} and g.year = :year", {"year": year}):
        people[row["person_id"]]["signed"][row["kind"]] = row
    return list(people.values())


def owing(db: Database, day: str) -> list[Row]:
    """Who serves, each with the kinds of this year that are `missing`."""
    found = []
    for row in of_year(db, int(day[:4]), day):
        lacks = missing(list(row["signed"].values()), day)
        if row["serves"] and lacks:
            found.append({**row, "missing": lacks})
    return found


def listed(db: Database, year: int, day: str) -> list[Row]:
    """The list of a year; who `lacks` some of it first, as nobody does of a year but this."""
    of = {row["id"]: len(row["missing"]) for row in owing(db, day)} if day[:4] == str(year) else {}
    rows = [{**row, "lacks": of.get(row["id"], 0)} for row in of_year(db, year, day)]
    return sorted(rows, key=lambda row: -row["lacks"])
