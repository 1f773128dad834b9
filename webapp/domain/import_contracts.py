"""合同 from a workbook: a row a contract, another row for each further line of it. Its engagement
is the one begun at the desk that has no contract yet, or a new one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlite_utils import Database

from webapp.domain import contracts, engagements, entered, service_plan
from webapp.domain.entered import Form, Readers
from webapp.domain.imports import Judged, Kind, Run, about
from webapp.domain.refusal import Refusal
from webapp.queries import engagements as listed
from webapp.queries import leads, people

FIELDS = (
    *("enterprise", "number", "signed_on", "lead_id", "people", "starts_on", "ends_on"),
    *("frequency", "quality", "rights_and_duties", "fee", "uploaded_on", "receipt_no"),
    *("item", "times", "unit", "standardization", "due"),
)
LINES: Readers = {
    **contracts.LINE,
    "item": lambda line: entered.line(line, "item", True, 80),
    "standardization": lambda line: entered.choice(line, "standardization", {"", "yes", "no"}),
    "due": lambda line: [entered.day({"due": one}, "due") for one in line["due"].split()],
}


def heads(db: Database, run: Run) -> Readers:
    return {
        **contracts.readers(run.day),
        **engagements.TERM,
        "enterprise": lambda form: _enterprise(db, form),
        "lead_id": lambda form: _consultant(db, form["lead_id"], "lead_id"),
        "people": lambda form: _others(db, form),
        "uploaded_on": lambda form: _uploaded_on(form, run.day),
        "receipt_no": lambda form: entered.line(form, "receipt_no", longest=80),
    }


def _uploaded_on(form: Form, day: str) -> str:
    """A receipt of the county's system has a day; without either it waits for the desk."""
    given = form["uploaded_on"] or form["receipt_no"]
    return entered.past_day(form, "uploaded_on", day) if given else ""


def _enterprise(db: Database, form: Form) -> str:
    """By its credit code or its whole name."""
    name = entered.line(form, "enterprise", needed=True)
    sql = "select id from enterprises where credit_code = :code or name = :name"
    found = list(db.query(sql, {"code": name.upper(), "name": name}))
    if len(found) != 1:
        raise Refusal("no_such_enterprise", field="enterprise")
    return str(found[0]["id"])


def _consultant(db: Database, name: str, field: str) -> str:
    if not name:
        raise Refusal("empty_field", field=field)
    sql = "select id from people where role = 'consultant' and active = 1 and name = :name"
    found = list(db.query(sql, {"name": name}))
    if len(found) != 1:
        raise Refusal("no_such_consultant", field=field, name=name)
    return str(found[0]["id"])


def _others(db: Database, form: Form) -> list[str]:
    names = [one for one in re.split(r"[\u3001\uff0c,;\s]+", form["people"]) if one]
    return [_consultant(db, name, "people") for name in names]


def take(db: Database, group: list[Judged], run: Run) -> None:
    form = group[0].form
    enterprise = _enterprise(db, form)
    known = _known(db, enterprise, form)
    if known:
        own = known["id"] in run.made
        same = _agrees(db, known, group)
        for row in group:
            row.state = "differs" if not same else "twice" if own else "known"
        return
    lead = _consultant(db, form["lead_id"], "lead_id")
    typed = {**form, "lead_id": lead}
    engagement = _engagement(db, enterprise, typed, group[0], run)
    lines = _once(group)
    run.made.add(engagement)
    made = [{**row.form, "id": ""} for row in lines]
    contracts.write(db, engagement, typed, made, run.by, run.day, run.now)
    if form["uploaded_on"]:
        contracts.receive(db, engagement, form, run.by, run.day, run.now)
    _plan(db, engagement, form, lines, run)


SAID = ("times", "unit", "standardization", "due")


def _once(group: list[Judged]) -> list[Judged]:
    """The rows that bring a line; what only says again what stands above is `twice`."""
    lines = {"": group[0]}
    for row in group:
        line = entered.read(row.form, LINES) if row.form["item"] else {"item": ""}
        above = lines.setdefault(line["item"], row)
        if above is row:
            continue
        with about(row):
            for name in SAID if line["item"] else ():
                if _says(line[name]) != _says(LINES[name](above.form)):
                    raise Refusal("item_above", field=name, row=above.number)
        row.state = "twice"
    return [row for item, row in lines.items() if item]


def _says(value: Any) -> Any:
    """An empty cell says none, no and 0; a list of days has no order."""
    if isinstance(value, list):
        return sorted(value)
    return {"": 0, "no": 0, "yes": 1}.get(value, value)


