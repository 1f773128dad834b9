"""A bad network between the browser and the server: each request can be cut, lost, slowed, doubled
or answered by something that is not us, by rules a test writes."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.e2e.server import free_port


class Cut(Exception):
    """This connection ends here, without another byte."""


@dataclass
class Exchange:
    """One request on its way; `answer` asks the server, `reply` speaks to the browser."""

    line: str  # "PUT /sync/operations/…"
    head: bytes
    body: bytes
    upstream: int
    client: socket.socket

    def answer(self, body: bytes | None = None) -> bytes:
        """The server's whole answer; `body` shorter than promised is a cut upload."""
        sent = self.body if body is None else body
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=90) as server:
            server.sendall(self.head + sent)
            if len(sent) < len(self.body):
                server.shutdown(socket.SHUT_RDWR)
                raise Cut
            parts = []
            while part := server.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def reply(self, data: bytes, rate: int = 0) -> None:
        """`rate`: bytes a second, 0 for as fast as it goes."""
        if not rate:
            self.client.sendall(data)
        for start in range(0, len(data) if rate else 0, max(1, rate // 10)):
            self.client.sendall(data[start : start + max(1, rate // 10)])
            time.sleep(0.1)


Act = Callable[[Exchange], None]


@dataclass
class Rule:
    pattern: re.Pattern[str]
    act: Act
    times: int
    done: int = 0


@dataclass
class Proxy:
    """Listens on `port`; passes on everything that no rule catches."""

    upstream: int
    port: int = field(default_factory=free_port)
    rules: list[Rule] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    under_way: int = 0  # requests that have not been answered

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, pattern: str, act: Act, times: int = 1) -> Rule:
        """The next `times` requests whose line matches are handled by `act`."""
        rule = Rule(re.compile(pattern), act, times)
        with self.lock:
            self.rules.append(rule)
        return rule

    def instead(self, pattern: str, act: Act, times: int = 1) -> Rule:
        """As `on`, in place of every rule before it: nothing slips through in between."""
        rule = Rule(re.compile(pattern), act, times)
        with self.lock:
            self.rules[:] = [rule]
        return rule

    def calm(self) -> None:
        with self.lock:
            self.rules.clear()

    def close(self) -> None:
        self.socket.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                exchange = self._read(client)
                if exchange:
                    self._answer(exchange)
            except (Cut, OSError):
                reset(client)

    def _answer(self, exchange: Exchange) -> None:
        act = self._act_for(exchange.line)
        try:
            act(exchange)
        finally:
            with self.lock:
                self.under_way -= 1

    def _act_for(self, line: str) -> Act:
        with self.lock:
            self.under_way += 1
            self.seen.append(line)
            for rule in self.rules:
                if rule.done < rule.times and rule.pattern.search(line):
                    rule.done += 1
                    return rule.act
        return passed

    def _read(self, client: socket.socket) -> Exchange | None:
        data = b""
        while b"\r\n\r\n" not in data:
            part = client.recv(65536)
            if not part:
                return None
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
        sizes = [int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-len")]
        while sizes and len(body) < sizes[0]:
            part = client.recv(65536)
            if not part:
                raise Cut
            body += part
        whole = b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n"
        line = lines[0].decode().rsplit(" ", 1)[0]
        return Exchange(line, whole, body, self.upstream, client)


def reset(client: socket.socket) -> None:
    """RST instead of FIN: the browser sees a broken connection, not an empty answer."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def passed(exchange: Exchange) -> None:
    exchange.reply(exchange.answer())


def refused(exchange: Exchange) -> None:
    """Cut at the start: the server hears nothing."""
    raise Cut


def answer_lost(exchange: Exchange) -> None:
    """Committed, and the answer never comes."""
    exchange.answer()
    raise Cut


def half_upload(share: float) -> Act:
    def act(exchange: Exchange) -> None:
        exchange.answer(exchange.body[: int(len(exchange.body) * share)])

    return act


def half_answer(share: float) -> Act:
    def act(exchange: Exchange) -> None:
        answer = exchange.answer()
        exchange.reply(answer[: int(len(answer) * share)])
        raise Cut

    return act


def twice(exchange: Exchange) -> None:
    """A proxy that tried again by itself."""
    exchange.answer()
    exchange.reply(exchange.answer())


def five_at_once(exchange: Exchange) -> None:
    answers: list[bytes] = []

    def ask() -> None:
        with suppress(OSError):  # the server is dead, as for any other request
            answers.append(exchange.answer())

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not answers:
        raise Cut
    exchange.reply(answers[-1])


def slow(rate: int) -> Act:
    """`rate` bytes a second, both ways."""

    def act(exchange: Exchange) -> None:
        time.sleep(len(exchange.body) / rate)
        exchange.reply(exchange.answer(), rate)

    return act


def late(seconds: float) -> Act:
    def act(exchange: Exchange) -> None:
        time.sleep(seconds)
        passed(exchange)

    return act


def said(status: str, body: str, kind: str = "text/html", more: str = "") -> Act:
    """Something else answers: a portal, a proxy, or a server in trouble."""

    def act(exchange: Exchange) -> None:
        data = body.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{more}"
        exchange.reply(head.encode() + b"Connection: close\r\n\r\n" + data)

    return act


def portal(exchange: Exchange) -> None:
    said("200 OK", "<!doctype html><title>WiFi</title><h1>请先登录上网</h1>")(exchange)


def ours(status: str, code: str, more: str = "") -> Act:
    body = f'{{"takan":"sync/1","error":{{"code":"{code}","params":{{}}}}}}'
    return said(status, body, "application/json", more)


def before(act: Callable[[], None]) -> Act:
    """Something happens while the request is on its way: the server dies."""

    def acting(exchange: Exchange) -> None:
        act()
        raise Cut

    return acting


def after(act: Callable[[], None]) -> Act:
    """The server has committed and dies before its answer is through."""

    def acting(exchange: Exchange) -> None:
        exchange.answer()
        act()
        raise Cut

    return acting


def rewritten(change: Callable[[bytes], bytes]) -> Act:
    """The body of the answer, changed; the length is put right. Never a 304: there is no body."""

    def act(exchange: Exchange) -> None:
        lines = exchange.head.split(b"\r\n")
        exchange.head = b"\r\n".join(one for one in lines if not one.lower().startswith(b"if-"))
        head, body = exchange.answer().split(b"\r\n\r\n", 1)
        body = change(body)
        drop = (b"content-length:", b"etag:", b"content-encoding:")
        kept = [one for one in head.split(b"\r\n") if not one.lower().startswith(drop)]
        kept.append(b"Content-Length: %d" % len(body))
        exchange.reply(b"\r\n".join(kept) + b"\r\n\r\n" + body)

    return act
