"""A phone of a few lines that delivers one visit by the protocol, and remembers what it was told."""

from __future__ import annotations

import hashlib
import http.client
import json
from dataclasses import dataclass, field
from typing import Any

Receipts = dict[str, bytes]


class Down(Exception):
    """No answer: the server is gone."""


class Said(Exception):
    """An answer that delivers nothing: 5xx, or a refusal."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status, body[:200])
        self.status = status
        self.code = json.loads(body)["error"]["code"]


@dataclass(frozen=True)
class Planned:
    """What happened on site: operations as the exact bytes stored, photos by hash."""

    person: str
    device: str
    cookie: str
    operations: tuple[bytes, ...]
    photos: dict[str, bytes]
    in_pieces: frozenset[str]

    def owner(self, sha256: str) -> str:
        found = (json.loads(body) for body in self.operations)
        return next(
            str(one["id"]) for one in found if sha256 in {p["sha256"] for p in one["photos"]}
        )


@dataclass
class Phone:
    """`receipts` and `arrived` are what the server acknowledged, ever."""

    planned: Planned
    port: int = 0
    receipts: Receipts = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)
    said: list[int] = field(default_factory=list)

    def call(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = {"Cookie": self.planned.cookie, "Connection": "close", **headers}
            connection.request("PUT", path, body, sent)
            answer = connection.getresponse()
            found = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Down from error
        finally:
            connection.close()
        self.said.append(found[0])
        assert json.loads(found[1])["takan"] == "sync/1", found
        return found

    def deliver(self) -> None:
        """All of it, in order; raises Down or Said at the first thing that does not go."""
        for body in self.planned.operations:
            self.operation(body)
            for photo in json.loads(body)["photos"]:
                self.photo(photo["sha256"])

    def repeat(self) -> None:
        """The first once more: when it is answered, the one worker is done with all before."""
        self.operation(self.planned.operations[0])

    def operation(self, body: bytes) -> None:
        status, answer = self.call(f"/sync/operations/{json.loads(body)['id']}", body)
        if status not in {200, 201}:
            raise Said(status, answer)
        # The text as it came: a receipt is frozen byte for byte.
        receipt = answer[answer.index(b'"receipt":') + 10 : answer.index(b',"photos_missing"')]
        known = json.loads(receipt)
        assert known["digest"] == hashlib.sha256(body).hexdigest()
        assert self.receipts.setdefault(known["operation_id"], receipt) == receipt, (
            "another receipt"
        )

    def photo(self, sha256: str) -> None:
        address = f"/sync/photos/{sha256}?operation={self.planned.owner(sha256)}"
        data = self.planned.photos[sha256]
        if sha256 in self.planned.in_pieces:
            self.pieces(address, sha256, data)
        else:
            self.acknowledged(sha256, *self.call(address, data))

    def pieces(self, address: str, sha256: str, data: bytes) -> None:
        """Two pieces; the server's word on where to go on counts, but not for ever."""
        half, at = len(data) // 2, 0
        for _ in range(6):
            end = half if at < half else len(data)
            status, answer = self.call(address, data[at:end], **{"Upload-Offset": str(at)})
            found: dict[str, Any] = json.loads(answer)
            if status == 409:
                error = found["error"]
                at = error["params"]["offset"] if error["code"] == "offset" else 0
            elif status == 200 and "offset" in found:
                at = found["offset"]
            else:
                return self.acknowledged(sha256, status, answer)
        raise AssertionError("the pieces never became a photo")

    def acknowledged(self, sha256: str, status: int, answer: bytes) -> None:
        if status != 200:
            raise Said(status, answer)
        found = json.loads(answer)
        assert (found["sha256"], found["size"]) == (sha256, len(self.planned.photos[sha256]))
        self.arrived.add(sha256)
