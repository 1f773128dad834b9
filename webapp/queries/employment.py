"""Labour contracts, insurance months, own training, consents: what is on record of a person."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row, one


def contracts(db: Database, person_id: str) -> list[Row]:
    return list(
        db.query(
            "select * from labour_contracts where person_id = :id and removed_at is null"
            " order by starts_on desc, id",
            {"id": person_id},
        )
    )


def open_contracts(db: Database, person_id: str, day: str) -> list[Row]:
    """Begun, and going on after this day."""
    rows = contracts(db, person_id)
    return [
        one
        for one in rows
        if one["starts_on"] <= day and (not one["ends_on"] or one["ends_on"] > day)
    ]


def contract(db: Database, contract_id: str) -> Row | None:
    return one(
        db, "select * from labour_contracts where id = :id and removed_at is null", id=contract_id
    )


def months(db: Database, person_id: str) -> list[str]:
    rows = db.query(
        "select month from insurance_months where person_id = :id order by month desc limit 12",
        {"id": person_id},
    )
    return [row["month"] for row in rows]


def insurance(db: Database, month: str) -> list[Row]:
    """Everyone under a labour contract in this month, or insured in it, and whether insured."""
    rows = db.query(
        "select p.id, p.name, p.post, i.month is not null as insured from people as p"
        " left join insurance_months as i on i.person_id = p.id and i.month = :month"
        " where p.role <> 'safety_manager' and (i.month is not null or exists (select 1"
        "  from labour_contracts as c where c.person_id = p.id and c.removed_at is null"
        "  and substr(c.starts_on, 1, 7) <= :month"
        "  and (c.ends_on is null or substr(c.ends_on, 1, 7) >= :month)))"
        " order by p.name, p.id",
        {"month": month},
    )
    return list(rows)


def proofs(db: Database, month: str) -> list[Row]:
    rows = db.query(
        "select p.id, p.evidence_id, e.added_at from insurance_proofs as p join evidence as e"
        " on e.id = p.evidence_id where p.month = :month and p.removed_at is null"
        " order by e.added_at, p.id",
        {"month": month},
    )
    return list(rows)


def proof(db: Database, proof_id: str) -> Row | None:
    sql = "select id, month from insurance_proofs where id = :id and removed_at is null"
    return one(db, sql, id=proof_id)


def trainings(db: Database) -> list[Row]:
    rows = db.query(
        "select t.*, (select group_concat(name, '、') from (select p.name from training_people as x"
        "  join people as p on p.id = x.person_id where x.training_id = t.id order by p.name))"
        " as people, (select group_concat(person_id) from training_people where training_id = t.id)"
        " as ids from trainings as t where t.removed_at is null"
        " order by t.held_on desc, t.id"
    )
    return list(rows)


def trainings_of(db: Database, person_id: str) -> list[Row]:
    rows = db.query(
        "select t.* from trainings as t join training_people as x on x.training_id = t.id"
        " where x.person_id = :id and t.removed_at is null order by t.held_on desc, t.id",
        {"id": person_id},
    )
    return list(rows)


def training(db: Database, training_id: str) -> Row | None:
    sql = "select id from trainings where id = :id and removed_at is null"
    return one(db, sql, id=training_id)


def consents(db: Database, person_id: str) -> list[Row]:
    """The standing one first."""
    rows = db.query(
        "select k.*, p.name as recorder from consents as k join people as p"
        " on p.id = k.recorded_by where k.person_id = :id"
        " order by k.withdrawn_on is not null, k.given_on desc, k.id desc",
        {"id": person_id},
    )
    return list(rows)


def evidence(db: Database, evidence_id: str) -> Row | None:
    return one(db, "select * from evidence where id = :id", id=evidence_id)
