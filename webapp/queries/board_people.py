"""Who stands on a notice board and its page, and how much of each may be said (PIPL 25)."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from webapp.queries.credentials import of_person, replaced
from webapp.standard import credentials
from webapp.standard.credentials import Credential

CONSENT = "consents as k on k.person_id = p.id and k.withdrawn_on is null"


def people(db: Database, engagement: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """The lead first. Who gave no consent, or took it back, is counted, not named."""
    rows = _serving(db, engagement["id"])
    return [{**person(db, row, day), "place": n} for n, row in enumerate(rows, 1)]


def portrait(db: Database, board: dict[str, Any], place: int) -> str:
    """The hash of the photo of who stands at this place of the page, counted from 1; or ""."""
    rows = _serving(db, board["engagement_id"])
    return str(rows[place - 1]["portrait"]) if 0 < place <= len(rows) else ""


def _serving(db: Database, engagement_id: str) -> list[dict[str, Any]]:
    rows = db.query(
        "select p.id, p.name, p.id = e.lead_id as is_lead, coalesce(k.name, 0) as may_name,"
        " coalesce(k.name and k.credential, 0) as may_credential,"
        " coalesce(x.sha256, '') as portrait"
        f" from people as p join engagements as e on e.id = :id left join {CONSENT}"
        " left join evidence as x"
        " on x.id = k.portrait_id and k.name and k.photo"
        " where p.active = 1 and (p.id = e.lead_id or p.id in (select person_id"
        " from engagement_people where engagement_id = :id)) order by is_lead desc,"
        " may_name desc, p.name",
        {"id": engagement_id},
    )
    return list(rows)


def person(db: Database, row: dict[str, Any], day: str) -> dict[str, Any]:
    """Without a name nothing that tells who it is; with one its credentials only where that was
    consented to. Whether one of them holds today is said of everybody."""
    standing = of_person(db, row["id"])
    held = [
        {
            "kind": found["kind"],
            "number": credentials.masked(found["number"]) if row["may_credential"] else "",
            "valid_to": found["valid_to"] or "",
            "review_on": found["review_on"] or "",
            "state": credentials.shown_outside(found["held"].on(day)),
        }
        for found in standing
        if found["kind"] in credentials.RATING_KINDS and not replaced(found, day)
    ]
    hidden = bool(row["may_name"] and not row["may_credential"])
    return {
        "name": row["name"] if row["may_name"] else "",
        "portrait": row["portrait"],
        "is_lead": bool(row["is_lead"]),
        "hidden": hidden,
        "credentials": held if row["may_name"] and not hidden else [],
        "valid": hidden or may(row, [one["held"] for one in standing], day),
    }


def may(row: dict[str, Any], held: list[Credential], day: str) -> bool:
    """Of a lead nobody may name it is said whether they may lead; of others whether any holds."""
    if row["is_lead"] and not row["may_name"]:
        return credentials.may_lead(held, day)
    return any(one.kind in credentials.RATING_KINDS and one.holds(day) for one in held)
