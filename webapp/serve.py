"""waitress, pre-forked: bind once, fork, serve; the parent only watches.

Thirty slow phones uploading at 10 KB/s stop gunicorn and granian dead, not waitress. The parent
opens no database, no lock file and no Typst: what a fork copies halfway hangs in the child.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from webapp.config import Settings

if TYPE_CHECKING:
    from flask import Flask

Work = Callable[[], None]
PROCESSES = 2
THREADS = 4


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def child(listener: socket.socket, settings: Settings) -> None:
    from waitress import serve
    from waitress.channel import HTTPChannel

    from webapp import create_app

    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    app = create_app(settings)
    # A large body waits on the disk until it is whole: ours, for /tmp may be memory.
    incoming = settings.folder / "incoming"
    incoming.mkdir(exist_ok=True)
    tempfile.tempdir = str(incoming)
    HTTPChannel.parser_class = parser(app, settings)
    serve(app, sockets=[listener], **options(settings))


def options(settings: Settings) -> dict[str, Any]:
    """Of what a proxy says only the client's address is believed, and that of the proxy alone which
    was named: our own address and scheme are in PUBLIC_URL."""
    proxy = {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }
    return {
        "threads": THREADS,
        "ident": "takan",
        "max_request_body_size": settings.largest_body,
        "channel_timeout": 300,
        "clear_untrusted_proxy_headers": True,
        **(proxy if settings.trusted_proxy else {}),
    }


def sender(listener: socket.socket, settings: Settings, parent: int) -> None:
    """Sends reminders, in a process of its own: a robot that answers late holds up no phone."""
    from webapp import create_app, db, reminders

    listener.close()  # the port is free when those who answer on it are gone
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    time.sleep(2)  # those who answer start first
    app = create_app(settings, sweeps=False)  # those who answer have swept
    while os.getppid() == parent:
        reminders.once(app, db.writing)
        time.sleep(reminders.EVERY)


def parser(app: Flask, settings: Settings) -> type:
    """waitress has one limit for every address, before we know who asks: here a rescue file may be
    larger, and only when somebody is signed in."""
    from waitress.parser import HTTPRequestParser

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        adj: Any  # set by waitress for each request

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.path == "/office/rescue" and signed_in(app, self.headers.get("COOKIE", "")):
                self.adj = copy(self.adj)
                self.adj.max_request_body_size = settings.largest_rescue

    return Parser


def signed_in(app: Flask, cookie: str) -> bool:
    session = app.session_interface.open_session(app, app.request_class({"HTTP_COOKIE": cookie}))
    return bool(session and "_user_id" in session)


def fork(work: Work) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def watch(listener: socket.socket, settings: Settings, processes: int = PROCESSES) -> None:
    """Start the children, start again those that die, stop them all on SIGTERM or Ctrl-C."""
    answers = partial(child, listener, settings)
    tells = partial(sender, listener, settings, os.getpid())
    children = {fork(work): work for work in [answers] * processes + [tells]}

    def stop(*_: object) -> None:
        for pid in list(children):
            with contextlib.suppress(ProcessLookupError):  # gone, and not yet waited for
                os.kill(pid, signal.SIGTERM)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while True:
        born = time.monotonic()
        gone, _ = os.wait()
        work = children.pop(gone, answers)
        if time.monotonic() - born < 1:
            time.sleep(1)  # a child that cannot start must not spin
        children[fork(work)] = work
