"""The institution itself: profile, equipment, county notifications, policies (4.1, A-1, A-3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import institution
from webapp.standard import credit_code
from webapp.standard.conditions import POLICIES

PROFILE = ("name", "credit_code", "address", "phone", "complaint_phone", "icp", "police_filing")
SCANS = ("licence_evidence", "lease_evidence")
STARS = ("5", "4", "3", "0")  # 7.5; 0: cancelled
FIRST_YEAR = 2020


def edit(db: Database, form: Form, scans: dict[str, str], by: str, now: str) -> None:
    """`scans`: the new evidence of licence or lease, where one was given."""
    values = {name: entered.line(form, name, needed=name == "name") for name in PROFILE}
    before = institution.profile(db)
    for name in CHECKED:  # what stands there may stay
        if values[name] != before.get(name, ""):
            CHECKED[name](form, name)
    days = {name: entered.day(form, name) or None for name in ("licence_valid_to", "lease_to")}
    area = {"area": entered.decimal(form, "area")}
    new = {**values, **days, **area, **scans}
    changed = rows.change(db, "institution", 1, new)
    if changed:
        rows.tell(db, by, now, "institution.edit", "institution", fields=sorted(changed))


def _code(form: Form, field: str) -> None:
    code = entered.line(form, field)
    if code and not credit_code.valid(code.upper()):
        raise Refusal("bad_credit_code", field=field)


CHECKED: dict[str, Callable[[Form, str], Any]] = {
    "phone": entered.phone,
    "complaint_phone": entered.phone,
    "credit_code": _code,
}


def answer_other(db: Database, form: Form, by: str, today: str, now: str) -> None:
    """4.1 f cannot be computed: a person answers, and says on what ground."""
    state = entered.choice(form, "other_state", ("met", "not_met"))
    note = entered.line(form, "other_note", needed=True)
    values = {"other_state": state, "other_note": note, "other_on": today}
    rows.change(db, "institution", 1, values)
    rows.tell(db, by, now, "institution.answer", "institution", state=state)


def add_equipment(db: Database, form: Form, by: str, now: str) -> None:
    values = {
        "kind": entered.choice(form, "kind", ("device", "software")),
        "name": entered.line(form, "name", needed=True, longest=80),
        "quantity": entered.whole(form, "quantity", least=1),
        "note": entered.line(form, "note"),
    }
    found = rows.add(db, "equipment", values)
    rows.tell(db, by, now, "equipment.add", f"equipment {found}", name=values["name"])


def add_notification(
    db: Database, form: Form, evidence_id: str | None, by: str, today: str, now: str
) -> None:
    """从业告知: a renewed one stands beside the first, which is the one before business (4.1 e)."""
    county = entered.county(form, "county")
    on = entered.past_day(form, "notified_on", today)
    number = entered.line(form, "number", longest=60)
    values = {"county": county, "notified_on": on, "number": number}
    found = rows.add(db, "notifications", {**values, "evidence_id": evidence_id})
    rows.tell(db, by, now, "notification.add", f"notification {found}", **values)


def add_policy(db: Database, form: Form, evidence_id: str | None, by: str, now: str) -> None:
    """A version of one of the six; the older ones stay."""
    values = {
        "kind": entered.choice(form, "kind", POLICIES),
        "version": entered.line(form, "version", needed=True, longest=40),
        "issued_on": entered.day(form, "issued_on", needed=True),
    }
    found = rows.add(db, "policies", {**values, "evidence_id": evidence_id})
    rows.tell(db, by, now, "policy.add", f"policy {found}", **values)


def add_policy_use(
    db: Database, form: Form, evidence_id: str | None, by: str, today: str, now: str
) -> None:
    kind = entered.choice(form, "kind", POLICIES)
    on = entered.past_day(form, "used_on", today)
    values = {"kind": kind, "used_on": on, "note": entered.line(form, "note", needed=True)}
    found = rows.add(db, "policy_uses", {**values, "evidence_id": evidence_id})
    rows.tell(db, by, now, "policy_use.add", f"policy_use {found}", kind=kind, used_on=on)


def add_fee(db: Database, form: Form, by: str, now: str) -> None:
    """收费公示 (4.3 c): list prices; what a client pays stands in its contract."""
    values = {
        "item": entered.line(form, "item", needed=True, longest=80),
        "price": entered.line(form, "price", needed=True, longest=60),
        "unit": entered.line(form, "unit", longest=20),
        "note": entered.line(form, "note"),
        "since": entered.day(form, "since", needed=True),
    }
    found = rows.add(db, "fees", values)
    rows.tell(db, by, now, "fee.add", f"fee {found}", **values)


def add_county_phone(db: Database, form: Form, by: str, now: str) -> None:
    """属地应急管理部门's number for complaints, on boards and pages of that county (domain 7)."""
    values = {
        "county": entered.choice(form, "county", institution.counties(db)),
        "phone": entered.phone(form, "phone", needed=True),
    }
    older = "select id from county_phones where county = :county and removed_at is null"
    for row in list(db.query(older, values)):
        remove(db, "county_phone", row["id"], by, now)
    found = rows.add(db, "county_phones", values)
    rows.tell(db, by, now, "county_phone.add", f"county_phone {found}", **values)


def add_star_result(
    db: Database, form: Form, evidence_id: str | None, by: str, today: str, now: str
) -> None:
    """A year's stars as the county published them (7.5); lowered or cancelled (7.6.4) is another
    result of the same year. Where it names no end, they are shown through the year after."""
    on = entered.past_day(form, "published_on", today)
    year = entered.whole(form, "year", least=FIRST_YEAR, most=int(on[:4]))
    until = entered.day(form, "valid_to")
    entered.in_order(on, until, "valid_to")
    values = {
        "county": entered.choice(form, "county", institution.counties(db)),
        "year": year,
        "stars": int(entered.choice(form, "stars", STARS)),
        "published_on": on,
        "valid_to": until or f"{max(year + 1, int(on[:4]))}-12-31",
    }
    same = (
        "select 1 from star_results where county = :county and year = :year and stars = :stars"
        " and published_on = :published_on and removed_at is null"
    )
    if any(db.query(same, values)):
        raise Refusal("entered_already")
    found = rows.add(db, "star_results", {**values, "evidence_id": evidence_id})
    rows.tell(db, by, now, "star_result.add", f"star_result {found}", **values)


REMOVABLE = {
    "county_phone": "county_phones",
    "star_result": "star_results",
    "fee": "fees",
    "equipment": "equipment",
    "notification": "notifications",
    "policy": "policies",
    "policy_use": "policy_uses",
}


SCANNED = ("notification", "policy", "policy_use", "star_result")


def attach(db: Database, noun: str, row_id: str, evidence_id: str, by: str, now: str) -> None:
    """The paper to what was only typed, or a better one."""
    rows.change(db, REMOVABLE[noun], row_id, {"evidence_id": evidence_id})
    rows.tell(db, by, now, f"{noun}.scan", f"{noun} {row_id}", evidence=evidence_id)


def remove(db: Database, noun: str, row_id: str, by: str, now: str) -> None:
    if noun not in REMOVABLE:
        raise Refusal("bad_value", field="noun")
    if rows.take_out(db, REMOVABLE[noun], row_id, now):
        rows.tell(db, by, now, f"{noun}.remove", f"{noun} {row_id}")
