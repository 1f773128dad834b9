"""合同 (5.3): what it says, its lines, its upload; what it lacks is a flag, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered
from webapp.domain.entered import Form, Readers
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.queries import leads

MOST_TIMES = 366
Line = dict[str, str]  # id, item, times, unit, standardization, as typed


def readers(today: str) -> Readers:
    """What one field of it can be refused for; its lead and its lines apart."""
    return {
        "signed_on": lambda form: entered.past_day(form, "signed_on", today),
        "starts_on": lambda form: entered.day(form, "starts_on"),
        "ends_on": lambda form: entered.day(form, "ends_on"),
        "quality": lambda form: entered.text(form, "quality"),
        "rights_and_duties": lambda form: entered.text(form, "rights_and_duties"),
        "number": lambda form: entered.line(form, "number"),
        "fee": lambda form: entered.line(form, "fee"),
    }


# `times` 0: the contract does not say how often.
LINE: Readers = {
    "item": lambda line: entered.line(line, "item", needed=True, longest=80),
    "times": lambda line: entered.whole(line, "times", most=MOST_TIMES),
    "unit": lambda line: entered.line(line, "unit", longest=8),
}


def write(
    db: Database, engagement_id: str, form: Form, lines: Sequence[Line], by: str, day: str, now: str
) -> None:
    stands = _contract(db, engagement_id)
    entered.unchanged(form, stands["written_at"] if stands else "")
    row: dict[str, Any] = {
        "id": engagement_id,
        "lead": entered.choice(form, "lead_id", {*_leads(db, engagement_id, day), ""}) or None,
        **entered.read(form, readers(day)),
        "by": by,
        "at": now,
    }
    entered.in_order(row["starts_on"], row["ends_on"], "ends_on")
    db.execute(
        "insert into contracts (engagement_id, number, lead_id, signed_on, starts_on, ends_on,"
        " quality, rights_and_duties, fee, written_by, written_at) values (:id, :number, :lead,"
        " :signed_on, :starts_on, :ends_on, :quality, :rights_and_duties, :fee, :by, :at)"
        " on conflict (engagement_id) do update set number = :number, lead_id = :lead,"
        " signed_on = :signed_on, starts_on = :starts_on, ends_on = :ends_on, quality = :quality,"
        " rights_and_duties = :rights_and_duties, fee = :fee, written_by = :by, written_at = :at",
        row,
    )
    if row["starts_on"] and row["ends_on"]:  # what phones and boards call the term
        db.execute(
            "update engagements set starts_on = :starts_on, ends_on = :ends_on where id = :id", row
        )
    kept = _write_lines(db, engagement_id, lines)
    subject = f"engagement {engagement_id}"
    trail.append(db, now, None, by, "contract.write", subject, {**row, "lines": kept})


def _contract(db: Database, engagement_id: str) -> dict[str, Any] | None:
    sql = "select signed_on, written_at from contracts where engagement_id = :id"
    return next(iter(db.query(sql, {"id": engagement_id})), None)


def _leads(db: Database, engagement_id: str, day: str) -> set[str]:
    sql = "select lead_id from contracts where engagement_id = :id"
    named = [row["lead_id"] for row in db.query(sql, {"id": engagement_id}) if row["lead_id"]]
    return {one["id"] for one in leads.choices(db, day, named)}


def _write_lines(db: Database, engagement_id: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Known lines keep their id; one that a visit serves cannot go."""
    sql = "select id from service_lines where engagement_id = :id"
    known = {row["id"] for row in db.query(sql, {"id": engagement_id})}
    typed = [_line(line, position) for position, line in enumerate(lines) if _begun(line)]
    if not {row["id"] for row in typed} <= {*known, ""}:
        raise Refusal("bad_value", field="lines")
    for gone in known - {row["id"] for row in typed}:
        _drop_line(db, gone)
    for row in typed:
        row["id"] = row["id"] or new_id()
        db.execute(
            "insert into service_lines (id, engagement_id, position, item, times, unit,"
            " standardization) values (:id, :engagement, :position, :item, :times, :unit,"
            " :standardization) on conflict (id) do update set position = :position, item = :item,"
            " times = :times, unit = :unit, standardization = :standardization",
            {**row, "engagement": engagement_id},
        )
    return typed


def _begun(line: Line) -> bool:
    """A known one goes with its name; half of a new one is asked about."""
    half = bool(line["times"].strip() or line["standardization"])
    return bool(line["item"].strip()) or (half and not line["id"])


def _line(line: Line, position: int) -> dict[str, Any]:
    try:
        read = entered.read(line, LINE)
    except Refusal as no:
        raise Refusal("line_refused", **{**no.params, "field": "lines"}, line=position + 1) from no
    return {
        "id": line["id"],
        "position": position,
        **read,
        "standardization": int(line["standardization"] == "yes"),
    }


def _drop_line(db: Database, line_id: str) -> None:
    if any(db.query("select 1 from visit_lines where line_id = :id", {"id": line_id})):
        raise Refusal("line_in_use", field="lines")
    db.execute("delete from due_days where line_id = :id", {"id": line_id})
    db.execute("delete from service_lines where id = :id", {"id": line_id})


def receive(db: Database, engagement_id: str, form: Form, by: str, day: str, now: str) -> None:
    """系统上报凭证: on which day the county's system took the contract."""
    row = {
        "id": engagement_id,
        "on": entered.past_day(form, "uploaded_on", day),
        "no": entered.line(form, "receipt_no", longest=80),
    }
    contract = _contract(db, engagement_id)
    if contract and row["on"] < contract["signed_on"]:
        raise Refusal("uploaded_before_signing", field="uploaded_on", day=contract["signed_on"])
    done = db.query(
        "update contracts set uploaded_on = :on, receipt_no = :no where engagement_id = :id"
        " returning engagement_id",
        row,
    )
    if not list(done):
        raise Refusal("no_contract_yet")
    trail.append(db, now, None, by, "contract.upload", f"engagement {engagement_id}", row)
