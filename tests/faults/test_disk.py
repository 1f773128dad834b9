"""The server's disk filled to the brim, really: a small one is mounted for it."""

from __future__ import annotations

import contextlib
import http.client
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import one
from tests.faults.arrived import check
from tests.faults.delivery import Phone, Said
from tests.faults.points import Bench, take_over
from tests.faults.serving import Running
from webapp.db import connect

pytestmark = [pytest.mark.faults]
# From not a byte to enough: each leaves another call without room.
LEFT = range(0, 1024, 4)  # KiB


def leave(disk: Path, free: int) -> None:
    """Somebody's film takes all but `free` bytes."""
    ballast = disk / "film"
    ballast.unlink(missing_ok=True)
    with ballast.open("wb") as film:
        film.write(bytes(max(0, shutil.disk_usage(disk).free - free)))


def read(server: Running, phone: Phone, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path, headers={"Cookie": phone.planned.cookie, "Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def half_written(folder: Path) -> list[Path]:
    return [draft for part in ("photos", "thumbnails") for draft in (folder / part).rglob(".*")]


def some_photo(folder: Path) -> str:
    database = connect(folder / "takan.db")
    found = str(one(database, "select sha256 from hazard_photos"))
    database.close()
    return found


@pytest.mark.row("server alone: its disk filled to the brim, and emptied again")
def test_a_disk_filled_to_the_brim(bench: Bench, small_disk: Callable[[int], Path]) -> None:
    """Whatever is the first thing that has no room: 507, nothing half, reading goes on; and when
    there is room again everything arrives."""
    disk = small_disk(8)
    run = disk / "run"
    shutil.copytree(bench.demo, run / "data")
    folder = run / "data" / "institution"
    server = bench.start(run)
    phone = Phone(bench.planned, server.port)
    pages = ["/today", f"/photos/{some_photo(folder)}/thumbnail"]
    assert read(server, phone, "/today") == 200
    reached = []
    for kilobytes in LEFT:
        leave(disk, kilobytes * 1024)
        with contextlib.suppress(Said):
            phone.deliver()
            break
        assert phone.said[-1] == 507
        reached.append(len(phone.receipts) + len(phone.arrived))
        assert not half_written(folder)
        assert [read(server, phone, page) for page in pages] == [200, 200]
        check(folder, phone, bench.place / "look")
    assert len(set(reached)) > 2, "always refused at the same step"
    (disk / "film").unlink()
    phone.deliver()
    server.kill()
    check(folder, phone, bench.place / "look", complete=True)
    take_over(bench, run, phone)


@pytest.mark.row("server alone: refused early below the reserve")
def test_below_its_reserve_it_refuses_early(bench: Bench) -> None:
    run = bench.fresh()
    server = bench.template.start(run / "data", reserve=2**62)
    phone = Phone(bench.planned, server.port)
    with pytest.raises(Said) as said:
        phone.deliver()
    assert (said.value.status, said.value.code) == (507, "disk_full")
    assert read(server, phone, "/today") == 200
    server.kill()
    check(run / "data" / "institution", phone, run / "look")
    take_over(bench, run, phone)
