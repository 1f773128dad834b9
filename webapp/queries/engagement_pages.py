"""Everything that stands on an engagement's page."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.confirmations import STANDS
from webapp.queries.leads import SERVED_ON
from webapp.queries.service_steps import people
from webapp.queries.visits import one

Row = dict[str, Any]


def head(db: Database, engagement_id: str) -> Row | None:
    return one(
        db,
        "select e.*, n.name as enterprise, n.short_name, n.county, p.name as lead from engagements"
        " as e join enterprises as n on n.id = e.enterprise_id join people as p on p.id = e.lead_id"
        " where e.id = :id",
        id=engagement_id,
    )


def initial_visit(db: Database, engagement_id: str) -> Row | None:
    found = _written(db, "initial_visits", engagement_id)
    return found and {**found, "people": people(db, "initial_visit_people", engagement_id)}


LED = ", (select name from people where id = x.lead_id) as lead_name"


def assessment(db: Database, engagement_id: str) -> Row | None:
    found = _written(db, "assessments", engagement_id, LED)
    return found and {**found, "people": people(db, "assessment_people", engagement_id)}


def contract(db: Database, engagement_id: str) -> Row | None:
    return _written(db, "contracts", engagement_id, LED)


def term(db: Database, engagement_id: str) -> Row | None:
    """As the contract has it, if it says."""
    sql = (
        "select starts_on, ends_on from contracts where engagement_id = :id"
        " and starts_on <> '' and ends_on <> ''"
    )
    return one(db, sql, id=engagement_id)


def _written(db: Database, table: str, engagement_id: str, more: str = "") -> Row | None:
    return one(
        db,
        f"select x.*, p.name as written_name{more} from {table} as x join people as p"
        " on p.id = x.written_by where x.engagement_id = :id",
        id=engagement_id,
    )


def attachments(db: Database, engagement_id: str) -> dict[str, list[Row]]:
    """By step; the withdrawn ones too, which say so."""
    rows = db.query(
        "select a.*, p.name as added_name from attachments as a join people as p on p.id ="
        " a.added_by"
        " where a.engagement_id = :id order by a.added_at, a.id",
        {"id": engagement_id},
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["step"], []).append(row)
    return found


def attachment(db: Database, attachment_id: str) -> Row | None:
    return one(db, "select * from attachments where id = :id", id=attachment_id)


def enterprise_of(db: Database, engagement_id: str) -> str | None:
    row = one(db, "select enterprise_id from engagements where id = :id", id=engagement_id)
    return str(row["enterprise_id"]) if row else None


def engagement_of_visit(db: Database, visit_id: str) -> str | None:
    row = one(db, "select engagement_id from visits where id = :id", id=visit_id)
    return str(row["engagement_id"]) if row else None


def visits(db: Database, engagement_id: str) -> list[Row]:
    """`people`: who came, of one that took place; of the others who is planned."""
    rows = db.query(
        "select v.*, c.satisfaction, r.latest_operation as record, a.acknowledged_at,"
        " k.name as acknowledged_name, (select group_concat(name, '、') from (select p.name"
        "   from visit_people as x join people as p on p.id = x.person_id"
        "   where x.visit_id = v.id and (v.started_at is null or x.joined_at is not null"
        "    or x.person_id = v.started_by) order by p.name)) as people,"
        " (select group_concat(item, '；') from (select l.item from visit_lines as x"
        "   join service_lines as l on l.id = x.line_id where x.visit_id = v.id"
        "   order by l.position)) as serves,"
        " (select count(*) from hazards as h where h.visit_id = v.id and h.withdrawn_at is null)"
        "  as hazards from visits as v left join service_records as r on r.visit_id = v.id"
        " left join acknowledgements as a on a.visit_id = v.id and a.operation_id ="
        " r.latest_operation"
        " left join people as k on k.id = a.acknowledged_by"
        f" left join confirmations as c on c.id = {STANDS}"
        " where v.engagement_id = :id order by v.planned_on, v.number",
        {"id": engagement_id},
    )
    return [{**row, "moves": moves(db, row["id"])} for row in rows]


def moves(db: Database, visit_id: str) -> list[Row]:
    return list(
        db.query(
            "select m.*, p.name as moved_name from visit_moves as m join people as p"
            " on p.id = m.moved_by where m.visit_id = :id order by m.moved_at, m.id",
            {"id": visit_id},
        )
    )


def follow_ups(db: Database, engagement_id: str) -> list[Row]:
    return list(
        db.query(
            "select f.*, coalesce(p.name, '') as person_name, coalesce(w.name, '') as"
            " withdrawn_name from follow_ups as f left join people as p on p.id = f.person_id"
            " left join people as w on w.id = f.withdrawn_by where f.engagement_id = :id"
            " order by f.followed_up_on, f.made_at",
            {"id": engagement_id},
        )
    )


def follow_up_links(db: Database, engagement_id: str) -> list[Row]:
    sql = "select * from follow_up_links where engagement_id = :id order by made_at desc"
    return list(db.query(sql, {"id": engagement_id}))


def not_served(db: Database, person_id: str, role: str) -> list[Row]:
    """Running engagements with a signed contract and no visit since its signing."""
    return list(
        db.query(
            "select e.id, n.name as enterprise, c.signed_on from engagements as e"
            " join contracts as c on c.engagement_id = e.id"
            " join enterprises as n on n.id = e.enterprise_id where e.ended_on is null"
            " and (:role = 'manager' or e.lead_id = :person or exists (select 1"
            "  from engagement_people as g where g.engagement_id = e.id and g.person_id = :person))"
            " and not exists (select 1 from visits as v where v.engagement_id = e.id"
            "  and v.started_at is not null"
            f"  and {SERVED_ON} >= c.signed_on)",
            {"person": person_id, "role": role},
        )
    )
