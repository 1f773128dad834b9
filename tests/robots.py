"""A webhook and a mail server on this machine, where those of the products would be."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from webapp.config import Settings
from webapp.db import connect

KEY = "693a91f6-7c2e-4bc4-97a0-0ec2Sifa5aaa"
FEISHU = f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"
POLL = 0.01  # seconds until a server hears that it may go


class Robot:
    """Takes every message, or answers as `answers` says, the first first; `heard` are their texts."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers: list[tuple[int, str]] = []
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                content = body.get("content") or body["text"]
                robot.heard.append(content.get("text") or content["content"])
                status, text = robot.answers.pop(0) if robot.answers else (200, '{"errcode": 0}')
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", robot.url)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=[POLL], daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def real(settings: Settings) -> None:
    """The demo's people as if they were none: they are told things."""
    database = connect(settings.folder / "takan.db", readonly=False)
    database.execute("update people set demo = 0")
    database.close()


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """(port, subjects and texts of what came)."""
    came: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    came.append(read(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[POLL], daemon=True).start()
        yield server.server_address[1], came
        server.shutdown()


def read(lines: Iterator[bytes]) -> str:
    found = message_from_bytes(b"".join(lines))
    texts = [
        part.get_payload(decode=True)
        for part in found.walk()
        if part.get_content_type() == "text/plain"
    ]
    body = "".join(text.decode() for text in texts if isinstance(text, bytes))
    return f"{make_header(decode_header(found['Subject']))}\n{body}"
