"""One delivery, every file-system call of it killed or failing: strace picks the call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.points import CHANGES, LOOKS, Bench, every, failing, killed

pytestmark = [pytest.mark.faults]
Note = Callable[[str, object], None]

# Which of several names a call goes by depends on how Python and SQLite were built.
BY_BUILD = {"fdatasync", "stat", "lstat"}
SPOILT = [one for one in CHANGES if one != "sendto"]  # a lost answer is the network's matter


@pytest.mark.row("server alone: killed at every file-system call of a delivery")
@pytest.mark.parametrize("syscall", CHANGES)
def test_killed_at_every_call(bench: Bench, syscall: str, record_property: Note) -> None:
    points = every(lambda k: killed(bench, syscall, k))
    record_property("points", points)
    assert points or syscall in BY_BUILD, "strace killed nothing"


@pytest.mark.row("server alone: every file-system call of a delivery fails with EIO")
@pytest.mark.parametrize("syscall", [*SPOILT, *LOOKS])
def test_every_call_fails_with_eio(bench: Bench, syscall: str, record_property: Note) -> None:
    fail_everywhere(bench, syscall, "EIO", record_property)


@pytest.mark.row("server alone: every file-system call of a delivery fails with ENOSPC")
@pytest.mark.parametrize("syscall", [one for one in SPOILT if one != "flock"])
def test_every_call_fails_with_enospc(bench: Bench, syscall: str, record_property: Note) -> None:
    said = fail_everywhere(bench, syscall, "ENOSPC", record_property)
    # A failing fsync or truncate is an I/O error to SQLite, whatever the system called it.
    assert 507 in said or syscall in {"fdatasync", "ftruncate"}, "a full disk, and nobody said so"


def fail_everywhere(bench: Bench, syscall: str, fault: str, note: Note) -> list[int]:
    """What was answered in all of it."""
    said: list[int] = []

    def one(k: int) -> bool:
        troubles = failing(bench, syscall, fault, k)
        said.extend(troubles or [])
        return troubles is not None

    points = every(one)
    note("points", points)
    assert points or syscall in BY_BUILD, "strace spoilt nothing"
    return said
