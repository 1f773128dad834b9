"""What of clause 4 is over, due or missing on a day, the worst first."""

from __future__ import annotations

from datetime import date, timedelta

from sqlite_utils import Database

from webapp.queries import (
    board_photos,
    boards,
    competences,
    credentials,
    employment,
    hand_over,
    institution,
    keeping,
    pledges,
)
from webapp.queries.visits import Row
from webapp.standard.conditions import answers
from webapp.standard.credentials import month_before, state
from webapp.standard.keeping import PLACE_DAYS

ORDER = (
    *("suspended", "expired", "review_missed", "not_met", "due_7", "due_30"),
    *("unknown", "no_evidence", "due_90"),
)


def of(db: Database, day: str) -> list[Row]:
    """Each with its `state`, `what` it is about, and `due` where it has a day."""
    found = [*_credentials(db, day), *_contracts(db, day), *_papers(db, day)]
    found += [
        {"what": "condition", "clause": one.clause, "state": one.state, "due": ""}
        for one in answers(institution.facts(db, day), day)
    ]
    found += [*_insurance(db, day), *_unnamed(db, day), *_left(db, day)]
    found += [*_boards(db, day), *_board_photos(db, day)]
    found += [*_competences(db, day), *_pledges(db, day), *_places(db, day)]
    kept = [one for one in found if one["state"] in ORDER]
    return sorted(kept, key=lambda one: (ORDER.index(one["state"]), one["due"] or ""))


def _credentials(db: Database, day: str) -> list[Row]:
    unit = institution.profile(db)["name"]
    return [
        {**one, "what": "credential", "person": row["id"], "name": row["name"]}
        for row in credentials.standings(db, unit, day)
        if row["active"]
        for one in row["credentials"]
        if not one["renewed"]
    ]


def _contracts(db: Database, day: str) -> list[Row]:
    """The last labour contract of each who works here; who has left is no news."""
    rows = db.query(
        "select p.id as person, p.name, max(coalesce(c.ends_on, '9')) as due from people as p"
        " join labour_contracts as c on c.person_id = p.id and c.removed_at is null"
        " where p.active = 1 group by p.id having due <> '9'"
    )
    return [{**row, "what": "labour_contract", "state": state(row["due"], day)} for row in rows]


def _papers(db: Database, day: str) -> list[Row]:
    """Licence and lease before they end; afterwards the conditions say so."""
    row = institution.profile(db)
    papers = {"licence": row["licence_valid_to"], "lease": row["lease_to"]}
    states = {what: state(due, day) for what, due in papers.items() if due}
    return [
        {"what": what, "state": found, "due": papers[what]}
        for what, found in states.items()
        if found != "expired"
    ]


def _insurance(db: Database, day: str) -> list[Row]:
    """Last month, which should be paid by now."""
    month = month_before(day[:7])
    missing = [row["name"] for row in employment.insurance(db, month) if not row["insured"]]
    about = {"what": "insurance", "month": month, "names": missing}
    return [{**about, "state": "no_evidence", "due": ""}] if missing else []


def _board_photos(db: Database, day: str) -> list[Row]:
    """Boards that nothing shows hanging (5.4.1 d), all in one line."""
    rows = board_photos.missing(db, day)
    about = {"what": "board_photo", "enterprises": rows, "state": "no_evidence", "due": ""}
    return [about] if rows else []


def _unnamed(db: Database, day: str) -> list[Row]:
    """On a running engagement without a consent: the board says （未公示）."""
    rows = db.query(
        "select distinct p.id as person, p.name from people as p join engagements as e"
        " on e.lead_id = p.id or exists (select 1 from engagement_people as x"
        "  where x.engagement_id = e.id and x.person_id = p.id)"
        " where p.active = 1 and e.ended_on is null and e.ends_on >= :day and not exists"
        " (select 1 from consents as k where k.person_id = p.id and k.withdrawn_on is null)"
        " order by p.name, p.id",
        {"day": day},
    )
    return [{**row, "what": "consent", "state": "no_evidence", "due": ""} for row in rows]


def _left(db: Database, day: str) -> list[Row]:
    """Deactivated, and an engagement or a coming visit still hangs on them."""
    gone = db.query(
        "select id, name from people where active = 0 and role <> 'safety_manager' order by name"
    )
    held = [(row, hand_over.engagements(db, row["id"], day)) for row in list(gone)]
    return [
        {"what": "hand_over", "person": row["id"], "name": row["name"], "n": len(of)}
        | {"state": "not_met", "due": ""}
        for row, of in held
        if of
    ]


def _boards(db: Database, day: str) -> list[Row]:
    """To be printed again, since what stands on them is not so any more."""
    n = len(boards.stale(db, day))
    return [{"what": "boards", "n": n, "state": "not_met", "due": ""}] if n else []


def _competences(db: Database, day: str) -> list[Row]:
    """Contracted items that nobody on the engagement is competent for (4.2), all in one line."""
    rows = competences.uncovered(db, day)
    names = list(dict.fromkeys(row["short_name"] for row in rows))
    about = {"what": "competence", "n": len(rows), "names": names}
    return [{**about, "state": "no_evidence", "due": ""}] if rows else []


def _places(db: Database, day: str) -> list[Row]:
    """Where our people stood, kept longer than a year (domain 10)."""
    n = len(keeping.places(db, (date.fromisoformat(day) - timedelta(days=PLACE_DAYS)).isoformat()))
    return [{"what": "places", "n": n, "state": "not_met", "due": ""}] if n else []


def _pledges(db: Database, day: str) -> list[Row]:
    """Who has not signed all three of this year (4.2, 4.3), counted."""
    n = len(pledges.owing(db, day))
    about = {"what": "pledge", "n": n, "state": "no_evidence", "due": ""}
    return [about] if n else []
