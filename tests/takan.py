"""`takan …` as a person runs it, each time in a process of its own. They are forked from one that has
read the product: reading it takes longer than most of them do.

python -m tests.takan    orders in, one a line; exit codes out, one a line
"""

from __future__ import annotations

import atexit
import json
import os
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
        order = {
            "arguments": arguments,
            "environment": {**os.environ, "DATA": str(data), **environment},
            "says": [str(out), str(err)],
        }
        code = ask(json.dumps(order))
        return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())


def ask(order: str) -> int:
    forking = parent()
    assert forking.stdin
    assert forking.stdout
    print(order, file=forking.stdin, flush=True)
    return int(forking.stdout.readline())


@cache
def parent() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.takan"]
    found = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(found.communicate)  # without further orders it ends
    return found


def become(order: dict[str, Any]) -> None:
    """Nothing of the parent's is left: neither what it reads nor where it speaks."""
    signal.alarm(LONGEST)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["takan", *order["arguments"]]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, place in enumerate(order["says"], start=1):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600), number)


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


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(json.loads(line))
            end(done())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
