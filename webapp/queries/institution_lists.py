"""The lists of the desk about the institution itself."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries import institution
from webapp.queries.staff_lists import SCAN, scan
from webapp.queries.visits import Row

SQL = {
    "equipment": "select kind as equipment, name, quantity, note from equipment"
    " where removed_at is null order by kind, name, id",
    "policy_uses": "select kind as policy, used_on, note, " + SCAN.format("policy_uses") + " from"
    " policy_uses where removed_at is null order by kind, used_on desc, id desc",
    "fees": "select item, price, unit, note, since, case when since > :day then 'not_begun' end as"
    " state from fees where removed_at is null order by item, since, id",
    "county_phones": "select county, phone from county_phones where removed_at is null"
    " order by county, id",
    "star_results": "select county, year, stars as star, published_on, valid_to, case when valid_to"
    " < :day then 'over' end as state, " + SCAN.format("star_results") + " from star_results"
    " where removed_at is null order by county, year desc, published_on desc, id desc",
    "workdays": "select date, is_workday as workday, source, notice_no from calendar_override"
    " order by date desc",
}
COLUMNS = {
    "equipment": "equipment name quantity note",
    "notifications": "county notified_on number first state scan",
    "county_phones": "county phone",
    "star_results": "county year star published_on valid_to state scan",
    "policies": "policy version issued_on state scan",
    "policy_uses": "policy used_on note scan",
    "fees": "item price unit note since state",
    "workdays": "date workday source notice_no",
}


def notifications(db: Database, _day: str) -> list[Row]:
    """Each with the first day of business in its county; counties nobody was notified of too."""
    served, found = institution.served(db), []
    for row in institution.notifications(db):
        state = "notified_late" if row["late"] else ""
        about = {"first": served.get(row["county"], ""), "state": state}
        found.append({**row, **about, "scan": scan(row)})
    known = {row["county"] for row in found}
    return found + [_bare(county, day) for county, day in served.items() if county not in known]


def _bare(county: str, first: str) -> Row:
    none = dict.fromkeys(("notified_on", "number", "scan"), "")
    return {**none, "county": county, "first": first, "state": "not_notified"}


def policies(db: Database, day: str) -> list[Row]:
    """All six with their versions; one without a version in force says so in a line of its own."""
    found = []
    for one in institution.policies(db, day):
        rows = [{**row, "policy": row["kind"], "scan": scan(row)} for row in one["versions"]]
        if not any(row["state"] == "in_force" for row in rows):
            none = dict.fromkeys(("version", "issued_on", "scan"), "")
            rows.insert(0, {**none, "policy": one["kind"], "state": "none_in_force"})
        found += rows
    return found


MADE = {"notifications": notifications, "policies": policies}
