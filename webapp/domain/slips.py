"""The PDF of a slip signed by both is made once and kept: /verify compares with it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlite_utils import Database


def archive(db: Database, folder: Path, confirmation_id: str, pdf: bytes, now: str) -> str:
    """The hash of the kept PDF; the first one made stands."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    place = path(folder, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    db.execute(
        "insert into papers (sha256, kind, subject, made_at) values (:sha256, 'slip', :id, :now)"
        " on conflict do nothing",
        {"sha256": sha256, "id": confirmation_id, "now": now},
    )
    return sha256


def path(folder: Path, sha256: str) -> Path:
    return folder / "papers" / f"{sha256}.pdf"
