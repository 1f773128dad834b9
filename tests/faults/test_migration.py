"""An older release's database meets today's server, which is killed or fails at every call of its
start: the old tables or the new ones, never something between, and every row still there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from sync import inbox
from tests.faults.arrived import check_decided, check_photos
from tests.faults.invariant import check_whole
from tests.faults.points import CHANGES, Bench, Calls, every, inject, shared
from tests.faults.serving import Running, traced
from webapp import db

pytestmark = [pytest.mark.faults]
FILES = sorted((db.HERE / "migrations").glob("*.sql"))
ALL = {
    "0001_first": FILES[0],
    "0001_sync": Path(inbox.__file__).parent / "schema.sql",
    **{file.stem: file for file in FILES[1:]},
}
KINDS = shared(one for one in CHANGES if one not in {"sendto", "rename", "flock"})
BY_BUILD = {"fdatasync", "mkdir"}  # a start makes no folder where there is one


def release(path: Path, filled: Path, count: int) -> None:
    """The tables of the first so many migrations, with every row of today's demo as far as they had
    a column for it."""
    database = db.connect(path, readonly=False)
    migrations = Migrations("takan")
    for name, file in list(ALL.items())[:count]:
        script = file.read_text()
        migrations(name=name)(lambda target, script=script: target.executescript(script))
    migrations.apply(database)
    database.execute("pragma foreign_keys = off")
    database.execute("attach :filled as filled", {"filled": str(filled)})
    for table in (name for name in database.table_names() if not name.startswith("_")):
        now = {row["name"] for row in database.query(f"pragma filled.table_info({table})")}
        names = ", ".join(column for column in database[table].columns_dict if column in now)
        database.execute(f"insert into {table} ({names}) select {names} from filled.{table}")
    database.close()


def rows(database: Database) -> dict[str, int]:
    tables = (name for name in database.table_names() if not name.startswith("_"))
    return {table: database[table].count for table in tables}


@dataclass
class Old:
    """A bench whose folder is an older release's, how many migrations that had, what was in it,
    and the files it was left as."""

    bench: Bench
    stand: int
    rows: dict[str, int]
    left: set[str] = field(default_factory=set)


def older(bench: Bench, folder: Path, count: int) -> Old:
    data = folder / "old"
    shutil.copytree(bench.demo, data)
    path = data / "institution" / "takan.db"
    filled = path.rename(folder / "filled.db")
    release(path, filled, count)
    database = db.connect(path)
    found = rows(database)
    database.close()
    assert found["hazards"] > 5
    return Old(replace(bench, demo=data), count, found)


@pytest.fixture
def first(bench: Bench, tmp_path: Path) -> Old:
    return older(bench, tmp_path, 2)


@pytest.fixture
def recent(bench: Bench, tmp_path: Path) -> Old:
    """All that is pending goes in one transaction, whose calls are alike however long it is: at
    every one of them the newest will do."""
    return older(bench, tmp_path, len(ALL) - 3)


def begun(bench: Bench, run: Path, *options: str) -> Running | None:
    """The server, started under strace; None when it did not live."""
    # With the log as long as in the product, it is written back once, by the last to close it.
    pid = bench.template.hold(run / "data", run / "hold", checkpoint=1000)
    pidfd = os.pidfd_open(pid)
    with (run / "hold").open("wb", buffering=0) as go, traced(pid, run / "calls", *options):
        go.write(b"x")
        return bench.template.came_up(pid, pidfd)


def look(run: Path, before: dict[str, int]) -> tuple[int, str]:
    """How many migrations stand, all of them whole, and what the file is by its hash once the log
    is written back; on a copy, for the next start to find the log as it was left."""
    copy = run / "copy"
    copy.mkdir()
    for file in (run / "data" / "institution").glob("takan.db*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, copy / file.name)
    database = db.connect(copy / "takan.db")
    try:
        now = rows(database)
        assert {table: now[table] for table in before} == before, "rows were lost"
        check_whole(database)
        check_decided(database)
        check_photos(database, run / "data" / "institution")
        stand = int(database["_sqlite_migrations"].count)
        database.close()
        return stand, hashlib.sha256((copy / "takan.db").read_bytes()).hexdigest()
    finally:
        database.close()
        shutil.rmtree(copy)


def started(old: Old, syscall: str, fault: str, k: int) -> bool:
    """Whether the k-th call was spoilt; the next start always goes, and migrates: tried once from
    each file that came out of it."""
    run = old.bench.fresh()
    server = begun(old.bench, run, *inject(syscall, fault, k))
    log = (run / "calls").read_text()
    if server:
        server.kill()
    stand, left = look(run, old.rows)
    assert stand in {old.stand, len(ALL)}, "half a migration"
    if left not in old.left:
        old.left.add(left)
        old.bench.start(run).kill()
        assert look(run, old.rows)[0] == len(ALL)
    shutil.rmtree(run)
    # Who was killed may be gone before strace has said so in its log.
    return server is None or "(INJECTED)" in log


@pytest.mark.row("server alone: killed at every file-system call of a migration")
@pytest.mark.parametrize("calls", KINDS, ids=str)
def test_killed_while_migrating(recent: Old, calls: Calls, record_property: Any) -> None:
    note_points(lambda k: started(recent, calls.syscall, "KILL", k), calls, record_property)


@pytest.mark.row("server alone: killed at each twelfth write of a migration from the first release")
@pytest.mark.parametrize("calls", [Calls("pwrite64", 3, 12), Calls("pwrite64", 9, 12)], ids=str)
def test_killed_on_the_way_from_the_first(first: Old, calls: Calls, record_property: Any) -> None:
    note_points(lambda k: started(first, calls.syscall, "KILL", k), calls, record_property)


@pytest.mark.row("server alone: every file-system call of a migration fails with EIO or ENOSPC")
@pytest.mark.parametrize("fault", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("calls", KINDS, ids=str)
def test_failing_while_migrating(
    recent: Old, calls: Calls, fault: str, record_property: Any
) -> None:
    note_points(lambda k: started(recent, calls.syscall, fault, k), calls, record_property)


def note_points(one: Callable[[int], bool], calls: Calls, note: Any) -> None:
    points = every(one, calls.first, calls.step)
    note("points", points)
    assert points or calls.syscall in BY_BUILD, "strace spoilt nothing"
