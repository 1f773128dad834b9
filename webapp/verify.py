"""Is everything as it was taken in? The trail, each operation, photo, slip, signature and paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from sync import trail
from webapp import attachments, db, photos
from webapp.domain import slips


def broken(folder: Path) -> list[str]:
    """What is not whole, worst first: `trail 17` is the first broken link. Empty is good."""
    database = db.connect(folder / "takan.db")
    try:
        return [*_database(database), *_texts(database), *_files(database, folder)]
    finally:
        database.close()


def _database(database: Database) -> Iterator[str]:
    found = next(iter(database.query("pragma integrity_check")))["integrity_check"]
    if found != "ok":
        yield f"database {found}"
    first = trail.verify(database)
    if first:
        yield f"trail {first}"
    # Each decision has its link, each link that names an operation its decision.
    for row in database.query(
        "select id from operations where id not in"
        " (select operation_id from trail where operation_id is not null)"
    ):
        yield f"operation {row['id']} without a link in the trail"
    for row in database.query(
        "select operation_id from trail where operation_id is not null"
        " and operation_id not in (select id from operations)"
    ):
        yield f"operation {row['operation_id']} gone, named in the trail"


def _texts(database: Database) -> Iterator[str]:
    for row in database.query("select id, digest, body from operations"):
        if hashlib.sha256(row["body"]).hexdigest() != row["digest"]:
            yield f"operation {row['id']}"
    for row in database.query("select id, slip, hash from confirmations"):
        if _sha256(row["slip"]) != row["hash"]:
            yield f"slip {row['id']}"
    for row in database.query("select id, strokes, signed, hash from signatures"):
        signed = json.loads(row["signed"])
        if _sha256(row["signed"]) != row["hash"] or _sha256(row["strokes"]) != signed.get(
            "strokes_hash"
        ):
            yield f"signature {row['id']}"


def _files(database: Database, folder: Path) -> Iterator[str]:
    for word, named, path in (
        ("photo", "select sha256 from photos", photos.path),
        ("plan", "select distinct image as sha256 from plans", photos.path),
        ("paper", "select sha256 from papers", slips.path),
        ("attachment", "select distinct sha256 from attachments", attachments.path),
    ):
        for row in database.query(named):
            if not _named_rightly(path(folder, row["sha256"]), row["sha256"]):
                yield f"{word} {row['sha256']}"


def _named_rightly(place: Path, sha256: str) -> bool:
    if not place.exists():
        return False
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
