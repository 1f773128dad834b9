"""The PDF of a slip signed by both is made once and kept: /verify compares with it."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database


def archive(db: Database, confirmation_id: str, sha256: str, now: str) -> None:
    """The row of a paper that is kept already: it never names bytes that are not there."""
    db.execute(
        "insert into papers (sha256, kind, subject, made_at) values (:sha256, 'slip', :id, :now)"
        " on conflict do nothing",
        {"sha256": sha256, "id": confirmation_id, "now": now},
    )


def path(folder: Path, sha256: str) -> Path:
    return folder / "papers" / f"{sha256}.pdf"
