"""Holds, periods, and places that are over: 保存与删除 without the deletion itself (erasing.py)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from sync import erasing
from webapp.domain import entered, rows
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.queries import keeping as queries
from webapp.queries.keeping import Row
from webapp.standard import keeping as standard

LONGEST = 300


def hold(db: Database, enterprise_id: str, form: Form, by: str, now: str) -> None:
    """Nothing of it is deleted until the hold is lifted. One that stands becomes one for an
    accident, whose years are counted from its end, and no other."""
    values = {
        "enterprise_id": enterprise_id,
        "cause": entered.choice(form, "cause", standard.CAUSES),
        "note": entered.text(form, "note", form.get("cause") == "other", LONGEST),
        "set_by": by,
        "set_at": now,
    }
    standing = queries.hold(db, enterprise_id)
    if standing:
        _raise(db, standing, values, by, now)
        return
    found = rows.add(db, "holds", values)
    about = {"cause": values["cause"], "note": values["note"]}
    rows.tell(db, by, now, "hold.set", f"enterprise {enterprise_id}", hold=found, **about)


def _raise(db: Database, standing: Row, values: Row, by: str, now: str) -> None:
    """Who set it and when stays; a note is added to the one before."""
    if values["cause"] != "accident" or standing["cause"] == "accident":
        raise Refusal("held_already")
    note = " ".join(filter(None, (standing["note"], values["note"])))
    after = {"cause": "accident", "note": note}
    before = rows.change(db, "holds", standing["id"], after)
    subject = f"enterprise {standing['enterprise_id']}"
    rows.tell(db, by, now, "hold.raise", subject, hold=standing["id"], before=before, after=after)


def lift(db: Database, enterprise_id: str, form: Form, by: str, now: str) -> None:
    values = {
        "lifted_cause": entered.choice(form, "cause", standard.LIFTED),
        "lifted_note": entered.text(form, "note", longest=LONGEST),
        "lifted_by": by,
        "lifted_at": now,
    }
    standing = queries.hold(db, enterprise_id)
    if standing is None:
        raise Refusal("not_held")
    rows.change(db, "holds", standing["id"], values)
    about = {"cause": values["lifted_cause"], "note": values["lifted_note"]}
    subject = f"enterprise {enterprise_id}"
    rows.tell(db, by, now, "hold.lift", subject, hold=standing["id"], **about)


def set_periods(db: Database, form: Form, by: str, now: str) -> None:
    """Longer than the floor as one likes, never shorter."""
    values = {
        name: entered.whole(form, name, standard.FLOOR, standard.MOST)
        for name in ("keep_years", "rating_years")
    }
    before = rows.change(db, "institution", 1, values)
    if before:
        rows.tell(db, by, now, "keeping.periods", "institution", before=before, after=values)


def year_before(now: str) -> str:
    """The instant before which a place is too old, as UTC ISO text."""
    then = datetime.fromisoformat(now) - timedelta(days=standard.PLACE_DAYS)
    return then.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def erase_places(db: Database, by: str, now: str) -> int:
    """Where our people stood, of visits that came in a year ago: out of the tables, the operations
    and the trail; how many. When and by whom the visit was begun stays."""
    operations = queries.places(db, year_before(now))
    if not operations:
        raise Refusal("no_old_places")
    db.execute(
        "update visits set place = null, place_erased_at = :now where place is not null and id in"
        " (select json_extract(cast(body as text), '$.payload.visit_id') from operations"
        "  where id in (select value from json_each(:ids)))",
        {"now": now, "ids": json.dumps(operations)},
    )
    why = {"rule": "places", "days": standard.PLACE_DAYS, "counts": {"places": len(operations)}}
    erasing.erase(db, operations, [], now, by, "institution", why, without_place)
    return len(operations)


def without_place(text: str) -> str:
    """An operation's body or a link's detail, its place taken out."""
    said: dict[str, Any] = json.loads(text)
    held = [said[name] for name in ("payload", "before", "after") if _has_place(said.get(name))]
    for part in held:
        part["place"] = None
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if held else text


def _has_place(part: Any) -> bool:
    return isinstance(part, dict) and part.get("place") is not None


def leaving(db: Database) -> list[dict[str, str]]:
    """Files to go; what a row names again meanwhile stays."""
    for folder in ("photos", "papers", "attachments"):
        named = f"select sha256 from {folder} union select image from plans"
        sql = f"delete from files_to_go where folder = :folder and sha256 in ({named})"
        db.execute(sql, {"folder": folder})
    return list(db.query("select folder, sha256 from files_to_go"))


def owes(db: Database) -> bool:
    """Files to go, or a deletion whose text still stands in the database's own file."""
    sql = "select 1 from files_to_go union all select 1 from meta where key = 'scrub_owed' limit 1"
    return any(db.query(sql))


def gone(db: Database, folder: str, sha256: str) -> None:
    row = {"folder": folder, "sha256": sha256}
    db.execute("delete from files_to_go where folder = :folder and sha256 = :sha256", row)
