"""The processes of the tests' browsers: found, and killed."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path


def kill_browser(folder: Path) -> None:
    """SIGKILL to every process that has this profile open."""
    for pid, command in processes():
        if f"--user-data-dir={folder}" in command:
            os.kill(pid, signal.SIGKILL)


def kill_tabs() -> None:
    """SIGKILL to every renderer of this test's browser."""
    for pid, command in processes():
        if "--type=renderer" in command and os.getpid() in ancestors(pid):
            os.kill(pid, signal.SIGKILL)


def processes() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            yield int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace")


def ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        yield pid
