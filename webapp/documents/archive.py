"""A zip made entry by entry: nothing of it is held but the one being written."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST = 80
PACKED = (".jpg", ".png", ".webp", ".heic", ".avif", ".pdf", ".xlsx")


@dataclass(frozen=True)
class Entry:
    """`name`: its path in the zip; `about`: what it is, for the index; `data`: bytes or a file."""

    name: str
    about: str
    data: bytes | Path


@dataclass(frozen=True)
class Listed:
    name: str
    about: str
    sha256: str
    size: int


class _Out(io.RawIOBase):
    """What zipfile writes, taken away after each entry."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        taken = bytes(data)  # type: ignore[call-overload]
        self.parts.append(taken)
        return len(taken)

    def taken(self) -> bytes:
        found, self.parts = b"".join(self.parts), []
        return found


def safe(name: str) -> str:
    """As one part of a path on any system."""
    cleaned = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(" .")
    suffix = re.search(r"\.\w{1,5}$", cleaned)  # what opens it stays, however long the name
    kept = suffix[0] if suffix else ""
    return cleaned.removesuffix(kept)[: LONGEST - len(kept)] + kept or "_"


class Archive:
    def __init__(self) -> None:
        self.out = _Out()
        self.zip = zipfile.ZipFile(self.out, "w")
        self.listed: list[Listed] = []
        self.names: set[str] = set()

    def add(self, entry: Entry) -> Iterator[bytes]:
        """The bytes that may be sent now. Pictures and PDFs are not packed again."""
        data = entry.data.read_bytes() if isinstance(entry.data, Path) else entry.data
        name = self._free(entry.name)
        kind = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
        self.zip.writestr(zipfile.ZipInfo(name), data, kind)
        found = hashlib.sha256(data).hexdigest()
        self.listed.append(Listed(name, entry.about, found, len(data)))
        yield self.out.taken()

    def _free(self, name: str) -> str:
        """Two files of one name stand beside each other."""
        stem, dot, suffix = name.rpartition(".")
        count, free = 1, name
        while free in self.names:
            count += 1
            free = f"{stem} ({count}){dot}{suffix}"
        self.names.add(free)
        return free

    def sums(self) -> bytes:
        """As `sha256sum -c` reads it."""
        return "".join(f"{one.sha256}  {one.name}\n" for one in self.listed).encode()

    def end(self) -> bytes:
        self.zip.close()
        return self.out.taken()
