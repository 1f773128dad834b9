"""The checkers themselves are checked: sixteen broken servers, each caught by the one named here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.arrived import check
from tests.faults.delivery import Phone
from tests.faults.points import Bench, every, failing, killed, take_over
from tests.faults.test_order import orders
from webapp import photos

pytestmark = [pytest.mark.faults]
Checker = Callable[[Bench], object]


def twice(bench: Bench) -> None:
    """Delivered and delivered again; wrong bytes first, and a torn file where a photo belongs."""
    run = bench.fresh()
    folder = run / "data" / "institution"
    server = bench.start(run)
    phone = Phone(bench.planned, server.port)
    try:
        for body in bench.planned.operations[:2]:
            phone.operation(body)
        for sha256 in phone.planned.photos:
            wrong_bytes(phone, sha256)
            torn_file(phone, sha256, folder)
        phone.deliver()
        phone.deliver()
    finally:
        server.kill()
    check(folder, phone, run / "look", complete=True)
    take_over(bench, run, phone)


def wrong_bytes(phone: Phone, sha256: str) -> None:
    address = f"/sync/photos/{sha256}?operation={phone.planned.owner(sha256)}"
    status, _ = phone.call(address, phone.planned.photos[sha256][:-1] + b"?")
    assert status == 400, "other bytes were taken for a photo"


def torn_file(phone: Phone, sha256: str, folder: Path) -> None:
    place, data = photos.path(folder, sha256), phone.planned.photos[sha256]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data[:100] + bytes(len(data) - 100))


def kills(syscall: str) -> Checker:
    return lambda bench: every(lambda k: killed(bench, syscall, k))


def failures(syscall: str, fault: str) -> Checker:
    return lambda bench: every(lambda k: failing(bench, syscall, fault, k) is not None)


# The mutant, who catches it, and with which words: caught for another reason is not caught.
MUTANTS: dict[str, tuple[Checker, str]] = {
    "photo_row_before_file": (kills("rename"), "row without its file"),
    "no_fsync_before_rename": (orders, "no f.*sync of .*/photos/"),
    "no_fsync_of_the_folder": (orders, "no fsync of .*/photos"),
    "answer_before_commit": (kills("pwrite64"), "acknowledged and not there"),
    "applied_twice": (twice, "one hazard became several"),
    "last_write_wins": (twice, "a late edit was not kept apart"),
    "receipt_made_again": (twice, "another receipt"),
    "receipt_in_another_transaction": (kills("fsync"), "are not what .* made"),
    "no_trail": (twice, "the trail is not what was decided"),
    "photo_not_hashed": (twice, "other bytes were taken"),
    "torn_file_believed": (twice, "other bytes than the name says"),
    "piece_not_written": (twice, "the pieces never became a photo"),
    "full_disk_not_noticed": (failures("write", "ENOSPC"), "row without its file"),
    "not_synchronous": (orders, "no f.*sync of .*takan"),
    "broken_connection_kept": (failures("openat", "EIO"), "the next request failed too"),
    "nothing_swept": (kills("rename"), "a temporary file was left"),
}


@pytest.mark.row("server alone: sixteen broken servers, each caught by these checkers")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_server_is_caught(bench: Bench, mutant: str) -> None:
    checker, words = MUTANTS[mutant]
    with pytest.raises(AssertionError, match=words):
        checker(replace(bench, mutant=mutant))


def test_the_whole_server_is_not_caught(bench: Bench) -> None:
    """The other checkers pass it in test_calls.py and test_order.py."""
    twice(bench)
