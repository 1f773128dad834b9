"""To be named in public: asked for name, photo and credential apart, kept with its proof (PIPL)."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal

ITSELF = "signed_in"  # the proof of a consent that the person gave in its own account


def give(
    db: Database,
    person_id: str,
    form: Form,
    evidence_id: str | None,
    portrait_id: str | None,
    by: str,
    today: str,
    now: str,
) -> None:
    """The newest says what holds. A manager names the proof; a person's own sign-in is one. A photo
    needs one to show, which may be that of the consent before."""
    itself = by == person_id
    scope = {name: entered.flag(form, name) for name in ("name", "photo", "credential")}
    if not scope["name"]:
        raise Refusal("name_first", field="name")
    portrait = (portrait_id or _portrait(db, person_id)) if scope["photo"] else None
    if scope["photo"] and portrait is None:
        raise Refusal("portrait_needed", field="portrait")
    values = {
        "person_id": person_id,
        **scope,
        "portrait_id": portrait,
        "given_on": today if itself else entered.past_day(form, "given_on", today),
        "proof": ITSELF if itself else entered.line(form, "proof", needed=True),
        "evidence_id": evidence_id,
        "recorded_by": by,
    }
    _end(db, person_id, by, today)
    found = rows.add(db, "consents", values)
    rows.tell(db, by, now, "consent.give", f"person {person_id}", consent=found, **scope)


def _portrait(db: Database, person_id: str) -> str | None:
    sql = "select portrait_id from consents where person_id = :id and withdrawn_on is null"
    row = next(iter(db.query(sql, {"id": person_id})), None)
    return row["portrait_id"] if row else None


def withdraw(db: Database, person_id: str, by: str, today: str, now: str) -> None:
    """Off the public pages with the next look at them."""
    if _end(db, person_id, by, today):
        rows.tell(db, by, now, "consent.withdraw", f"person {person_id}")


def _end(db: Database, person_id: str, by: str, today: str) -> bool:
    done = db.query(
        "update consents set withdrawn_on = :today, withdrawn_by = :by where person_id = :id"
        " and withdrawn_on is null returning id",
        {"today": today, "by": by, "id": person_id},
    )
    return bool(list(done))