def _known(db: Database, enterprise: str, form: Form) -> dict[str, Any] | None:
    """By its number, without one by the day of signing."""
    rows = db.query(
        "select e.id, c.signed_on, c.fee, c.uploaded_on, c.receipt_no,"
        " coalesce(nullif(c.starts_on, ''), e.starts_on) as starts_on,"
        " coalesce(nullif(c.ends_on, ''), e.ends_on) as ends_on"
        " from contracts as c join engagements as e on e.id = c.engagement_id"
        " where e.enterprise_id = :enterprise and (c.number = :number and :number <> ''"
        "  or :number = '' and c.signed_on = :on)",
        {"enterprise": enterprise, "number": form["number"], "on": form["signed_on"]},
    )
    return next(iter(list(rows)), None)


def _agrees(db: Database, known: dict[str, Any], group: list[Judged]) -> bool:
    """With what the workbook says; an empty cell, or no line at all, says nothing."""
    form, lines = group[0].form, [row.form for row in group if row.form["item"]]
    names = ("item", *SAID[:3])
    sql = f"select {', '.join(names)} from service_lines where engagement_id = :id"
    there = {tuple(map(_says, line.values())) for line in db.query(sql, {"id": known["id"]})}
    read = [entered.read(line, LINES) for line in lines]
    said = {tuple(_says(line[name]) for name in names) for line in read}
    fields = ("signed_on", "starts_on", "ends_on", "fee", "uploaded_on", "receipt_no")
    same = all(form[name] in ("", known[name]) for name in fields)
    return same and (not lines or said == there)


def _begun(db: Database, enterprise: str, form: Form) -> dict[str, Any] | None:
    """Begun at the desk and still without its contract."""
    rows = db.query(
        "select e.* from engagements as e where e.enterprise_id = :enterprise"
        " and e.ended_on is null and e.starts_on <= :ends and e.ends_on >= :starts and not exists"
        " (select 1 from contracts as c where c.engagement_id = e.id)"
        " order by e.starts_on desc limit 1",
        {"enterprise": enterprise, "starts": form["starts_on"], "ends": form["ends_on"]},
    )
    return next(iter(list(rows)), None)


def _engagement(db: Database, enterprise: str, form: Form, first: Judged, run: Run) -> str:
    """Its lead must hold one of the three credentials, its days be in order: either verb asks.
    What the desk decided of one that was begun stays; the term is the contract's, and is told."""
    others = _others(db, form)
    begun = _begun(db, enterprise, form)
    if begun is None:
        return engagements.begin(db, enterprise, form, others, run.by, run.day, run.now)
    found = str(begun["id"])
    if begun["lead_id"] != form["lead_id"]:
        lead = people.by_id(db, begun["lead_id"]) or {"name": ""}
        raise Refusal("other_lead", field="lead_id", name=lead["name"])
    active = {one["id"] for one in leads.consultants(db, run.day)}
    there = [one["id"] for one in listed.people(db, found) if one["id"] in active]
    kept = {**form, "frequency": form["frequency"] or begun["frequency"]}
    engagements.change(db, found, kept, [*there, *others], run.by, run.day, run.now)
    first.over |= {
        name: begun[name] for name in engagements.TERM if begun[name] not in ("", kept[name])
    }
    return found


def _plan(db: Database, engagement: str, form: Form, lines: list[Judged], run: Run) -> None:
    """The days that the workbook names; without any the plan is made at the desk, and one that
    was made there stays."""
    starts, ends = (date.fromisoformat(form[name]) for name in ("starts_on", "ends_on"))
    sql = "select id from service_lines where engagement_id = :id order by position"
    ids = [row["id"] for row in db.query(sql, {"id": engagement})]
    sql = "select 1 from visits where engagement_id = :id and started_at is null"
    planned = any(db.query(f"{sql} and cancelled_at is null", {"id": engagement}))
    due = {}
    for line, row in zip(ids, lines, strict=True):
        with about(row):
            if planned and row.form["due"]:
                raise Refusal("plan_there", field="due")
            try:
                due[line] = service_plan.planned_days(row.form["due"].split(), starts, ends)
            except Refusal as no:
                raise Refusal(no.code, **{**no.params, "field": "due"}) from no
    if any(due.values()):
        service_plan.confirm_plan(db, engagement, due, run.by, run.now)


KIND = Kind("contract.import", FIELDS, ("enterprise", "number"), heads, LINES, take, "signed_on")
