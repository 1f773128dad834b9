"""The lists of the desk about enterprises and what was agreed and done for them."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries import service_steps
from webapp.queries.boards import STALE
from webapp.queries.confirmations import STANDS
from webapp.queries.leads import SERVED_ON
from webapp.queries.visits import Row
from webapp.standard import service_steps as standard

_OF = (
    " join engagements as e on e.id = {0}.engagement_id"
    " join enterprises as n on n.id = e.enterprise_id"
)
_NUMBER = "(select c.number from contracts as c where c.engagement_id = e.id) as number"
_NAMES = (
    "(select group_concat(name, '、') from (select p.name from {} as x join people as p"
    " on p.id = x.person_id where {} order by p.name)) as people"
)
_LINES = (
    "(select group_concat(item, '；') from (select l.item from visit_lines as x join service_lines"
    " as l on l.id = x.line_id where x.visit_id = v.id order by l.position)) as serves"
)
# What went because a plan was confirmed anew or its engagement ended has no words of its own.
_STATE = (
    "case when v.cancelled_at is not null then 'cancelled' when v.planned_on < :day then 'late'"
    " when v.planned_on = :day then 'today' else 'to_come' end as state,"
    " case when v.cancelled_at is not null then v.cancelled_reason end as why_cancelled,"
    " date(v.cancelled_at, '+8 hours') as cancelled_on"
)
SQL = {
    "enterprises": "select name, short_name, credit_code, county, industry, address, principal,"
    " phone from enterprises order by county, name",
    "signers": "select n.name as enterprise, p.name, p.post, p.phone, x.deputy as signer,"
    " x.authority, case p.active when 0 then 'left' end as account from people as p left join"
    " enterprise_people as x on x.person_id = p.id left join enterprises as n on n.id ="
    " x.enterprise_id where p.role = 'safety_manager' order by n.name is null, n.name, x.deputy,"
    " p.name, p.id",
    "contracts": "select n.name as enterprise, c.number, c.signed_on, p.name as lead, c.starts_on,"
    " c.ends_on, c.fee, c.uploaded_on, c.receipt_no from contracts as c" + _OF.format("c") + " left"
    " join people as p on p.id = c.lead_id order by c.signed_on desc, n.name",
    "planned_visits": f"select n.name as enterprise, v.number, v.planned_on, {_STATE}, p.name as"
    f" lead, {_NAMES.format('visit_people', 'x.visit_id = v.id')}, {_LINES}, (select count(*) from"
    " visit_moves as m where m.visit_id = v.id) as moves from visits as v"
    + _OF.format("v")
    + " join people as p on p.id = e.lead_id where v.started_at is null"
    " order by v.planned_on, n.name, v.number",
    "visit_moves": "select n.name as enterprise, v.number, m.from_on, m.to_on, m.reason as"
    " why_moved, p.name as moved, date(m.moved_at, '+8 hours') as moved_on from visit_moves as m"
    " join visits as v on v.id = m.visit_id" + _OF.format("v") + " join people as p on p.id ="
    " m.moved_by order by m.moved_at desc, m.id",
    "visits": f"select n.name as enterprise, v.number, v.planned_on, {SERVED_ON} as served_on,"
    " case when v.started_at is null then date(v.cancelled_at, '+8 hours') end as cancelled_on,"
    " l.name as lead, c.satisfaction, (select"
    " count(*) from hazards as h where h.visit_id = v.id and h.withdrawn_at is null) as hazards"
    " from visits as v"
    + _OF.format("v")
    + f" join people as l on l.id = e.lead_id left join confirmations as c on c.id = {STANDS}"
    " order by v.planned_on desc, n.name",
    "service_records": f"select n.name as enterprise, v.number, {SERVED_ON} as served_on, p.name as"
    " written, date(r.written_at, '+8 hours') as written_on, r.content, r.process, r.result,"
    " coalesce(k.name, '') as reviewed, date(a.acknowledged_at, '+8 hours') as reviewed_on, a.note"
    " from service_records as r join visits as v on v.id = r.visit_id"
    + _OF.format("v")
    + " join people as p on p.id = r.written_by left join acknowledgements as a on a.visit_id ="
    " v.id and a.operation_id = r.latest_operation left join people as k on k.id ="
    " a.acknowledged_by order by served_on desc, n.name, v.number",
    "hazards": "select n.name as enterprise, v.number as visit, coalesce(h.number, h.label) as"
    " number, h.location, h.description, h.severity, h.basis_document, h.basis_clause,"
    " h.suggestion, h.due_on, p.name as recorded, date(h.recorded_at, '+8 hours') as recorded_on,"
    " h.withdrawn_reason from hazards as h join visits as v on v.id = h.visit_id"
    + _OF.format("v")
    + " join people as p on p.id = h.recorded_by order by h.recorded_at desc, h.id",
    "zones": "select n.name as enterprise, p.name as plan, z.name, z.level from zones as z"
    " join plans as p on p.id = z.plan_id join enterprises as n on n.id = p.enterprise_id"
    " where z.removed_at is null and p.retired_on is null"
    " order by n.name, p.position, p.name, z.id",
    "attachments": f"select n.name as enterprise, {_NUMBER}, f.step, f.name, p.name as added,"
    " date(f.added_at, '+8 hours') as added_on, case when f.withdrawn_at is not null then"
    " 'withdrawn' end as state, f.sha256 from attachments as f"
    + _OF.format("f")
    + " join people as p on p.id = f.added_by order by n.name, e.starts_on, f.added_at, f.id",
    "follow_ups": "select n.name as enterprise, f.followed_up_on, f.way, p.name as person,"
    " f.answered_by, f.answered_post, f.satisfaction, f.findings, f.comments,"
    " f.withdrawn_reason from follow_ups as f"
    + _OF.format("f")
    + " left join people as p on p.id = f.person_id order by f.followed_up_on desc",
    "follow_up_links": f"select n.name as enterprise, {_NUMBER}, p.name as made, date(x.made_at,"
    " '+8 hours') as made_on, x.expires_on, case when x.answered_at is not null then 'answered'"
    " when x.revoked_at is not null then 'revoked' when x.expires_on < :day then 'over' else 'open'"
    " end as state from follow_up_links as x"
    + _OF.format("x")
    + " join people as p on p.id = x.made_by order by x.made_at desc, x.id",
    "boards": "select n.name as enterprise, b.code, b.made_on, b.revoked_on, case when"
    f" b.revoked_on is null and e.ended_on is null and e.ends_on >= :day and {STALE}"
    " then 'reprint' else '' end as state"
    " from boards as b" + _OF.format("b") + " order by n.name, b.made_on",
    "board_photos": "select n.name as enterprise, b.code, f.taken_on, p.name as added,"
    " date(f.added_at, '+8 hours') as added_on from board_photos as f join boards as b on b.id ="
    " f.board_id" + _OF.format("b") + " join people as p on p.id = f.added_by"
    " where f.withdrawn_at is null order by n.name, b.code, f.taken_on desc, f.id desc",
}
COLUMNS = {
    "enterprises": "name short_name credit_code county industry address principal phone",
    "signers": "enterprise name post phone signer authority account",
    "engagements": "enterprise starts_on ends_on lead people number ended_on initial_visit"
    " assessment contract visits follow_up file",
    "contracts": "enterprise number signed_on lead starts_on ends_on fee uploaded_on receipt_no",
    "service_lines": "enterprise number item times unit due served short next",
    "planned_visits": "enterprise number planned_on state cancelled_on why_cancelled lead people"
    " serves moves",
    "visit_moves": "enterprise number from_on to_on why_moved moved moved_on",
    "visits": "enterprise number planned_on served_on cancelled_on lead hazards satisfaction",
    "service_records": "enterprise number served_on written written_on content process result"
    " reviewed reviewed_on note",
    "hazards": "enterprise visit number location description severity basis_document"
    " basis_clause suggestion due_on recorded recorded_on withdrawn_reason",
    "zones": "enterprise plan name level",
    "attachments": "enterprise number step name added added_on state sha256",
    "follow_ups": "enterprise followed_up_on way person answered_by answered_post satisfaction"
    " findings comments withdrawn_reason",
    "follow_up_links": "enterprise number made made_on expires_on state",
    "boards": "enterprise code made_on revoked_on state",
    "board_photos": "enterprise code taken_on added added_on",
}
ENGAGEMENTS = (
    "select e.id, n.name as enterprise, e.starts_on, e.ends_on, p.name as lead, "
    + _NAMES.format("engagement_people", "x.engagement_id = e.id")
    + ", c.number, e.ended_on from engagements as e join enterprises as n on n.id ="
    " e.enterprise_id join people as p on p.id = e.lead_id left join contracts as c"
    " on c.engagement_id = e.id order by n.name, e.starts_on, e.id"
)


def engagements(db: Database, day: str) -> list[Row]:
    """With where each of the six steps stands."""
    found = []
    for row in list(db.query(ENGAGEMENTS)):
        steps = standard.steps(service_steps.facts(db, row["id"], day), day)
        found.append({**row, **{step.name: step.state for step in steps}})
    return found


def lines(db: Database, day: str) -> list[Row]:
    """服务频次: what each line of a contract agreed, owes and had by this day, or by its end."""
    return [
        {**line, "enterprise": row["enterprise"], "number": row["number"]}
        for row in list(db.query(ENGAGEMENTS))
        for line in _counted(db, row["id"], day)
    ]


def _counted(db: Database, engagement_id: str, day: str) -> list[Row]:
    until = standard.cut_off(service_steps.facts(db, engagement_id, day), day)
    found = []
    for line in service_steps.lines(db, engagement_id, day):
        facts = line["facts"]
        counts = {"due": facts.due_by(until), "served": facts.served_by(until)}
        counts["short"] = facts.short_by(until)
        following = next((one for one in line["due"] if one > day), "")
        about = {name: line[name] for name in ("item", "times", "unit")}
        found.append({**about, **counts, "next": following})
    return found


MADE = {"engagements": engagements, "service_lines": lines}
