"""`takan …` as a person runs it, each time in a process of its own. They are forked from one that has
read the product: reading it takes longer than most of them do.

python -m tests.takan    orders in, one a line; out, one a line: the pid of what goes on, else a code
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from webapp import commands

LONGEST = 60  # seconds


def takan(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        given = {**environment, "DATA": str(data)}
        code = ask(arguments, given, [str(out), str(err)])
        return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())


def staying(*arguments: str, log: Path, **environment: str) -> Staying:
    """What goes on until it is killed, in a session of its own."""
    return Staying(ask(arguments, environment, [str(log)] * 2, stays=True))


class Staying:
    """A process that is not our child, as subprocess has one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.file = os.pidfd_open(pid)

    def poll(self) -> int | None:
        return 0 if select.select([self.file], [], [], 0)[0] else None

    def send_signal(self, number: int) -> None:
        signal.pidfd_send_signal(self.file, number)

    def wait(self, timeout: float = LONGEST) -> int:
        """Always 0: what it ended with is its parent's to know."""
        gone = select.select([self.file], [], [], timeout)[0]
        assert gone, "it is still there"
        os.close(self.file)
        return 0


def ask(
    arguments: tuple[str, ...], environment: dict[str, str], says: list[str], stays: bool = False
) -> int:
    order = {
        "arguments": arguments,
        "environment": {**os.environ, **environment},
        "says": says,
        "stays": stays,
    }
    forking = parent()
    assert forking.poll() is None, "the process that forks is gone"
    assert forking.stdin
    assert forking.stdout
    print(json.dumps(order), file=forking.stdin, flush=True)
    return int(forking.stdout.readline())


@cache
def parent() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.takan"]
    found = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(found.communicate)  # without further orders it ends
    return found


def become(order: dict[str, Any]) -> None:
    """Nothing of the parent's is left: neither what it reads nor where it speaks."""
    if order["stays"]:
        os.setsid()
    else:
        signal.alarm(LONGEST)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["takan", *order["arguments"]]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, place in enumerate(order["says"], start=1):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)


def done() -> int:
    """Its exit code, as Python would have it."""
    try:
        commands.main()
    except SystemExit as left:
        if left.code is None or isinstance(left.code, int):
            return left.code or 0
        print(left.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def end(code: int) -> None:
    """At once: to take down all that was read takes five times as long as `takan verify`."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def buried() -> None:
    """Those that went on and were killed."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    for line in sys.stdin:
        buried()
        order = json.loads(line)
        child = os.fork()
        if not child:
            become(order)
            end(done())
        told = child if order["stays"] else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(told, flush=True)


if __name__ == "__main__":
    main()
