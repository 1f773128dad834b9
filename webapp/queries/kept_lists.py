"""The lists of the desk about what came from phones, who did what, and what is kept."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries import assessors, keeping, rescues, set_aside
from webapp.queries.visits import Row
from webapp.standard.hazards import shanghai_day, shanghai_time

MOST = 100_000  # nobody imports or deletes so much
SAID = (
    *("description", "suggestion", "content", "process", "result", "reason", "signer_name"),
    *("comments", "accompanied_by"),
)
GONE = (
    *("engagements", "contracts", "visits", "hazards", "service_records", "confirmations"),
    *("signatures", "attachments", "boards", "follow_ups", "oversights", "plans", "operations"),
    *("places", "files"),
)
SQL = {
    "holds": "select n.name as enterprise, h.cause, h.note, s.name as set_by, datetime(h.set_at,"
    " '+8 hours') as set_at, h.lifted_cause, h.lifted_note, l.name as lifted_by,"
    " datetime(h.lifted_at, '+8 hours') as lifted_at from holds as h join enterprises as n"
    " on n.id = h.enterprise_id join people as s on s.id = h.set_by left join people as l"
    " on l.id = h.lifted_by order by h.lifted_at is not null, h.set_at desc, h.id",
}
COLUMNS = {
    "phones": "name account model phone last_heard records photos needs_you oldest gaps"
    " photos_lost clock app phone_state",
    "set_aside": "state deed name account made_at enterprise visit label words photos why"
    " decided_by decided_at",
    "rescues": "imported_at importer person_name records photos rescue",
    "audit": "at name deed about visit address",
    "assessors": "name county made made_on expires_on state opened last_opened taken",
    "keeping": "enterprise until kept may_go",
    "holds": "enterprise cause note set_by set_at lifted_cause lifted_note lifted_by lifted_at",
    "deletions": " ".join(("at", "by", "deleted", "rule", "until", "seq", "digest", *GONE)),
}


def delivered(db: Database, _day: str) -> list[Row]:
    """未收入的记录: what waits for a decision, was refused, waits for an update, was decided."""
    of = {
        "undecided": set_aside.undecided(db),
        "refused": set_aside.refused(db),
        "held": set_aside.held(db),
    }
    rows = [(row, state) for state, found in of.items() for row in found]
    rows += [(row, row["decision"]) for row in set_aside.decided(db, MOST)]
    return [_delivered(row, state) for row, state in rows]


def _delivered(row: Row, state: str) -> Row:
    """`deed`, and `why` of what was refused, are for a template to say."""
    said, visit = row["payload"], row["visit"] or {"short_name": "", "number": ""}
    words = [said.get("location"), *(said.get(name) for name in SAID)]
    return {
        "state": state,
        "name": row["name"],
        "label": str(said.get("label", "")),
        "deed": ("kind", row["kind"], str(row["party"] or "")),
        "account": "" if row["active"] else "left",
        "made_at": shanghai_time(row["made_at"]),
        "enterprise": visit["short_name"],
        "visit": visit["number"],
        "words": "\n".join(str(one) for one in words if one),
        "photos": len(row["photos"]),
        "why": _why(row, state),
        "decided_by": row.get("decided_by", ""),
        "decided_at": shanghai_time(row.get("decided_at", "")),
    }


def _why(row: Row, state: str) -> str | tuple[str, str]:
    """Of what waits for an update its kind, which has no word here yet."""
    if state == "refused":
        return "reason", row["reason"]["code"]
    return str(row["kind"] if state == "held" else row.get("reason", ""))


def imports(db: Database, _day: str) -> list[Row]:
    return [
        {
            **{name: row[name] for name in ("importer", "person_name")},
            "imported_at": shanghai_time(row["imported_at"]),
            "records": row["counts"].get("new", 0),
            "photos": row["photos"].get("new", 0),
            "rescue": "" if row["whole"] else "broken",
        }
        for row in rescues.latest(db, MOST)
    ]


def readers(db: Database, day: str) -> list[Row]:
    """Links of assessors, never the token; `state`: open, revoked, over, or its maker's end."""
    return [
        {
            **row,
            "made": row["maker"],
            "made_on": shanghai_day(row["made_at"]),
            "last_opened": shanghai_time(row["last_opened"] or ""),
            "state": _standing(row, day),
        }
        for row in assessors.invited(db, day)
    ]


def _standing(row: Row, day: str) -> str:
    if row["stands"]:
        return "open"
    return "revoked" if row["revoked_at"] else "over" if row["expires_on"] < day else "ended"


def files_kept(db: Database, day: str) -> list[Row]:
    """Until when each enterprise's file is kept, and why."""
    return [
        {
            "enterprise": row["name"],
            "until": row["keeping"].until,
            "kept": row["keeping"].why,
            "may_go": int(row["may_go"]),
        }
        for row in keeping.files(db, day)
    ]


def deletions(db: Database, _day: str) -> list[Row]:
    """`deleted`: the enterprise, or nothing where places alone went."""
    found = []
    for row in keeping.log(db, MOST):
        counts = {name: row["counts"].get(name, 0) for name in GONE}
        about = {name: row.get(name, "") for name in ("by", "rule", "until", "seq", "digest")}
        told = {"at": shanghai_time(row["at"]), "deleted": row.get("enterprise", "")}
        found.append({**counts, **about, **told})
    return found


MADE = {
    "assessors": readers,
    "set_aside": delivered,
    "rescues": imports,
    "keeping": files_kept,
    "deletions": deletions,
}
