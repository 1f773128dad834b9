"""The PDF of a slip signed by both is made once and kept: /verify compares with it."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from sqlite_utils import Database


def archive(db: Database, folder: Path, confirmation_id: str, pdf: bytes, now: str) -> str:
    """The hash of the kept PDF. File first: a row never names bytes that are not there."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    keep(path(folder, sha256), pdf)
    db.execute(
        "insert into papers (sha256, kind, subject, made_at) values (:sha256, 'slip', :id, :now)"
        " on conflict do nothing",
        {"sha256": sha256, "id": confirmation_id, "now": now},
    )
    return sha256


def path(folder: Path, sha256: str) -> Path:
    return folder / "papers" / f"{sha256}.pdf"


def keep(place: Path, data: bytes) -> None:
    """Whole or not at all: nobody reads half a paper."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
