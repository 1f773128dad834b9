"""Records and photos a second into one deployed server, beside the same durable writes without it.

One process of threads plays the phones, so that client and server share the machine; the raw limit
runs before and after in the same minutes, on a copy of the same data, in one process.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sync import devices, inbox
from tests.bench.large import SIZE, memory
from tests.conftest import one
from tests.e2e.server import Server
from tests.test_hazards import fields
from tests.test_visits import start
from webapp import db, photos
from webapp.domain.photos import arrive
from webapp.ids import new_id
from webapp.operations import handlers_for

PHONES = (1, 8, 32)
RECORDS, PHOTOS = 480, 160  # of each round, shared among the phones
PIECE = 96 * 1024  # as the phone sends them
Photo = tuple[str, str, bytes]  # operation, hash, bytes


class Maker:
    """What people record, as the exact bytes that a phone would send."""

    def __init__(self, data: Path) -> None:
        database = db.connect(next(data.glob("*/takan.db")))
        self.li = one(database, "select id from people where sign_in_name = 'li'")
        sql = "select id from visits where number = 2 order by planned_on limit 1"
        self.visit = one(database, sql)
        sql = "select engagement_id from visits where id = :id"
        self.engagement = one(database, sql, id=self.visit)
        database.close()
        self.count = 0

    def operation(self, kind: str, payload: dict[str, Any], **more: Any) -> bytes:
        self.count += 1
        made = {
            "id": new_id(), "kind": kind, "payload": payload, "made_at": db.now(),
            "made_by": self.li, "device": "bench", "seq": self.count, "base": None,
            "photos": [], "app": "bench", **more,
        }  # fmt: skip
        return json.dumps(made).encode()

    def begun(self) -> bytes:
        return self.operation("visit.start", start(self.visit, self.engagement))

    def record(self, pictures: Iterable[bytes] = ()) -> bytes:
        listed = [
            {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "type": "image/jpeg"}
            for data in pictures
        ]
        named = [photo["sha256"] for photo in listed]
        hazard = fields(self.visit, f"L{self.count + 1}", photos=named)
        return self.operation("hazard.record", hazard, photos=listed)

    def photos(self, count: int) -> tuple[list[bytes], list[Photo]]:
        """Records of two photos each, and the photos."""
        records, found = [], []
        for _ in range(count // 2):
            pictures = [b"\xff\xd8\xff\xe0" + os.urandom(SIZE - 4) for _ in range(2)]
            records.append(self.record(pictures))
            id_ = json.loads(records[-1])["id"]
            found += [(id_, hashlib.sha256(data).hexdigest(), data) for data in pictures]
        return records, found


class Wire:
    """One phone's connection."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie = cookie

    def put(self, path: str, body: bytes, **headers: str) -> dict[str, Any]:
        self.connection.request("PUT", path, body, {"Cookie": self.cookie, **headers})
        answer = self.connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        assert answer.status in {200, 201}, found
        return found

    def record(self, body: bytes) -> None:
        id_ = json.loads(body)["id"]
        receipt = self.put(f"/sync/operations/{id_}", body)["receipt"]
        assert (receipt["operation_id"], receipt["outcome"]) == (id_, "applied")

    def photo(self, photo: Photo) -> None:
        operation, sha256, data = photo
        for at in range(0, len(data), PIECE):
            path, offset = f"/sync/photos/{sha256}?operation={operation}", str(at)
            found = self.put(path, data[at : at + PIECE], **{"Upload-Offset": offset})
        assert (found["sha256"], found["size"]) == (sha256, len(data))


def signed_in(server: Server) -> str:
    typed = urllib.parse.urlencode({"name": "li", "password": server.demo["password"]})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", typed, form)
    answer = connection.getresponse()
    connection.close()
    return str(answer.headers["Set-Cookie"]).split(";")[0]


def rate(port: int, cookie: str, phones: int, work: list[Any], how: str) -> float:
    """Of `work` a second, every phone with its own connection and its share."""
    wires = [Wire(port, cookie) for _ in range(phones)]

    def share(number: int) -> None:
        for item in work[number::phones]:
            getattr(wires[number], how)(item)

    before = time.perf_counter()
    with ThreadPoolExecutor(phones) as pool:
        list(pool.map(share, range(phones)))
    return len(work) / (time.perf_counter() - before)


class Raw:
    """The same transaction and the same fsynced file, one after the other, without HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = db.connect(folder / "takan.db", readonly=False)

    def once(self, act: Callable[[], object]) -> None:
        self.db.execute("begin immediate")
        act()
        self.db.execute("commit")

    def record(self, person: str, body: bytes) -> None:
        def take() -> None:
            taken = inbox.take(self.db, body, person, handlers_for(True), db.now())
            assert taken.status == 201
            devices.heard(self.db, person, json.loads(body)["id"], db.now())

        self.once(take)

    def photo(self, photo: Photo) -> None:
        operation, sha256, data = photo
        size = photos.store(self.folder, sha256, data)
        self.once(lambda: arrive(self.db, operation, sha256, size, "image/jpeg", db.now()))

    def rates(self, maker: Maker, records: int, pictures: int) -> tuple[float, float]:
        work = [maker.record() for _ in range(records)]
        before = time.perf_counter()
        for body in work:
            self.record(maker.li, body)
        first = records / (time.perf_counter() - before)
        named, found = maker.photos(pictures)
        for body in named:
            self.record(maker.li, body)
        before = time.perf_counter()
        for photo in found:
            self.photo(photo)
        return first, pictures / (time.perf_counter() - before)


class Watch:
    """The most memory that all processes of a server had while the block ran, in MB."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self) -> None:
        while not self.over.wait(0.1):
            self.peak = max(self.peak, memory(self.pid))

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def client(port: int, cookie: str, maker: Maker) -> dict[int, tuple[float, float]]:
    found = {}
    first = Wire(port, cookie)
    first.record(maker.begun())
    for phones in PHONES:
        records = [maker.record() for _ in range(RECORDS)]
        a = rate(port, cookie, phones, records, "record")
        named, pictures = maker.photos(PHOTOS)
        rate(port, cookie, phones, named, "record")
        found[phones] = a, rate(port, cookie, phones, pictures, "photo")
    return found


def measured(server: Server, scratch: Path) -> dict[str, Any]:
    """rates by number of phones, the raw limit, and the server's peak."""
    copy = scratch / "raw"
    shutil.copytree(server.data, copy)
    raw, own = Raw(next(copy.glob("*/takan.db")).parent), Maker(copy)
    raw.record(own.li, own.begun())
    limits = [raw.rates(own, RECORDS, PHOTOS)]
    server.start()
    assert server.process
    cookie = signed_in(server)
    with Watch(server.process.pid) as watch:
        given = [str(server.port), cookie, str(server.data)]
        said = subprocess.run(
            [sys.executable, "-m", "tests.bench.throughput", *given],
            check=True, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip
    server.kill()
    limits.append(raw.rates(own, RECORDS, PHOTOS))
    raw.db.close()
    limit = [statistics.mean(kind) for kind in zip(*limits, strict=True)]
    return {"phones": json.loads(said), "limit": limit, "peak": watch.peak}


if __name__ == "__main__":
    print(json.dumps(client(int(sys.argv[1]), sys.argv[2], Maker(Path(sys.argv[3])))))
