"""A real server in its own process, to be killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests import takan


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Server:
    """`takan run` with a data folder of its own; `kill` is SIGKILL to all of its processes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | takan.Staying | None = None
        self.home: Path | None = None  # the checkout it runs from; None is this one

    def start(self) -> None:
        given = {"DATA": str(self.data), "PORT": str(self.port)}
        log = self.data.parent / "server.log"
        if self.home is None:
            self.process = takan.staying("run", log=log, **given)
        else:
            self.process = self.elsewhere(given, log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/sign-in", timeout=2).read()
                return
            except OSError:
                assert self.process.poll() is None, log.read_text()
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def elsewhere(self, given: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as says:
            return subprocess.Popen(
                [sys.executable, "-m", "webapp", "run"],
                env={**os.environ, **given},
                cwd=self.home,
                start_new_session=True,
                stdout=says,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            self.gone()

    def gone(self) -> None:
        """The first process of them is waited for; the others hold the port a moment longer."""
        deadline = time.monotonic() + 10
        while not free(self.port):
            assert time.monotonic() < deadline, "something still listens"
            time.sleep(0.01)

    @property
    def demo(self) -> dict[str, str]:
        """What `takan run` printed of the demo: its password and a board's code."""
        found: dict[str, str] = json.loads(next(self.data.glob("*/demo.json")).read_text())
        return found
