"""One delivery, every file-system call of it killed or failing: strace picks the call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.points import CHANGES, LOOKS, Bench, Calls, every, failing, killed, shared

pytestmark = [pytest.mark.faults]
Note = Callable[[str, object], None]

# Which of several names a call goes by depends on how Python and SQLite were built.
BY_BUILD = {"fdatasync", "stat", "lstat"}
SPOILT = [one for one in CHANGES if one != "sendto"]  # a lost answer is the network's matter


@pytest.mark.row("server alone: killed at every file-system call of a delivery")
@pytest.mark.parametrize("calls", shared(CHANGES), ids=str)
def test_killed_at_every_call(bench: Bench, calls: Calls, record_property: Note) -> None:
    points = every(lambda k: killed(bench, calls.syscall, k), calls.first, calls.step)
    record_property("points", points)
    assert points or calls.syscall in BY_BUILD, "strace killed nothing"


@pytest.mark.row("server alone: every file-system call of a delivery fails with EIO")
@pytest.mark.parametrize("calls", shared([*SPOILT, *LOOKS]), ids=str)
def test_every_call_fails_with_eio(bench: Bench, calls: Calls, record_property: Note) -> None:
    fail_everywhere(bench, calls, "EIO", record_property)


@pytest.mark.row("server alone: every file-system call of a delivery fails with ENOSPC")
@pytest.mark.parametrize("calls", shared(one for one in SPOILT if one != "flock"), ids=str)
def test_every_call_fails_with_enospc(bench: Bench, calls: Calls, record_property: Note) -> None:
    said = fail_everywhere(bench, calls, "ENOSPC", record_property)
    # A failing fsync or truncate is an I/O error to SQLite, whatever the system called it.
    assert 507 in said or calls.syscall in {"fdatasync", "ftruncate"}, (
        "a full disk, and nobody said so"
    )


def fail_everywhere(bench: Bench, calls: Calls, fault: str, note: Note) -> list[int]:
    """What was answered in all of it."""
    said: list[int] = []

    def one(k: int) -> bool:
        troubles = failing(bench, calls.syscall, fault, k)
        said.extend(troubles or [])
        return troubles is not None

    points = every(one, calls.first, calls.step)
    note("points", points)
    assert points or calls.syscall in BY_BUILD, "strace spoilt nothing"
    return said
