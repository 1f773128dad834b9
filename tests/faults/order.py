"""The order of durability calls in one request, from strace's own words: a stand-in for the power
cut that no test can make."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.faults.serving import Running, traced

WATCHED = "trace=openat,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink,sendto"
CALL = re.compile(r'^\d+ +(\w+)\((?:\d+<([^>]*)>|"([^"]*)"|AT_FDCWD<[^>]*>, "([^"]*)")(.*)$')
Event = tuple[str, str, str]  # call, path, the rest of the line


def events(server: Running, log: Path, request: Callable[[], object]) -> list[Event]:
    """What all threads of the server did while the request was answered."""
    with traced(server.pid, log, "-f", "-y", "-s", "16", "-e", WATCHED):
        request()
    found = [CALL.match(line) for line in log.read_text().splitlines()]
    return [(m[1], m[2] or m[3] or m[4] or "", m[5]) for m in found if m]


def at(found: list[Event], call: str, path: str, start: int = 0) -> int:
    """Where this call on this path comes first from `start` on."""
    for place, (name, on, _) in enumerate(found[start:], start):
        if re.fullmatch(call, name) and re.search(path, on):
            return place
    raise AssertionError(f"no {call} of {path} after call {start}")


def check_order(found: list[Event]) -> None:
    """Nothing said 2xx before all that was written is synced, names included."""
    answers = [n for n, one in enumerate(found) if one[0] == "sendto" and '"HTTP/1.1 2' in one[2]]
    answer = answers[-1]  # a photo in two pieces is two requests
    for n, (call, path, rest) in enumerate(found):
        if not kept(path):
            continue
        if call in {"write", "pwrite64"} and not path.endswith(".db"):  # a checkpoint may wait
            assert n < answer, f"{path} written after the answer"
            assert at(found, "f(data)?sync", f"^{re.escape(path)}$", n) < answer
        elif call == "mkdir" and rest.endswith("= 0"):
            assert at(found, "fsync", f"^{re.escape(str(Path(path).parent))}$", n) < answer
        elif call == "rename":
            synced = at(found, "f(data)?sync", f"^{re.escape(path)}$")
            assert synced < n, "renamed before its bytes were durable"
            assert at(found, "fsync", f"^{re.escape(str(Path(path).parent))}$", n) < answer
    at(found[:answer], "f(data)?sync", "takan.db-wal$")


def check_photo_before_row(found: list[Event]) -> None:
    """photo fsync < rename < fsync of its folders < the row's first byte < its fsync < answer."""
    renamed = at(found, "rename", r"/photos/../\.")
    place = renamed
    for folder in (r"/photos/..$", "/photos$", "/institution$"):
        place = at(found, "fsync", folder, place)
    row = at(found, "pwrite64", "takan.db-wal$")
    assert at(found, "f(data)?sync", r"/photos/../\.") < renamed < place < row
    assert row < at(found, "f(data)?sync", "takan.db-wal$", row)


def kept(path: str) -> bool:
    """Of the institution's folder; pieces may be lost, and shared memory is made again."""
    return "/institution/" in path and not re.search(r"-shm$|/incoming(/|$)", path)
