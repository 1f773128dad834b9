"""Files that no row names any more go after the commit, and again at the next start if it was cut
short: never before it, for then a rolled back deletion would have lost them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from flask import Flask
from sqlite_utils import Database

from webapp import attachments, db, durable, photos
from webapp.domain import slips
from webapp.domain.keeping import gone, leaving, owes

Transaction = Callable[[], AbstractContextManager[Database]]
LOG = logging.getLogger(__name__)
FRESH = 60 * 60  # seconds in which whoever wrote a file has named it in a row, or never will


def finish(app: Flask, transaction: Transaction) -> None:
    """At the start: what a kill, a full disk or a file that stayed left undone. It hinders no
    start; what still cannot be done waits for the next."""
    with app.app_context():
        try:
            if owes(db.get_db()):
                with transaction() as database:
                    sweep(database, db.folder())
                db.scrub()
        except db.Error:
            LOG.exception("a deletion is not finished")
        finally:
            db.drop_connection()


def sweep(db: Database, folder: Path) -> None:
    """In a write transaction: whoever named the same bytes anew has them. Files are written before
    their row, so that somebody may be about to: what is fresh stays for next time, and so does
    what cannot be removed."""
    for row in leaving(db):
        try:
            went = removed(places(folder, row["folder"], row["sha256"]))
        except OSError:
            LOG.exception("%s %s", row["folder"], row["sha256"])
            continue
        if went:
            gone(db, row["folder"], row["sha256"])


def removed(files: list[Path]) -> bool:
    """Whether all are gone; the first is the file itself, the second its thumbnail."""
    there = [place for place in files if place.exists()]
    if files[0] in there and time.time() - files[0].stat().st_mtime < FRESH:
        return False
    for place in there:
        place.unlink()
        durable.sync_folder(place.parent)
    return True


def places(folder: Path, kind: str, sha256: str) -> list[Path]:
    if kind == "papers":
        return [slips.path(folder, sha256)]
    if kind == "attachments":
        return [attachments.path(folder, sha256)]
    thumbnail = folder / "thumbnails" / sha256[:2] / f"{sha256}.webp"
    return [photos.path(folder, sha256), thumbnail]
