"""Starting, tracing and killing the tests' own server (one_server.py)."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Running:
    """One forked server; `worker` is the thread that answers."""

    pid: int
    worker: int
    port: int
    pidfd: int

    def gone(self, seconds: float) -> bool:
        """Waits until it is dead."""
        return bool(select.select([self.pidfd], [], [], seconds)[0])

    def kill(self) -> None:
        """Also one that died by itself, or was killed before."""
        if self.pidfd < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        assert self.gone(10)
        os.close(self.pidfd)
        self.pidfd = -1


class Template:
    """The warm process that forks servers."""

    def __init__(self, log: Path) -> None:
        self.running: list[Running] = []
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.one_server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
        )  # fmt: skip

    def ask(self, **wanted: Any) -> dict[str, int]:
        assert self.process.stdin
        assert self.process.stdout
        given = {"mutant": "", "checkpoint": 40, "hold": "", "reserve": 0, **wanted}
        self.process.stdin.write(json.dumps(given).encode() + b"\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, int]:
        """The next line of a child; a child that dies says nothing."""
        assert self.process.stdout
        if not select.select([self.process.stdout], [], [], 20)[0]:
            raise AssertionError(Path(self.log.name).read_text()[-3000:])
        found: dict[str, int] = json.loads(self.process.stdout.readline())
        return found

    def start(self, data: Path, **more: Any) -> Running:
        found = self.ask(data=str(data), **more)
        server = Running(found["pid"], found["worker"], found["port"], os.pidfd_open(found["pid"]))
        self.running.append(server)
        return server

    def hold(self, data: Path, pipe: Path, **more: Any) -> int:
        """The pid of a server that will start when a byte comes through the pipe."""
        os.mkfifo(pipe)
        return self.ask(data=str(data), hold=str(pipe), **more)["pid"]

    def came_up(self, pid: int, pidfd: int) -> Running | None:
        """None: it died instead."""
        assert self.process.stdout
        ready = select.select([self.process.stdout, pidfd], [], [], 20)[0]
        assert ready, "neither up nor dead"
        if self.process.stdout not in ready:
            os.close(pidfd)
            return None
        found = self.answer()
        return Running(pid, found["worker"], found["port"], pidfd)

    def close(self) -> None:
        for server in self.running:  # of tests that failed
            server.kill()
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.log.close()


@contextmanager
def traced(thread: int, log: Path, *options: str) -> Iterator[None]:
    """strace follows one thread while the block runs."""
    strace = shutil.which("strace")
    assert strace, "install Debian's package strace as root (make strace)"
    command = [strace, "-p", str(thread), "-o", str(log), *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr
    try:
        line = tracer.stderr.readline()
        assert b"attached" in line, f"strace could not follow the server: {line!r}"
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)
        tracer.stderr.close()
