"""Once: what is durable before the first byte of a 2xx."""

from __future__ import annotations

import json

import pytest

from tests.faults.delivery import Phone
from tests.faults.order import check_order, check_photo_before_row, events
from tests.faults.points import CHANGES, HARMLESS, LOOKS, Bench
from tests.faults.serving import traced

pytestmark = [pytest.mark.faults]


def orders(bench: Bench) -> None:
    """Each request of the delivery, its calls one by one."""
    run = bench.fresh()
    server = bench.start(run)
    phone = Phone(bench.planned, server.port)
    log = run / "calls"
    try:
        for body in bench.planned.operations:
            check_order(events(server, log, lambda body=body: phone.operation(body)))
            for photo in json.loads(body)["photos"]:
                found = events(server, log, lambda photo=photo: phone.photo(photo["sha256"]))
                check_order(found)
                check_photo_before_row(found)
    finally:
        server.kill()


@pytest.mark.row(
    "server alone: photo fsync < rename < folder fsync < log fsync < first byte of 2xx"
)
def test_nothing_is_said_before_it_is_durable(bench: Bench) -> None:
    orders(bench)


def test_no_call_is_forgotten(bench: Bench) -> None:
    """A call that a new version of something makes would be killed and failed by nobody."""
    run = bench.fresh()
    server = bench.start(run)
    phone = Phone(bench.planned, server.port)
    with traced(server.worker, run / "calls"):
        phone.deliver()
        phone.repeat()
    server.kill()
    made = {line.split("(")[0] for line in (run / "calls").read_text().splitlines() if "(" in line}
    assert made <= {*CHANGES, *LOOKS, *HARMLESS}
    assert {"pwrite64", "fsync", "rename", "sendto"} <= made
