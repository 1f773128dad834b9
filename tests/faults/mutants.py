"""Broken servers: each breaks one thing the promise rests on, and must be caught by a checker."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import after_this_request, request

from sync import inbox, trail
from sync.operation import parse
from webapp import db, durable, photos, uploads
from webapp.domain import hazards
from webapp.domain.photos import arrive
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.routes import sync as wire


def photo_row_before_file() -> None:
    store = photos.store

    def early(folder: Path, sha256: str, source: durable.Source) -> int:
        data = b"".join(durable.blocks(source))
        with db.writing() as database:
            operation = request.args["operation"]
            arrive(database, operation, sha256, len(data), "image/jpeg", db.now())
        return store(folder, sha256, data)

    photos.store = early


class Forgetful:
    """`os`, except that fsync forgets one kind of file."""

    def __init__(self, forgotten: Callable[[int], bool]) -> None:
        self.forgotten = forgotten

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        if not self.forgotten(os.fstat(descriptor).st_mode):
            os.fsync(descriptor)


def no_fsync_before_rename() -> None:
    durable.os = Forgetful(stat.S_ISREG)  # type: ignore[attr-defined]


def no_fsync_of_the_folder() -> None:
    durable.os = Forgetful(stat.S_ISDIR)  # type: ignore[attr-defined]


def answer_before_commit() -> None:
    @contextmanager
    def late() -> Iterator[Any]:
        transaction = db.writing()
        yield transaction.__enter__()

        @after_this_request
        def commit_when_sent(response: Any) -> Any:
            response.call_on_close(lambda: transaction.__exit__(None, None, None))
            return response

    wire.writing = late


def applied_twice() -> None:
    take = inbox.take

    def again(database: Any, body: bytes, person: str, handlers: Any, now: str) -> inbox.Taken:
        taken = take(database, body, person, handlers, now)
        if taken.status == 200 and b"hazard.record" in body:
            other = replace(parse(body), id=new_id())
            hazards.record(database, other, inbox.Arrival(now, 0))
        return taken

    inbox.take = again


def last_write_wins() -> None:
    def edit(database: Any, operation: Any, arrival: Any) -> inbox.Outcome:
        sql = "select latest_operation from hazards where id = :id"
        rows = database.query(sql, {"id": operation.payload["hazard_id"]})
        latest = next(iter(rows), {"latest_operation": operation.base})
        newest = replace(operation, base=latest["latest_operation"])
        return hazards.edit(database, newest, arrival)

    HANDLERS["hazard.edit"] = edit  # type: ignore[index]


def receipt_made_again() -> None:
    receipts = inbox._receipts

    def fresh(database: Any, operation_id: str) -> dict[str, str]:
        known = receipts(database, operation_id)
        return {
            digest: json.dumps({**json.loads(text), "received_at": db.now()})
            for digest, text in known.items()
        }

    inbox._receipts = fresh


def receipt_in_another_transaction() -> None:
    remember = inbox._remember

    def later(database: Any, *given: Any) -> None:
        database.execute("commit")
        database.execute("begin immediate")
        remember(database, *given)

    inbox._remember = later


def no_trail() -> None:
    trail.append = lambda *given: None


def photo_not_hashed() -> None:
    def trusting(folder: Path, sha256: str, source: durable.Source) -> int:
        place = photos.path(folder, sha256)
        durable.write(folder, place, durable.blocks(source))
        return place.stat().st_size

    photos.store = trusting


def torn_file_believed() -> None:
    store = photos.store

    def lazy(folder: Path, sha256: str, source: durable.Source) -> int:
        place = photos.path(folder, sha256)
        return place.stat().st_size if place.exists() else store(folder, sha256, source)

    photos.store = lazy


def piece_not_written() -> None:
    append = uploads.append
    uploads.append = lambda place, offset, source: (
        offset + len(source.read()) if offset else append(place, offset, source)
    )


def full_disk_not_noticed() -> None:
    write = durable.write

    def careless(folder: Path, place: Path, data: bytes) -> None:
        with contextlib.suppress(OSError):
            write(folder, place, data)

    def store(folder: Path, sha256: str, source: durable.Source) -> int:
        data = b"".join(durable.blocks(source))
        careless(folder, photos.path(folder, sha256), data)
        return len(data)

    photos.store = store
    photos.kind_of = lambda folder, sha256: "image/jpeg"


def not_synchronous() -> None:
    connect = db.connect

    def fast(*given: Any, **more: Any) -> Any:
        found = connect(*given, **more)
        found.execute("pragma synchronous = off")
        return found

    db.connect = fast


def broken_connection_kept() -> None:
    db.drop_connection = lambda: None


def nothing_swept() -> None:
    durable.sweep = lambda folder: None


def become(name: str) -> None:
    """Only in the tests' own server, after its fork."""
    if name:
        globals()[name]()
