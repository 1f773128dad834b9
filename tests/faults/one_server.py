"""The tests' own server: a warm template that forks `create_app()` behind waitress with one worker
thread, so that strace can follow that thread alone and a restart costs 50 ms.

    python -m tests.faults.one_server     one JSON line in: {data, mutant, checkpoint, hold, reserve};
                                          one out: {pid, worker, port}, or {pid} for `hold`

`hold` names a pipe: the child waits for a byte before `create_app()`, to be traced from there on.
Nothing here is read by the product.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import waitress

import tests.second_app  # noqa: F401
from tests.faults import mutants
from webapp import create_app, db, photos
from webapp.config import Settings


def settings_for(wanted: dict[str, Any]) -> Settings:
    return replace(
        Settings(), data=Path(wanted["data"]), password_rounds=1, disk_reserve=wanted["reserve"]
    )


def checkpoint_every(pages: int) -> None:
    """A log this short is written back in the middle of a delivery too."""
    connect = db.connect

    def connected(*given: Any, **more: Any) -> Any:
        found = connect(*given, **more)
        found.execute(f"pragma wal_autocheckpoint = {pages}")
        return found

    db.connect = connected


def say(**found: int) -> None:
    os.write(1, json.dumps(found).encode() + b"\n")


def child(wanted: dict[str, Any]) -> None:
    checkpoint_every(wanted["checkpoint"])
    mutants.become(wanted["mutant"])
    if wanted["hold"]:
        pipe = os.open(wanted["hold"], os.O_RDWR)  # opened for both, it never waits to be opened
        say(pid=os.getpid())
        os.read(pipe, 1)
    app = create_app(settings_for(wanted))
    listener = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(
        app, sockets=[listener], threads=1, clear_untrusted_proxy_headers=True
    )
    workers = [one for one in threading.enumerate() if one.name.startswith("waitress")]
    say(pid=os.getpid(), worker=workers[0].native_id or 0, port=listener.getsockname()[1])
    server.run()


def warm(wanted: dict[str, Any]) -> None:
    """What a first request would import or compile is there before the fork, and every handle
    of SQLite closed again."""
    client = create_app(settings_for(wanted)).test_client()
    client.get("/sign-in")
    photos.kind(b"")  # Pillow loads its decoders at the first look
    for request in wanted["requests"]:
        client.open(**request)
    db.drop_connection()


def fork(wanted: dict[str, Any]) -> None:
    if os.fork():
        return
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        child(wanted)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        if "requests" in wanted:
            warm(wanted)
            say(pid=os.getpid())
        else:
            fork(wanted)


if __name__ == "__main__":
    main()
