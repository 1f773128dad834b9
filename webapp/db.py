"""The one door to SQLite: a connection a thread, read-only until someone writes."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from flask import current_app
from sqlite_utils import Database, Migrations
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from sync import rescue

Error = sqlite3.Error
IntegrityError = sqlite3.IntegrityError

HERE = Path(__file__).resolve().parent
# 3.51.3 fixed a corruption when two connections write and checkpoint at once.
SAFE_SQLITE = (3, 51, 3)
SHANGHAI = timezone(timedelta(hours=8))

_threads = threading.local()
_writers = threading.Lock()


def several_processes_are_safe() -> bool:
    return tuple(int(part) for part in sqlite3.sqlite_version.split(".")) >= SAFE_SQLITE


def connect(path: Path, readonly: bool = True) -> Database:
    """A connection with our pragmas; `readonly` refuses every write until turned off."""
    connection = sqlite3.connect(str(path), timeout=30, isolation_level=None)
    db = Database(connection, execute_plugins=False)
    for pragma in (
        "journal_mode = wal",
        "synchronous = full",  # after our receipt the phone may drop its only copy
        "foreign_keys = on",
        f"query_only = {'on' if readonly else 'off'}",
    ):
        connection.execute(f"pragma {pragma}")
    return db


def folder() -> Path:
    """The institution's folder of the running application."""
    found: Path = current_app.config["FOLDER"]
    return found


def get_db() -> Database:
    """This thread's connection, which cannot write."""
    path = folder() / "takan.db"
    open_for = getattr(_threads, "open_for", None)
    if open_for != (path, os.getpid()):
        drop_connection()
        _threads.db = connect(path)
        _threads.open_for = (path, os.getpid())
    db: Database = _threads.db
    return db


def drop_connection() -> None:
    """After an SQLite error the next request starts with a fresh connection."""
    db = getattr(_threads, "db", None)
    _threads.open_for = None
    _threads.db = None
    if db is not None:
        db.close()


@contextmanager
def writing() -> Iterator[Database]:
    """One write transaction: committed at the end, rolled back by any exception.

    A lock for the threads and a file lock for the processes come first: waiting in
    line is fair, where SQLite's own busy handler starves the unlucky.
    """
    db = get_db()
    with _writers, _file_lock(folder() / "write.lock"):
        try:
            db.execute("pragma query_only = off")
            db.execute("begin immediate")
            yield db
            db.execute("commit")
        except BaseException as error:
            if isinstance(error, Error):
                drop_connection()
            elif db.conn.in_transaction:
                _roll_back(db)
            raise
        finally:
            if getattr(_threads, "db", None) is db:
                db.execute("pragma query_only = on")


def owe_scrub(db: Database) -> None:
    """In the transaction of a deletion: until `scrub` is through, a start does it again."""
    db.execute("pragma secure_delete = on")
    db.execute("insert into meta (key, value) values ('scrub_owed', '1') on conflict do nothing")


def scrub() -> None:
    """After a deletion: the file is written anew without what was deleted, and its log emptied.
    Once, also when two start at once."""
    db = get_db()
    with _writers, _file_lock(folder() / "write.lock"):
        db.execute("pragma query_only = off")
        try:
            if not any(db.query("select 1 from meta where key = 'scrub_owed'")):
                return
            db.execute("vacuum")
            db.execute("delete from meta where key = 'scrub_owed'")
            db.execute("pragma wal_checkpoint(truncate)").fetchall()
        finally:
            db.execute("pragma query_only = on")


def _roll_back(db: Database) -> None:
    try:
        db.execute("rollback")
    except Error:  # closing it undoes the transaction too
        drop_connection()


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    # Opened each time: a descriptor inherited over a fork would share its lock with the parent.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def migrate(db: Database) -> None:
    """Apply what is pending, in one transaction, so that two at once cannot meet halfway."""
    migrations = Migrations("takan")
    files = sorted((HERE / "migrations").glob("*.sql"))
    files.insert(1, HERE.parent / "sync" / "schema.sql")
    for file in files:
        name = "0001_sync" if file.name == "schema.sql" else file.stem

        def step(target: Database, file: Path = file) -> None:
            target.executescript(file.read_text())

        migrations(name=name)(step)
    db.execute("pragma query_only = off")
    db.execute("begin immediate")
    try:
        migrations.apply(db)
        db.execute(
            "insert into meta (key, value) values ('secret', :secret) on conflict do nothing",
            {"secret": secrets.token_hex(32)},
        )
        _make_rescue_key(db)
        db.execute("commit")
    except BaseException:
        if db.conn.in_transaction:  # a failed commit may have ended it
            db.execute("rollback")
        raise


def _make_rescue_key(db: Database) -> None:
    """What phones seal rescue files with; made with the database, restored with it."""
    if not list(db.query("select 1 from meta where key = 'rescue_private'")):
        pair = zip(("rescue_private", "rescue_key"), rescue.new_key(), strict=True)
        for name, value in pair:
            row = {"key": name, "value": value}
            db.execute("insert into meta (key, value) values (:key, :value)", row)


def create(path: Path) -> Database:
    """A new, migrated database open for writing; for commands and tests."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = connect(path, readonly=False)
    try:
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def secret(db: Database) -> str:
    """Signs the session cookies; made with the database, restored with it."""
    return _meta(db, "secret")


def rescue_private(db: Database) -> str:
    """Opens what phones sealed; never leaves the institution's folder."""
    return _meta(db, "rescue_private")


def rescue_key(db: Database) -> str:
    """What they seal it with: for everyone to know."""
    return _meta(db, "rescue_key")


def _meta(db: Database, key: str) -> str:
    rows = db.query("select value from meta where key = :key", {"key": key})
    return str(next(iter(rows))["value"])


def now() -> str:
    """UTC, milliseconds, Z: `2026-11-23T01:10:00.000Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today() -> str:
    """The day in Shanghai."""
    return datetime.now(SHANGHAI).date().isoformat()
