"""Is everything as it was taken in? The trail, each operation, photo, slip, signature and paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from sync import erasing, trail
from webapp import attachments, db, photos
from webapp.domain import slips

Row = dict[str, Any]
Known = dict[erasing.Key, str]


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
    known = erasing.stubs(database)
    first = trail.verify(database, lambda row: erased_link(known, row))
    if first:
        yield f"trail {first}"
    for log in erasing.unlogged(database):
        yield f"erasure {log} not as the trail logs it"
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
    known = erasing.stubs(database)
    for row in database.query("select * from operations"):
        if not (_whole(row) or erased_operation(known, row)):
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


def erased(folder: Path) -> int:
    """How many operations and links of the trail hold no longer what their hash says, as logged."""
    database = db.connect(folder / "takan.db")
    try:
        return len(erasing.stubs(database))
    finally:
        database.close()


def _whole(row: Row) -> bool:
    return bool(hashlib.sha256(row["body"]).hexdigest() == row["digest"])


def erased_operation(known: Known, row: Row) -> bool:
    stub = known.get(("operation", row["id"], row["digest"]))
    return stub is not None and stub == erasing.stub_of_operation(row)


def erased_link(known: Known, row: Row) -> bool:
    stub = known.get(("link", str(row["seq"]), ""))
    return stub is not None and stub == erasing.stub_of_link(row)


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
