"""What the desk lists, whole, for a workbook: one row a thing, days as they stood in Suzhou."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries import credentials, leads
from webapp.queries.boards import STALE
from webapp.queries.confirmations import STANDS
from webapp.standard.hazards import shanghai_day

Row = dict[str, Any]
_OF = (
    " join engagements as e on e.id = {0}.engagement_id"
    " join enterprises as n on n.id = e.enterprise_id"
)
SQL = {
    "enterprises": "select name, short_name, credit_code, county, industry, address, principal,"
    " phone from enterprises order by county, name",
    "contracts": "select n.name as enterprise, c.number, c.signed_on, p.name as lead, c.starts_on,"
    " c.ends_on, c.fee, c.uploaded_on, c.receipt_no from contracts as c" + _OF.format("c") + " left"
    " join people as p on p.id = c.lead_id order by c.signed_on desc, n.name",
    "hazards": "select n.name as enterprise, v.number as visit, coalesce(h.number, h.label) as"
    " number, h.location, h.description, h.severity, h.basis_document, h.basis_clause,"
    " h.suggestion, h.due_on, p.name as recorded, h.recorded_at, h.withdrawn_reason from hazards"
    " as h join visits as v on v.id = h.visit_id" + _OF.format("v") + " join people as p"
    " on p.id = h.recorded_by order by h.recorded_at desc, h.id",
    "follow_ups": "select n.name as enterprise, f.followed_up_on, f.way, p.name as person,"
    " f.answered_by, f.answered_post, f.satisfaction, f.findings, f.comments,"
    " f.withdrawn_reason from follow_ups as f"
    + _OF.format("f")
    + " left join people as p on p.id = f.person_id order by f.followed_up_on desc",
    "boards": "select n.name as enterprise, b.code, b.made_on, b.revoked_on, case when"
    f" b.revoked_on is null and e.ended_on is null and e.ends_on >= :day and {STALE}"
    " then 'reprint' else '' end as state"
    " from boards as b" + _OF.format("b") + " order by n.name, b.made_on",
    "experiences": "select p.name, x.starts_in, x.ends_in, x.unit, x.work from experiences as x"
    " join people as p on p.id = x.person_id where x.removed_at is null"
    " order by p.name, p.id, x.starts_in",
    "competences": "select p.name, c.item, c.basis, c.note, c.judged_on, j.name as judge,"
    " c.withdrawn_on, c.withdrawn_reason from competences as c join people as p"
    " on p.id = c.person_id join people as j on j.id = c.judged_by"
    " order by c.item, p.name, c.judged_on, c.id",
    "pledges": "select p.name, g.year, g.kind, g.signed_on from pledges as g join people as p"
    " on p.id = g.person_id where g.removed_at is null order by g.year desc, p.name, p.id, g.kind",
    "visits": "select n.name as enterprise, v.number, v.planned_on, v.started_at, v.ended_at,"
    " v.service_date, v.cancelled_at, l.name as lead, c.satisfaction, (select count(*) from"
    " hazards as h where h.visit_id = v.id and h.withdrawn_at is null) as hazards from visits as v"
    + _OF.format("v")
    + " join people as l on l.id = e.lead_id left join confirmations as c on c.id ="
    f" {STANDS}"
    " order by v.planned_on desc, n.name",
}
COLUMNS = {
    kind: tuple(names.split())
    for kind, names in {
        "enterprises": "name short_name credit_code county industry address principal phone",
        "people": "name post account kind number registered_unit valid_to review_on state",
        "experiences": "name starts_in ends_in unit work",
        "competences": "name item basis note judged_on judge withdrawn_on withdrawn_reason",
        "pledges": "name year kind signed_on",
        "contracts": "enterprise number signed_on lead starts_on ends_on fee uploaded_on"
        " receipt_no",
        "visits": "enterprise number planned_on served_on cancelled_on lead hazards satisfaction",
        "hazards": "enterprise visit number location description severity basis_document"
        " basis_clause suggestion due_on recorded recorded_on withdrawn_reason",
        "follow_ups": "enterprise followed_up_on way person answered_by answered_post satisfaction"
        " findings comments withdrawn_reason",
        "boards": "enterprise code made_on revoked_on state",
    }.items()
}


def rows(db: Database, kind: str, unit: str, day: str) -> list[list[Any]]:
    """`unit`: the institution's own name, `day`: on which credentials are judged."""
    found = _people(db, unit, day) if kind == "people" else list(db.query(SQL[kind], {"day": day}))
    return [[_dated(row)[name] for name in COLUMNS[kind]] for row in found]


def _dated(row: Row) -> Row:
    """Times as days."""
    told = {}
    for time, day in (("recorded_at", "recorded_on"), ("cancelled_at", "cancelled_on")):
        if time in row:
            told[day] = shanghai_day(row[time]) if row[time] else ""
    if "started_at" in row:
        told["served_on"] = leads.served_on(row) if row["started_at"] else ""
    return {**row, **told}


def _people(db: Database, unit: str, day: str) -> list[Row]:
    """A line a credential, its number masked; who has none stands there too, and who has left,
    marked as such."""
    none = dict.fromkeys(
        ("kind", "masked", "registered_unit", "valid_to", "review_on", "state"), ""
    )
    found = []
    for one in credentials.standings(db, unit, day):
        for held in one["credentials"] or [none]:
            about = {"name": one["name"], "post": one["post"], "number": held["masked"]}
            about["account"] = "" if one["active"] else "left"
            found.append({**held, **about})
    return found
