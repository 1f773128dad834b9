"""Files that are whole and durable under their name, or not there at all."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

Source = bytes | IO[bytes]
BLOCK = 64 * 1024


def blocks(source: Source) -> Iterator[bytes]:
    """However large it is, only so much of it is in memory at a time."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    return iter(lambda: file.read(BLOCK), b"")


def write(folder: Path, place: Path, data: bytes | Iterable[bytes]) -> None:
    """Temporary file, fsync, rename, fsync of every folder up to `folder`. Data that end with an
    exception leave nothing.

    Done again even where the name is taken: an earlier writer may have been killed, or its fsync
    may have failed, after the rename and before the name was durable. Retrying the fsync alone
    would succeed without writing anything.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # tells `sweep` that somebody is at it
            for block in [data] if isinstance(data, bytes) else data:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
            os.replace(draft, place)
        for above in place.parents[: len(place.relative_to(folder).parts)]:
            sync_folder(above)
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the temporary files whose writer is gone; another process may be writing now."""
    for part in ("photos", "papers", "thumbnails", "attachments"):
        with contextlib.suppress(OSError):  # a folder that cannot be read is no reason not to start
            for draft in (folder / part).rglob(".*"):
                drop_unheld(draft)


def drop_unheld(place: Path) -> None:
    """A lock dies with the process that held it: what nobody holds, nobody will finish."""
    with contextlib.suppress(OSError), place.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        place.unlink()
