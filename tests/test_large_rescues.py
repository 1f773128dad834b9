"""A rescue file is larger than anything else the server takes: only there, only for someone signed
in, and never in memory."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import one
from tests.e2e.server import Server
from tests.sync.sealing import Part, end, sealed
from tests.test_commands import children
from webapp.config import Settings
from webapp.db import connect

MB = 1024 * 1024
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.takan"\r\n\r\n'
FORM = "multipart/form-data; boundary=x"


@pytest.fixture
def running(settings: Settings) -> Iterator[Server]:
    server = Server(settings.data)
    server.start()
    yield server
    server.kill()


def post(
    server: Server, path: str, body: bytes, kind: str = FORM, cookie: str = ""
) -> tuple[int, str]:
    """Its status and the cookie it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with closing(connection):
        connection.request("POST", path, body, {"Content-Type": kind, "Cookie": cookie})
        with connection.getresponse() as answer:
            return answer.status, (answer.headers["Set-Cookie"] or "").partition(";")[0]


def announced(server: Server, path: str, size: int, cookie: str = "") -> bytes:
    """What the server says to the head of a request alone; nothing while it waits for the body."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as sent:
        sent.sendall(f"{head}Content-Type: {FORM}\r\nContent-Length: {size}\r\n\r\n".encode())
        try:
            return sent.recv(100).partition(b"\r\n")[0]
        except TimeoutError:
            return b""


def signed_in(server: Server, name: str) -> str:
    form = urlencode({"name": name, "password": server.demo["password"]}).encode()
    return post(server, "/sign-in", form, "application/x-www-form-urlencoded")[1]


def peak(server: Server) -> int:
    """The most memory any of its processes ever had, in MB."""
    assert server.process
    status = [Path(f"/proc/{pid}/status").read_text() for pid in children(server.process.pid)]
    return max(int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) for text in status) // 1024


def test_what_is_announced_too_large_is_refused_before_it_comes(running: Server) -> None:
    manager = signed_in(running, "admin")
    forged = "session=eyJfdXNlcl9pZCI6ImEuYiJ9.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa"
    too_large = b"HTTP/1.1 413 Request Entity Too Large"
    assert announced(running, "/office/rescue", 40 * MB) == too_large
    assert announced(running, "/office/rescue", 40 * MB, forged) == too_large
    assert announced(running, "/office/rescue", 2000 * MB, manager) == too_large
    assert announced(running, "/me/pin", 40 * MB, manager) == too_large
    assert announced(running, "/office/rescue", 40 * MB, manager) == b"", "it waits for more"


def test_two_hundred_megabytes_are_taken_in_without_being_held(running: Server) -> None:
    folder = next(running.data.glob("*/takan.db")).parent
    database = connect(folder / "takan.db")
    public = str(one(database, "select value from meta where key = 'rescue_key'"))
    photo: Part = ({"kind": "photo", "person": "", "operation": "x", "sha256": "y"}, bytes(300_000))
    data = sealed([photo] * 700 + [end()], public)
    assert len(data) > 200 * MB
    cookie, before = signed_in(running, "admin"), peak(running)
    status, _ = post(running, "/office/rescue", HEAD + data + b"\r\n--x--\r\n", cookie=cookie)
    assert status == 303
    assert '"unclaimed": 700' in one(database, "select report from rescues")
    assert peak(running) - before < 50
    assert list((folder / "incoming").iterdir()) == []
    stranger = signed_in(running, "li")
    status, _ = post(
        running, "/office/rescue", HEAD + data[: 40 * MB] + b"\r\n--x--\r\n", cookie=stranger
    )
    assert status == 404
    database.close()
