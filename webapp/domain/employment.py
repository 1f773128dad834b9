"""Labour contracts, social insurance, own training (4.1 c, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal


def add_contract(
    db: Database, person_id: str, form: Form, evidence_id: str | None, by: str, now: str
) -> None:
    starts, ends = entered.day(form, "starts_on", needed=True), entered.day(form, "ends_on")
    entered.in_order(starts, ends, "ends_on")
    values = {"person_id": person_id, "starts_on": starts, "ends_on": ends or None}
    found = rows.add(db, "labour_contracts", {**values, "evidence_id": evidence_id})
    rows.tell(db, by, now, "labour_contract.add", f"labour_contract {found}", **values)


def end_contract(db: Database, contract_id: str, form: Form, by: str, now: str) -> None:
    """Left, or the term was shortened."""
    ends = entered.day(form, "ends_on", needed=True)
    sql = "select starts_on from labour_contracts where id = :id"
    for row in db.query(sql, {"id": contract_id}):
        entered.in_order(row["starts_on"], ends, "ends_on")
    before = rows.change(db, "labour_contracts", contract_id, {"ends_on": ends})
    subject = f"labour_contract {contract_id}"
    rows.tell(db, by, now, "labour_contract.end", subject, before=before, ends_on=ends)


def attach_contract(db: Database, contract_id: str, evidence_id: str, by: str, now: str) -> None:
    rows.change(db, "labour_contracts", contract_id, {"evidence_id": evidence_id})
    subject = f"labour_contract {contract_id}"
    rows.tell(db, by, now, "labour_contract.scan", subject, evidence=evidence_id)


def remove_contract(db: Database, contract_id: str, by: str, now: str) -> None:
    if rows.take_out(db, "labour_contracts", contract_id, now):
        rows.tell(db, by, now, "labour_contract.remove", f"labour_contract {contract_id}")


def set_insurance(
    db: Database, month: str, people: Iterable[str], asked: Iterable[str], by: str, now: str
) -> None:
    """Of those asked about, the ones insured in this month; whoever is not asked about stays."""
    paid, known = set(people), set(asked)
    if not paid <= known:
        raise Refusal("bad_value", field="person")
    for person_id in sorted(known):
        row = {"person": person_id, "month": month}
        if person_id in paid:
            sql = "insert into insurance_months (person_id, month) values (:person, :month)"
            db.execute(f"{sql} on conflict do nothing", row)
        else:
            sql = "delete from insurance_months where person_id = :person and month = :month"
            db.execute(sql, row)
    rows.tell(db, by, now, "insurance.set", f"month {month}", people=sorted(paid))


def prove_insurance(db: Database, month: str, evidence_id: str) -> None:
    """The same file once."""
    same = (
        "select 1 from insurance_proofs as p join evidence as e on e.id = p.evidence_id"
        " where p.month = :month and p.removed_at is null and e.sha256 ="
        " (select sha256 from evidence where id = :id)"
    )
    if any(db.query(same, {"month": month, "id": evidence_id})):
        return
    rows.add(db, "insurance_proofs", {"month": month, "evidence_id": evidence_id})


def remove_proof(db: Database, proof: str, by: str, now: str) -> None:
    found = rows.end(db, "insurance_proofs", "removed_at", proof, now)
    if found:
        rows.tell(db, by, now, "insurance_proof.remove", f"month {found['month']}", proof=proof)


def add_training(
    db: Database, form: Form, people: list[str], evidence_id: str | None, today: str, by: str,
    now: str,
) -> None:  # fmt: skip
    """A plan when its day lies ahead: it counts once somebody wrote down that it was held."""
    values = {
        "held_on": entered.day(form, "held_on", needed=True),
        "topic": entered.line(form, "topic", needed=True),
        "hours": entered.decimal(form, "hours"),
    }
    recorded = {"recorded_on": today if values["held_on"] <= today else None}
    found = rows.add(db, "trainings", {**values, **recorded, "evidence_id": evidence_id})
    _attended(db, found, people)
    rows.tell(db, by, now, "training.add", f"training {found}", held_on=values["held_on"])


def hold_training(
    db: Database, training_id: str, form: Form, people: list[str], evidence_id: str | None,
    today: str, by: str, now: str,
) -> None:  # fmt: skip
    """It was held, on this day, with these people; also when the sheet comes later."""
    values = {"held_on": entered.past_day(form, "held_on", today), "recorded_on": today}
    scan = {"evidence_id": evidence_id} if evidence_id else {}
    rows.change(db, "trainings", training_id, {**values, **scan})
    db.execute("delete from training_people where training_id = :id", {"id": training_id})
    _attended(db, training_id, people)
    subject, on = f"training {training_id}", values["held_on"]
    rows.tell(db, by, now, "training.hold", subject, held_on=on, people=sorted(set(people)), **scan)


def _attended(db: Database, training_id: str, people: list[str]) -> None:
    if not people:
        raise Refusal("nobody_chosen", field="person")
    for person_id in dict.fromkeys(people):
        db.execute(
            "insert into training_people (training_id, person_id) values (:training, :person)",
            {"training": training_id, "person": person_id},
        )


def remove_training(db: Database, training_id: str, by: str, now: str) -> None:
    if rows.take_out(db, "trainings", training_id, now):
        rows.tell(db, by, now, "training.remove", f"training {training_id}")
