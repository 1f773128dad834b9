"""One delivery with the k-th call of one kind killed or failing, and what must hold after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.faults.arrived import check, check_left_over
from tests.faults.delivery import Down, Phone, Planned
from tests.faults.serving import Running, Template, traced

# What changes the disk or speaks, and what only looks. A failing `close` still closes, and giving up
# a lock (`fcntl`) does not fail: strace could only leave the file open and locked.
CHANGES = (
    "openat", "mkdir", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "unlink",
    "flock", "sendto",
)  # fmt: skip
LOOKS = ("read", "pread64", "lseek", "statfs", "newfstatat", "stat", "lstat", "mmap")
HARMLESS = {
    "brk", "close", "fchown", "fcntl", "fstat", "futex", "geteuid", "getpid", "getrandom", "gettid",
    "ioctl", "madvise", "mprotect", "mremap", "munmap", "restart_syscall", "sched_yield",
}  # fmt: skip


@dataclass
class Bench:
    """Where the runs happen: each on a fresh copy of the demo."""

    template: Template
    planned: Planned
    demo: Path
    place: Path
    mutant: str = ""
    count: int = 0

    def fresh(self) -> Path:
        self.count += 1
        run = self.place / str(self.count)
        shutil.copytree(self.demo, run / "data")
        return run

    def start(self, run: Path) -> Running:
        return self.template.start(run / "data", mutant=self.mutant)


@dataclass
class Patient(Phone):
    """Sends again at once what failed; the second time it must go."""

    troubles: list[int] = field(default_factory=list)

    def call(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        try:
            found = super().call(path, body, **headers)
        except Down:
            found = 0, b""
        if 0 < found[0] < 500:
            return found
        self.troubles.append(found[0])
        found = super().call(path, body, **headers)
        assert found[0] < 500, f"{self.troubles[-1]}, and the next request failed too: {found}"
        return found


def inject(syscall: str, fault: str, k: int) -> list[str]:
    how = "signal=KILL" if fault == "KILL" else f"error={fault}"
    return ["-e", f"trace={syscall}", "-e", f"inject={syscall}:{how}:when={k}"]


class Calls(NamedTuple):
    """Of one kind, the first and then each so-manieth."""

    syscall: str
    first: int = 1
    step: int = 1

    def __str__(self) -> str:
        return self.syscall if self.step == 1 else f"{self.syscall}-{self.first}of{self.step}"


def shared(kinds: Iterable[str]) -> list[Calls]:
    """What is called most is walked by several tests, which may run side by side."""
    several = [Calls("pwrite64", first, 6) for first in range(1, 7)]
    return [*several, *(Calls(kind) for kind in kinds if kind != "pwrite64")]


def every(one: Callable[[int], bool], first: int = 1, step: int = 1) -> int:
    """Runs point after point until it does not happen any more; how many there were."""
    points = 0
    while one(first + points * step):
        points += 1
    return points


def killed(bench: Bench, syscall: str, k: int) -> bool:
    """Whether the server was killed; whatever it had acknowledged is there, before and after
    another process took over."""
    run = bench.fresh()
    server = bench.start(run)
    phone = Phone(bench.planned, server.port)
    try:
        with traced(server.worker, run / "calls", *inject(syscall, "KILL", k)):
            phone.deliver()
            phone.repeat()
    except Down:
        assert server.gone(10), "no answer, and not dead"
    happened = server.gone(0)
    server.kill()
    check(run / "data" / "institution", phone, run / "look", complete=not happened)
    take_over(bench, run, phone)
    return happened


def failing(bench: Bench, syscall: str, fault: str, k: int) -> list[int] | None:
    """The answers that were troubles, or None where there was no such call."""
    run = bench.fresh()
    server = bench.start(run)
    phone = Patient(bench.planned, server.port)
    with traced(server.worker, run / "calls", *inject(syscall, fault, k)):
        phone.deliver()
        phone.repeat()
    happened = "(INJECTED)" in (run / "calls").read_text()
    server.kill()
    assert len(phone.troubles) <= happened, "one failing call, more than one failing request"
    assert set(phone.troubles) <= {500, 507}, "another answer than the protocol has for it"
    # The copy that is looked at is recovered from the log, as the next server would.
    check(run / "data" / "institution", phone, run / "look", complete=True)
    shutil.rmtree(run)
    return phone.troubles if happened else None


def take_over(bench: Bench, run: Path, phone: Phone) -> None:
    """Another process sweeps, takes the whole delivery again, and gives the same receipts."""
    server = bench.start(run)
    again = Phone(bench.planned, server.port, phone.receipts, phone.arrived)
    again.deliver()
    server.kill()
    check(run / "data" / "institution", again, run / "look", complete=True)
    check_left_over(run / "data" / "institution")
    shutil.rmtree(run)
