"""What an entry of 操作留痕 is about, by name and with its page: an id tells nobody anything."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from sqlite_utils import Database

from webapp.queries.visits import Row

_OF = (
    " join engagements as e on e.id = {0}.engagement_id"
    " join enterprises as n on n.id = e.enterprise_id"
)
_PERSONS = (
    "select x.id, p.name, '/office/people/' || p.id as place from {} as x join people as p"
    " on p.id = x.person_id"
)
# A person's, or the institution's own: which is said in the reader's language.
_OWNERS = (
    "select x.id, coalesce(p.name, 'institution') as name, coalesce('/office/people/' || p.id,"
    " '{1}') as place from {0} as x left join people as p on p.id = x.person_id"
)
_INSTITUTIONS = "select x.id, x.{} as name, '/office/institution' as place from {} as x"
_MADE = (
    "select x.id, coalesce(p.name, '') as name, '/office/set-aside' as place from operations as x"
    " left join people as p on p.id = x.made_by"
)
_VISIT = "select {0}, n.short_name as name, v.number as visit, '/office/visits/' || v.id as place"
# Noun of the subject → id, name, place; `visit`: the number of one.
ABOUT = {
    "person": "select x.id, x.name, '/office/people/' || x.id as place from people as x",
    "enterprise": "select x.id, x.short_name as name, '/enterprises/' || x.id as place"
    " from enterprises as x",
    "engagement": "select x.id, n.short_name || ' ' || coalesce(nullif(c.number, ''), x.starts_on)"
    " as name, '/office/engagements/' || x.id as place from engagements as x join enterprises as n"
    " on n.id = x.enterprise_id left join contracts as c on c.engagement_id = x.id",
    "visit": _VISIT.format("v.id") + " from visits as v" + _OF.format("v"),
    "confirmation": _VISIT.format("x.id") + " from confirmations as x join visits as v on v.id ="
    " x.visit_id" + _OF.format("v"),
    "board": "select x.id, n.short_name || ' ' || x.code as name, '/enterprises/' || n.id ||"
    " '#board-' || x.id as place from boards as x" + _OF.format("x"),
    "plan": "select x.id, n.short_name || ' ' || x.name as name, '/plans/' || x.id || '/zones' as"
    " place from plans as x join enterprises as n on n.id = x.enterprise_id",
    "attachment": "select x.id, n.short_name || ' ' || x.name as name, '/office/engagements/' ||"
    " e.id as place from attachments as x" + _OF.format("x"),
    "oversight": "select x.id, trim(coalesce(n.short_name, '') || ' ' || x.happened_on) as name,"
    " '/office/oversights/' || x.id as place from oversights as x left join enterprises as n"
    " on n.id = x.enterprise_id",
    "credential": "select x.id, p.name, '/office/credentials/' || x.id as place"
    " from credentials as x join people as p on p.id = x.person_id",
    **{
        noun: _PERSONS.format(table)
        for noun, table in {
            "labour_contract": "labour_contracts",
            "experience": "experiences",
            "competence": "competences",
            "pledge": "pledges",
        }.items()
    },
    "evidence": _OWNERS.format("evidence", "/office/institution"),
    "channel": _OWNERS.format("channels", "/office/channels"),
    "training": "select x.id, x.topic as name, '/office/trainings' as place from trainings as x",
    "assessor": "select x.id, x.name, '/office/assessors' as place from assessors as x",
    "equipment": _INSTITUTIONS.format("name", "equipment"),
    "fee": _INSTITUTIONS.format("item", "fees"),
    "county_phone": _INSTITUTIONS.format("county", "county_phones"),
    "star_result": _INSTITUTIONS.format("county", "star_results"),
    "notification": _INSTITUTIONS.format("county", "notifications"),
    "policy": _INSTITUTIONS.format("version", "policies"),
    "policy_use": _INSTITUTIONS.format("note", "policy_uses"),
    "operation": _MADE,
    "set_aside": _MADE,
    "double": _MADE,
    "rescue": "select x.id, substr(x.imported_at, 1, 10) as name, '/office/rescue/' || x.id as"
    " place from rescues as x",
}
# What an export was of, where an older entry has the id alone.
BARE = {"export.slip": "visit", "export.board": "board"}


def named(db: Database, entries: Iterable[Row]) -> list[Row]:
    """Each with `about`: {name, place, visit}; what is gone keeps the beginning of its id."""
    rows = [{**one, **dict(zip(("noun", "key"), _subject(one), strict=True))} for one in entries]
    asked: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        asked[row["noun"]].add(row["key"])
    found = {noun: _known(db, noun, keys) for noun, keys in asked.items() if noun in ABOUT}
    return [{**row, "about": found.get(row["noun"], {}).get(row["key"]) or _bare(row["key"])}
            for row in rows]  # fmt: skip


def _subject(entry: Row) -> tuple[str, str]:
    noun, _, key = entry["subject"].rpartition(" ")
    return noun or BARE.get(entry["action"], ""), key


def _known(db: Database, noun: str, keys: set[str]) -> dict[str, Row]:
    sql = f"select * from ({ABOUT[noun]}) where id in (select value from json_each(:ids))"
    rows = db.query(sql, {"ids": json.dumps(sorted(keys))})
    return {row["id"]: {"visit": None, **row} for row in rows if row["name"]}


def _bare(key: str) -> Row:
    """A day or a month is its own name."""
    return {"name": key if len(key) < 12 else key[:8], "place": "", "visit": None}
