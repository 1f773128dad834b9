"""Files that no row names any more go after the commit, and again at the next start if it was cut
short: never before it, for then a rolled back deletion would have lost them."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from webapp import attachments, durable, photos
from webapp.domain import slips
from webapp.domain.keeping import gone, leaving


def sweep(db: Database, folder: Path) -> None:
    """In a write transaction: who writes the same bytes anew waits, and names them afterwards."""
    for row in leaving(db):
        for place in places(folder, row["folder"], row["sha256"]):
            if place.exists():
                place.unlink()
                durable.sync_folder(place.parent)
        gone(db, row["folder"], row["sha256"])


def places(folder: Path, kind: str, sha256: str) -> list[Path]:
    if kind == "papers":
        return [slips.path(folder, sha256)]
    if kind == "attachments":
        return [attachments.path(folder, sha256)]
    thumbnail = folder / "thumbnails" / sha256[:2] / f"{sha256}.webp"
    return [photos.path(folder, sha256), thumbnail]
