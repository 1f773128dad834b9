"""Photos that come in pieces: each is acknowledged, so a bad network costs only the last one."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from webapp.durable import Source, blocks, drop_unheld

KEPT = 30 * 24 * 60 * 60  # seconds; a phone that comes later begins again


class Elsewhere(Exception):
    """The piece does not begin where the last one ended; `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def part(folder: Path, operation_id: str, sha256: str) -> Path:
    """What is here of a photo so far, apart for each who brings it."""
    return folder / "incoming" / f"{operation_id}-{sha256}"


def append(place: Path, offset: int, source: Source) -> int:
    """The bytes that are here now.

    Not made durable piece by piece: after a power cut the file may be shorter, and then the
    phone is told where to go on; the whole is hashed before it becomes a photo.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the same piece may come twice at once
        there = file.seek(0, os.SEEK_END)
        if offset != there:
            raise Elsewhere(there)
        try:
            written = sum(_write_all(file, block) for block in blocks(source))
        except BaseException:  # a full disk: what was half written must not count
            file.truncate(there)
            raise
        return there + written


def _write_all(file: io.FileIO, data: bytes) -> int:
    """The system may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    return len(data)


def finished(place: Path) -> IO[bytes]:
    return place.open("rb")


def drop(place: Path) -> None:
    place.unlink(missing_ok=True)


def sweep(folder: Path, owed: Callable[[str, str], bool]) -> None:
    """Remove the pieces of photos that arrived another way, and of phones that never came back."""
    with contextlib.suppress(OSError):
        for place in (folder / "incoming").glob("*"):
            operation_id, sha256 = place.name[:36], place.name[37:]
            if not owed(operation_id, sha256) or time.time() - place.stat().st_mtime > KEPT:
                drop_unheld(place)
