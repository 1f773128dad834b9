"""One thing a person did, as it travels: parsed from the exact bytes, never changed again."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LARGEST = 2 * 1024 * 1024  # bytes; strokes of a long signature are about 60 KB

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SHA256 = re.compile(r"[0-9a-f]{64}")
KIND = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")


class Malformed(Exception):
    """The bytes are not an operation; `code` says which part is not."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Photo:
    sha256: str
    size: int
    type: str


@dataclass(frozen=True)
class Operation:
    """Fields as in PROTOCOL.md; `digest` is SHA-256 of `body`, the exact bytes received."""

    id: str
    kind: str
    payload: dict[str, Any]
    made_at: str
    made_by: str
    device: str
    seq: int | None
    base: str | None
    photos: tuple[Photo, ...]
    app: str
    body: bytes
    digest: str


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _time(found: dict[str, Any]) -> str:
    """A time that exists: what follows reckons with it."""
    value = _text(found, "made_at", TIME)
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise Malformed("made_at") from error
    return value


def parse(body: bytes) -> Operation:
    """Raises Malformed for anything a well-built phone would never send."""
    found = read_json(body)
    return Operation(
        id=_text(found, "id", UUID7),
        kind=_text(found, "kind", KIND),
        payload=_payload(found),
        made_at=_time(found),
        made_by=_text(found, "made_by"),
        device=_text(found, "device"),
        seq=_seq(found.get("seq")),
        base=None if found.get("base") is None else _text(found, "base", UUID7),
        photos=_photos(found.get("photos")),
        app=_text(found, "app"),
        body=body,
        digest=digest(body),
    )


def read_json(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise Malformed("too_large")
    try:
        text = body.decode()
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_storable,
        )
        # A lone surrogate can hide in an escape; it would fail later, at the first write.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed("not_json") from error
    if not isinstance(found, dict):
        raise Malformed("not_json")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _finite(text: str) -> float:
    if math.isinf(found := float(text)):
        raise ValueError(text)
    return found


def _storable(text: str) -> int:
    """What SQLite can hold; no phone's number is larger."""
    if not -(2**63) <= (found := int(text)) < 2**63:
        raise ValueError(text)
    return found


def _text(found: dict[str, Any], key: str, shape: re.Pattern[str] | None = None) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise Malformed(key)
    if shape and not shape.fullmatch(value):
        raise Malformed(key)
    return value


def _payload(found: dict[str, Any]) -> dict[str, Any]:
    payload = found.get("payload")
    if not isinstance(payload, dict):
        raise Malformed("payload")
    return payload


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53


def _seq(value: Any) -> int | None:
    if value is None:
        return None
    if not _whole(value):
        raise Malformed("seq")
    return int(value)


def _photos(value: Any) -> tuple[Photo, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise Malformed("photos")
    photos = tuple(_photo(item) for item in value)
    if len({photo.sha256 for photo in photos}) != len(photos):
        raise Malformed("photos")
    return photos


def _photo(item: Any) -> Photo:
    if not isinstance(item, dict) or not _whole(item.get("size")):
        raise Malformed("photos")
    try:
        return Photo(_text(item, "sha256", SHA256), int(item["size"]), _text(item, "type", TYPE))
    except Malformed as error:
        raise Malformed("photos") from error
