"""评定查阅 (7.2, 7.3): a link by which the county's assessors read their county's files."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from sqlite_utils import Database

from webapp.domain import entered, rows
from webapp.domain.calendars import token_hash
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import ledgers

LONGEST = 180  # days: a year's rating is over by then


def invite(db: Database, form: Form, by: str, today: str, now: str) -> str:
    """The token, told once."""
    token = secrets.token_urlsafe(24)
    values = {
        "name": entered.line(form, "name", needed=True, longest=60),
        "county": entered.choice(form, "county", {*ledgers.counties(db)} - {""}),
        "expires_on": entered.day(form, "expires_on", needed=True),
    }
    last = (date.fromisoformat(today) + timedelta(days=LONGEST)).isoformat()
    if not today <= values["expires_on"] <= last:
        raise Refusal("day_outside", field="expires_on", first=today, last=last)
    kept = {**values, "token_hash": token_hash(token), "made_by": by, "made_at": now}
    found = rows.add(db, "assessors", kept)
    told = {name: values[name] for name in ("county", "expires_on")}
    rows.tell(db, by, now, "assessor.invite", f"assessor {found}", **told)
    return token


def revoke(db: Database, assessor_id: str, by: str, now: str) -> None:
    if rows.end(db, "assessors", "revoked_at", assessor_id, now):
        rows.tell(db, by, now, "assessor.revoke", f"assessor {assessor_id}")
