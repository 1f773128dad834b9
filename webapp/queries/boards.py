"""What stands on a notice board and on the page behind its QR code."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from webapp.queries.board_people import CONSENT, people
from webapp.queries.engagements import frequency
from webapp.queries.visits import items, one
from webapp.standard.hazards import shanghai_day

# The people who would be printed today, as boards.printed_team keeps them; of engagements as e.
TEAM = (
    "(select group_concat(sign, ' ') from (select p.id || case when p.id = e.lead_id then '*'"
    " else '' end || case when exists (select 1 from consents as k where k.person_id = p.id"
    " and k.withdrawn_on is null and k.name = 1) then '+' else '' end as sign from people as p"
    " where p.active = 1 and (p.id = e.lead_id or exists (select 1 from engagement_people as x"
    " where x.engagement_id = e.id and x.person_id = p.id)) order by p.id))"
)
# The stars that may be shown today (how many, which year, until when), and the county's phone, as
# they are kept of a print.
_LATEST = (
    "coalesce((select {} from {} where county = (select county from enterprises where"
    " id = e.enterprise_id) and removed_at is null order by {} limit 1), '')"
)
STARS = _LATEST.format(
    "case when valid_to >= :day and stars > 0 then stars || ' ' || year || ' ' || valid_to"
    " else '' end",
    "star_results",
    "year desc, published_on desc, id desc",
)
PHONE = _LATEST.format("phone", "county_phones", "id desc")
# Stars that are over, cancelled or lowered must not hang on; as many or more may wait.
FADED = (
    f"(b.printed_stars <> '' and (substr(b.printed_stars, 8) < :day"
    f" or substr(b.printed_stars, 1, 1) > substr({STARS}, 1, 1)))"
)
STALE = (
    f"(b.printed_team <> coalesce({TEAM}, '') or {FADED} or b.printed_phone not in ('', {PHONE}))"
)


def to_print(db: Database, engagement_id: str, day: str) -> dict[str, str]:
    """What would be printed today, and may change later: `team`, `stars`, `phone`."""
    sql = (
        f"select coalesce({TEAM}, '') as team, {STARS} as stars, {PHONE} as phone"
        " from engagements as e where e.id = :id"
    )
    return one(db, sql, id=engagement_id, day=day) or {"team": "", "stars": "", "phone": ""}


def of_engagement(db: Database, engagement_id: str, day: str) -> list[dict[str, Any]]:
    """`stale`: what stands on it is not so any more; `until`: the day it went on with
    the next engagement, or None; `since`: the day it came from one before."""
    rows = db.query(
        f"select b.*, case when b.engagement_id = :id then {STALE} else 0 end as stale,"
        " case when b.engagement_id <> :id then x.until end as until, (select max(y.until) from"
        " boards_before as y where y.board_id = b.id and y.engagement_id <> :id) as since"
        " from boards as b join engagements as e on e.id = b.engagement_id"
        " left join boards_before as x on x.board_id = b.id and x.engagement_id = :id"
        " where b.engagement_id = :id or x.until is not null order by b.made_on, b.id",
        {"id": engagement_id, "day": day},
    )
    return list(rows)


def next_of(db: Database, board_id: str, day: str) -> list[dict[str, Any]]:
    """Engagements of the same enterprise that the board may go on with, the last first: begun, and
    its own over."""
    rows = db.query(
        "select n.id, n.starts_on, n.ends_on from boards as b join engagements as e"
        " on e.id = b.engagement_id join engagements as n on n.enterprise_id = e.enterprise_id"
        " where b.id = :id and n.id <> e.id and n.ended_on is null and n.starts_on <= :day"
        " and n.ends_on >= :day and (e.ended_on <= :day or e.ends_on < :day)"
        " order by n.ends_on desc, n.id",
        {"id": board_id, "day": day},
    )
    return list(rows)


def shown_since(db: Database, engagement_id: str, over: str) -> str:
    """The first day of a board that hangs, or hung until it went on with the next engagement; of
    one that is over since the day `over`, or until then. "" when none."""
    found = one(
        db,
        "select min(made_on) as day from (select made_on from boards where engagement_id = :id"
        "  and (revoked_on is null or :over <> '' and revoked_on >= :over) union all"
        " select b.made_on from boards_before as x join boards as b on b.id = x.board_id"
        " where x.engagement_id = :id)",
        id=engagement_id,
        over=over,
    )
    return str((found or {"day": ""})["day"] or "")


def stale(db: Database, day: str) -> list[dict[str, Any]]:
    """Boards of running engagements that must be printed again, and what changed: names that no
    longer stand there (`gone`) and that are not there yet (`come`), stars, the county's phone;
    none of them: who leads, or who is named."""
    rows = db.query(
        f"select b.id, b.code, b.made_on, b.printed_team, {TEAM} as team, n.name as enterprise,"
        f" {FADED} as stars, b.printed_phone not in ('', {PHONE})"
        " as phone,"
        " e.enterprise_id from boards as b join engagements as e on e.id = b.engagement_id"
        " join enterprises as n on n.id = e.enterprise_id where b.revoked_on is null"
        f" and e.ended_on is null and e.ends_on >= :day and {STALE} order by n.name, b.made_on",
        {"day": day},
    )
    names = {row["id"]: row["name"] for row in db.query("select id, name from people")}
    return [{**row, **_changed(row, names)} for row in list(rows)]


def _changed(row: dict[str, Any], names: dict[str, str]) -> dict[str, list[str]]:
    before, after = (
        [sign.rstrip("*+") for sign in (row[column] or "").split()]
        for column in ("printed_team", "team")
    )
    return {
        "gone": [names[one_id] for one_id in before if one_id not in after],
        "come": [names[one_id] for one_id in after if one_id not in before],
    }


def current(db: Database, day: str) -> int:
    """How many hang at running engagements and say what is so."""
    sql = (
        "select count(*) as n from boards as b join engagements as e on e.id = b.engagement_id"
        f" where b.revoked_on is null and e.ended_on is null and e.ends_on >= :day and not {STALE}"
    )
    return int((one(db, sql, day=day) or {"n": 0})["n"])


def naming(db: Database, person_id: str, day: str) -> list[dict[str, Any]]:
    """Boards that were printed with this person on them."""
    rows = db.query(
        "select b.id, b.code, b.made_on, n.name as enterprise, e.enterprise_id from boards as b"
        " join engagements as e on e.id = b.engagement_id join enterprises as n"
        " on n.id = e.enterprise_id where b.revoked_on is null and e.ended_on is null"
        " and e.ends_on >= :day and instr(b.printed_team, :id) > 0 order by n.name, b.made_on",
        {"id": person_id, "day": day},
    )
    return list(rows)


def by_code(db: Database, code: str) -> dict[str, Any] | None:
    return one(db, "select * from boards where code = :code", code=code)


def by_id(db: Database, board_id: str) -> dict[str, Any] | None:
    return one(db, "select * from boards where id = :id", id=board_id)


def enterprise_of(db: Database, board_id: str) -> str | None:
    row = one(
        db,
        "select e.enterprise_id as id from boards as b join engagements as e"
        " on e.id = b.engagement_id where b.id = :id",
        id=board_id,
    )
    return str(row["id"]) if row else None


def institution(db: Database) -> dict[str, Any]:
    return one(db, "select * from institution") or {}


def shown(db: Database, board: dict[str, Any], day: str) -> dict[str, Any]:
    """Everything public of one engagement: nothing of its hazards, no identity numbers."""
    engagement = one(
        db,
        "select e.*, n.name as enterprise, n.short_name, n.county from engagements as e"
        " join enterprises as n on n.id = e.enterprise_id where e.id = :id",
        id=board["engagement_id"],
    )
    assert engagement is not None
    engagement["frequency"] = engagement["frequency"] or frequency(db, engagement["id"])
    return {
        "board": board,
        "engagement": engagement,
        "ended": bool(engagement["ended_on"] and engagement["ended_on"] <= day)
        or engagement["ends_on"] < day,
        "early": day < engagement["starts_on"],
        "institution": {
            **institution(db),
            **notification(db, engagement["county"]),
            **of_county(engagement["county"], to_print(db, engagement["id"], day)),
        },
        "people": people(db, engagement, day),
        "items": items(db, engagement["id"]),
        "visits": confirmed_visits(db, engagement["id"]),
        "next_visit": next_visit(db, engagement["id"], day),
    }


def next_visit(db: Database, engagement_id: str, day: str) -> str:
    """The day of the next planned visit, or ""."""
    found = one(
        db,
        "select min(planned_on) as day from visits where engagement_id = :id and planned_on >= :day"
        " and started_at is null and cancelled_at is null",
        id=engagement_id,
        day=day,
    )
    return str((found or {})["day"] or "")


def of_county(county: str, found: dict[str, str]) -> dict[str, Any]:
    """Whom to complain to in the county of the enterprise, and the stars it last gave us: `stars`
    is 0 without any, when they were cancelled and when they are over; `found`: `to_print`."""
    stars, year, until = (found["stars"] or "0  ").split(" ")
    told = {"stars": int(stars), "stars_year": year, "stars_until": until}
    return {"county": county, "county_phone": found["phone"], **told}


def notification(db: Database, county: str) -> dict[str, Any]:
    """The newest 从业告知 in the county of the enterprise: the others say nothing here."""
    found = one(
        db,
        "select county as notified_county, notified_on, number as notification_no"
        " from notifications where county = :county and removed_at is null"
        " order by notified_on desc, id desc limit 1",
        county=county,
    )
    return found or {"notified_county": "", "notified_on": "", "notification_no": ""}


def confirmed_visits(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    """The redacted confirmation: date, items, evaluation, and who was there: started, joined or
    signed, never merely planned."""
    rows = db.query(
        "select v.number, c.slip, c.satisfaction, c.made_at,"
        " (select group_concat(name, '、') from (select p.name from people as p"
        f"   join {CONSENT} and k.name = 1 where p.id = v.started_by"
        "   or p.id in (select person_id from visit_people where visit_id = v.id"
        "    and joined_at is not null)"
        "   or p.id in (select signer_id from signatures where confirmation_id = c.id)"
        "   order by p.name)) as people"
        " from visits as v join confirmations as c on c.id = (select id from confirmations"
        "  where visit_id = v.id and satisfaction is not null"
        "  order by made_at desc, id desc limit 1)"
        " where v.engagement_id = :id order by c.made_at desc, v.number desc",
        {"id": engagement_id},
    )
    return [redacted(row) for row in rows]


def redacted(row: dict[str, Any]) -> dict[str, Any]:
    """The slip's text came from a phone: what is not there is left out, never an error page."""
    slip = json.loads(row["slip"])
    return {
        "number": row["number"],
        "day": str(slip.get("service_date") or "") or shanghai_day(row["made_at"]),
        "items": [str(item) for item in slip.get("items") or []],
        "people": row["people"] or "",
        "satisfaction": row["satisfaction"],
    }
