"""A copy of the institution, and the institution out of a copy."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path


def copied(folder: Path, target: Path) -> None:
    from webapp import db

    source = db.connect(folder / "takan.db", readonly=False)
    source.execute("vacuum into :path", {"path": str(target / "takan.db")})
    for part in ("photos", "papers", "attachments"):
        if (folder / part).exists():
            # Not what is being written this moment: no row names it yet.
            unfinished = shutil.ignore_patterns(".*")
            shutil.copytree(folder / part, target / part, ignore=unfinished)
    os.sync()


def linked(source: str, target: str) -> str:
    """For trying: a photo need not be copied to be read."""
    with contextlib.suppress(OSError):  # another disk
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


def restored(source: Path, data: Path, copy: Callable[[str, str], str] = shutil.copy2) -> Path:
    """The institution's folder under `data`, made from a backup."""
    from webapp import db

    target = data / "institution"
    other = shutil.ignore_patterns("takan.db*")
    shutil.copytree(source, target, dirs_exist_ok=True, copy_function=copy, ignore=other)
    # The name comes last: killed before, nothing serves yesterday's data under yesterday's epoch.
    coming = target / "takan.db.coming"
    for left in target.glob(f"{coming.name}*"):
        left.unlink()
    shutil.copy(source / "takan.db", coming)
    database = db.create(coming)
    database.execute(
        "update meta set value = :epoch where key = 'epoch'", {"epoch": secrets.token_hex(8)}
    )
    database.close()
    os.sync()
    coming.rename(target / "takan.db")
    os.sync()
    return target
