"""One enterprise's file is deleted, with an entry in the log of what went and under which rule."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from sqlite_utils import Database

from sync import erasing
from webapp.domain.entered import Form, line
from webapp.domain.refusal import Refusal
from webapp.queries import belongings, keeping
from webapp.queries.belongings import Belongings


def delete(db: Database, enterprise_id: str, form: Form, by: str, day: str, now: str) -> None:
    """Rows, the text of operations and links, and the names of files that nothing else needs: the
    files themselves go after the commit (webapp/leaving.py)."""
    file = keeping.file(db, day, enterprise_id)
    if not file["may_go"]:
        raise Refusal("must_be_kept", until=file["keeping"].until)
    gone = belongings.of(db, enterprise_id)
    if gone.waiting:
        raise Refusal("decide_first", waiting=gone.waiting)
    if line(form, "name", True) != file["name"]:
        raise Refusal("name_differs", field="name")
    why = {**_rule(db, file), **told(gone), "enterprise": file["name"]}
    subject = f"enterprise {enterprise_id}"
    erasing.erase(db, gone.operations, gone.links, now, by, subject, why)
    _delete_beside(db, gone)
    _delete_rows(db, gone)
    _blank_signers(db, gone.signers)


def _rule(db: Database, file: dict[str, Any]) -> dict[str, Any]:
    periods = keeping.periods(db)
    kept = file["keeping"]
    return {"rule": kept.why, "until": kept.until,
            "years": {"service": periods.service, "rating": periods.rating}}  # fmt: skip


def told(gone: Belongings) -> dict[str, Any]:
    """Counts, and one digest over the names of all files that went."""
    names = "\n".join(f"{folder}/{sha256}" for folder, sha256 in gone.files)
    counts = {table: len(rows) for table, rows in sorted(gone.rows.items())}
    counts |= {"operations": len(gone.operations), "files": len(gone.files)}
    return {"counts": counts, "files_digest": hashlib.sha256(names.encode()).hexdigest()}


def _delete_rows(db: Database, gone: Belongings) -> None:
    db.execute("pragma defer_foreign_keys = on")  # judged at the commit, when all are gone
    for table, rowids in gone.rows.items():
        given = {"ids": json.dumps(list(rowids))}
        db.execute(f"delete from {table} where rowid in (select value from json_each(:ids))", given)


def _delete_beside(db: Database, gone: Belongings) -> None:
    """What no foreign key ties to it: what operations brought, papers, half-typed forms."""
    given = {"ids": json.dumps(gone.operations)}
    of = "operation_id in (select value from json_each(:ids))"
    db.execute(f"delete from operation_photos where {of}", given)
    db.execute(f"delete from set_aside where {of}", given)
    db.execute(f"update refusals_settled set note = '' where {of}", given)
    for visit in belongings.identities(db, {"visits": gone.rows.get("visits", set())}):
        db.execute("delete from rescued_drafts where instr(address, :visit)", {"visit": visit})
    for folder, sha256 in gone.files:
        row = {"folder": folder, "sha256": sha256}
        db.execute("insert into files_to_go values (:folder, :sha256) on conflict do nothing", row)
        if folder != "attachments":
            db.execute(f"delete from {folder} where sha256 = :sha256", row)


def _blank_signers(db: Database, signers: list[str]) -> None:
    """Their rows stay, for the audit names them; who they were does not."""
    for person in signers:
        row = {"id": person, "stamp": secrets.token_hex(8)}
        db.execute(
            "update people set name = '', post = '', phone = '', sign_in_name = null,"
            " password_hash = null, pin_salt = null, pin_hash = null, pin_check = null, active = 0,"
            " session_stamp = :stamp where id = :id",
            row,
        )
