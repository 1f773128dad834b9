"""Our own people from a workbook: a row a person, another row for each further certificate."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.domain import credentials, employment, entered, staff
from webapp.domain.entered import Readers
from webapp.domain.imports import Judged, Kind, Run, about
from webapp.domain.refusal import Refusal

CREDENTIAL = ("kind", "number", "registered_unit", "valid_from", "valid_to", "review_on")
FIELDS = (
    *("name", "phone", "role", "post", "sign_in_name", "full_time", "employed_elsewhere"),
    *("starts_on", "ends_on", *CREDENTIAL),
)
LINES: Readers = {name: credentials.READERS[name] for name in CREDENTIAL}


def heads(db: Database, run: Run) -> Readers:
    """A sign-in name that somebody has is refused later: it may be that person's own."""
    own = {name: reader for name, reader in staff.readers(db).items() if name != "sign_in_name"}
    return {
        **own,
        "sign_in_name": lambda form: entered.line(form, "sign_in_name", longest=40),
        "role": lambda form: entered.choice(form, "role", {"", *staff.OURS}),
        "full_time": lambda form: entered.choice(form, "full_time", {"", "yes", "no"}),
        "employed_elsewhere": lambda form: entered.choice(
            form, "employed_elsewhere", {"", "yes", "no"}
        ),
        "starts_on": lambda form: entered.day(form, "starts_on", bool(form["ends_on"])),
        "ends_on": lambda form: entered.day(form, "ends_on"),
    }


def take(db: Database, group: list[Judged], run: Run) -> None:
    first = group[0]
    with about(first):
        person, added = _person(db, first.form, run)
        added |= _employ(db, person, first.form, run)
    for row in group:
        if any(row.form[name] for name in CREDENTIAL):
            with about(row):
                _credential(db, person, row, run)
        elif row is not first or not added:
            row.state = "known"
    if added:
        first.state = "new"


def _person(db: Database, form: dict[str, str], run: Run) -> tuple[str, bool]:
    """Known by name and telephone; the same name with another number is for a person to settle."""
    sql = "select id, phone, active from people where name = :name and role <> 'safety_manager'"
    same = list(db.query(sql, {"name": form["name"]}))
    known = _known(same, _digits(form["phone"]))
    if known:
        return known, False
    if same:
        raise Refusal("same_name", field="phone")
    role = form["role"] or "consultant"
    full_time = form["full_time"] or ("yes" if role == "consultant" else "no")
    return staff.add(db, {**form, "role": role, "full_time": full_time}, run.by, run.now), True


def _known(same: list[dict[str, Any]], phone: str) -> str:
    """Who works here still: what is somebody else's now never goes into the file of who left."""
    fits = [row for row in same if not phone or _digits(row["phone"]) in ("", phone)]
    exact = [row for row in fits if phone and _digits(row["phone"]) == phone]
    found = exact or fits
    here = [row for row in found if row["active"]]
    if found and not here:
        raise Refusal("same_name_left", field="name")
    bare = [row for row in here if _digits(row["phone"]) == phone]  # without a phone on both sides
    one = bare if len(bare) == 1 else here
    return str(one[0]["id"]) if len(one) == 1 else ""


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def _employ(db: Database, person: str, form: dict[str, str], run: Run) -> bool:
    """A labour contract, unless one from the same day on is there."""
    sql = (
        "select 1 from labour_contracts where person_id = :id and starts_on = :on"
        " and removed_at is null"
    )
    row = {"id": person, "on": form["starts_on"]}
    if not form["starts_on"] or any(db.query(sql, row)):
        return False
    employment.add_contract(db, person, form, None, run.by, run.now)
    return True


def _credential(db: Database, person: str, row: Judged, run: Run) -> None:
    """Known by kind and number, without a number by kind and last day. One that begins and ends
    later than what is there renews it."""
    known = _held(db, person, row.form)
    if known is None:
        run.made.add(credentials.add(db, person, row.form, run.by, run.now))
        return
    if all(known[name] and known[name] < row.form[name] for name in ("valid_from", "valid_to")):
        row.renews = True
        run.made.add(credentials.renew(db, known["id"], row.form, run.by, run.now))
        return
    same = all((known[name] or "") == row.form[name] for name in ("valid_to", "review_on"))
    row.state = "twice" if known["id"] in run.made else "known" if same else "differs"


def _held(db: Database, person: str, form: dict[str, str]) -> dict[str, Any] | None:
    rows = db.query(
        "select * from credentials where person_id = :person and kind = :kind and removed_at is"
        " null and (number = :number and :number <> ''"
        "  or :number = '' and coalesce(valid_to, '') = :valid_to)"
        " order by coalesce(valid_to, '') = :valid_to desc, valid_to desc, id desc",
        {"person": person, **{name: form[name] for name in ("kind", "number", "valid_to")}},
    )
    return next(iter(rows), None)


KIND = Kind("person.import", FIELDS, ("name", "phone"), heads, LINES, take)
