"""The lists of the desk about our own people."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries import credentials, institution
from webapp.queries.visits import Row
from webapp.standard.credentials import masked

_OWN = " join people as p on p.id = {}.person_id"
# Who has left is marked, as among 人员与证书.
_WHO = "select p.name, case when p.active = 1 then '' else 'left' end as account"
SCAN = "case when {}.evidence_id is null then 'no_scan' else 'scanned' end as scan"
# Every month since the first that was written down, up to this one or the last that is paid.
_MONTHS = (
    "with recursive months (month) as (select min(month) from insurance_months union all select"
    " strftime('%Y-%m', month || '-01', '+1 month') from months where month < (select max(:day7,"
    " max(month)) from insurance_months))"
)
SQL = {
    "labour_contracts": f"{_WHO}, c.starts_on, coalesce(c.ends_on, '') as until, case when"
    f" c.ends_on < :day then 'ended' end as state, {SCAN.format('c')} from labour_contracts as c"
    + _OWN.format("c")
    + " where c.removed_at is null"
    " order by p.name, p.id, c.starts_on desc, c.id",
    "insurance_months": f"{_MONTHS} select m.month, p.name, p.post, i.month is not null as insured,"
    " (select count(*) from insurance_proofs as x where x.month = m.month and"
    " x.removed_at is null) as proofs from months as m join people as p on p.role"
    " <> 'safety_manager' left join insurance_months as i on"
    " i.person_id = p.id and i.month = m.month where i.month is not null or exists (select 1 from"
    " labour_contracts as c where c.person_id = p.id and c.removed_at is null and"
    " substr(c.starts_on, 1, 7) <= m.month and (c.ends_on is null or substr(c.ends_on, 1, 7) >="
    " m.month)) order by m.month desc, p.name, p.id",
    "experiences": f"{_WHO}, x.starts_in, x.ends_in, x.unit, x.work from experiences as x"
    + _OWN.format("x")
    + " where x.removed_at is null order by p.name, p.id, x.starts_in",
    "competences": f"{_WHO}, c.item, c.basis, c.note, c.judged_on, j.name as judge,"
    " c.withdrawn_on, c.withdrawn_reason from competences as c"
    + _OWN.format("c")
    + " join people as j on j.id = c.judged_by order by c.item, p.name, c.judged_on, c.id",
    "trainings": "select t.held_on, t.topic, t.hours, (select group_concat(name, '、') from (select"
    " p.name from training_people as x" + _OWN.format("x") + " where x.training_id = t.id order by"
    " p.name)) as people, case when t.recorded_on is null and t.held_on < :day then 'overdue' when"
    " t.recorded_on is null or t.held_on > :day then 'planned' else 'held' end as training,"
    f" {SCAN.format('t')} from trainings as t where t.removed_at is null"
    " order by t.held_on desc, t.id",
    "pledges": f"{_WHO}, g.year, g.kind, g.signed_on from pledges as g"
    + _OWN.format("g")
    + " where g.removed_at is null order by g.year desc, p.name, p.id, g.kind",
    "consents": f"{_WHO}, k.name as shows_name, k.credential as shows_credential, k.photo as"
    f" shows_photo, k.given_on, k.proof, {SCAN.format('k')}, r.name as recorded,"
    " k.withdrawn_on from consents as k" + _OWN.format("k") + " join people as r on r.id ="
    " k.recorded_by order by p.name, p.id, k.withdrawn_on is not null, k.given_on desc, k.id desc",
}
COLUMNS = {
    "people": "name post account kind number registered_unit valid_to review_on state checked_on"
    " checker check_note scan",
    "suspensions": "name kind number suspended_on resumed_on",
    "labour_contracts": "name account starts_on until state scan",
    "insurance_months": "month name post insured proofs",
    "experiences": "name account starts_in ends_in unit work",
    "competences": "name account item basis note judged_on judge withdrawn_on withdrawn_reason",
    "trainings": "held_on topic hours people training scan",
    "pledges": "name account year kind signed_on",
    "consents": "name account shows_name shows_credential shows_photo given_on proof scan recorded"
    " withdrawn_on",
}


def people(db: Database, day: str) -> list[Row]:
    """A line a credential that was not exchanged for another, its number masked; who has none
    stands there too, and who has left, marked as such."""
    found = []
    for one in credentials.standings(db, str(institution.profile(db)["name"]), day):
        about = {"name": one["name"], "post": one["post"]}
        about["account"] = "" if one["active"] else "left"
        standing = [held for held in one["credentials"] if not held["replaced"]]
        found += [{**_held(held), **about} for held in standing]
        if not standing:
            found.append({**dict.fromkeys(COLUMNS["people"].split(), ""), **about})
    return found


def _held(held: Row) -> Row:
    check = held["check"] or dict.fromkeys(("checked_on", "name", "note"), "")
    looked_up = {"checked_on": check["checked_on"], "checker": check["name"]}
    looked_up["check_note"] = check["note"]
    return {**held, **looked_up, "number": held["masked"], "scan": scan(held)}


def scan(row: Row) -> str:
    """The same of a row as SCAN of a table."""
    return "scanned" if row["evidence_id"] else "no_scan"


def suspensions(db: Database, _day: str) -> list[Row]:
    rows = db.query(
        "select p.name, c.kind, c.number, coalesce(s.suspended_on, '') as suspended_on,"
        " s.resumed_on from suspensions as s join credentials as c on c.id = s.credential_id"
        + _OWN.format("c")
        + " where s.removed_at is null and c.removed_at is null"
        " order by p.name, p.id, c.kind, c.id, suspended_on desc, s.id desc"
    )
    return [{**row, "number": masked(row["number"])} for row in rows]


MADE = {"people": people, "suspensions": suspensions}
