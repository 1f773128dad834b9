"""What a phone says it holds, each time it reaches us: read from the wire, believed as far as it
can be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.numbers import Range, joined
from sync.operation import TIME, Malformed, read_json

MOST_RANGES = 1000


@dataclass(frozen=True)
class Waiting:
    """Of one visit: the numbers that have no receipt yet, and the photos still to send."""

    visit: str
    seqs: list[Range]
    photos: int


@dataclass(frozen=True)
class Holding:
    """As sent by `POST /sync/contact`; `clock_offset` is device minus server, in ms."""

    device: str
    operations_waiting: int
    photos_waiting: int
    highest_seq: int
    oldest_waiting: str | None
    clock_offset: int
    app: str
    needs_you: int = 0
    waiting: tuple[Waiting, ...] | None = None  # None: a phone too old to say which
    last: str = ""  # the operation whose receipt has the highest server_seq


def parse(body: bytes, now: str) -> Holding:
    """Raises Malformed; what an old phone does not say is left open."""
    said = read_json(body)
    return Holding(
        device=_text(said, "device", 64),
        operations_waiting=_count(said, "operations_waiting"),
        photos_waiting=_count(said, "photos_waiting"),
        highest_seq=_count(said, "highest_seq"),
        oldest_waiting=_time(said.get("oldest_waiting")),
        clock_offset=_offset(said.get("device_now"), now),
        app=_text(said, "app", 40) if said.get("app") else "",
        needs_you=_count(said, "needs_you") if "needs_you" in said else 0,
        waiting=_waiting(said["waiting"]) if "waiting" in said else None,
        last=_text(said, "last", 64) if said.get("last") else "",
    )


def _text(said: dict[str, Any], field: str, longest: int) -> str:
    value = said.get(field)
    if not isinstance(value, str) or not value:
        raise Malformed(field)
    return value[:longest]


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _count(said: dict[str, Any], field: str) -> int:
    if not _number(said.get(field)):
        raise Malformed(field)
    return int(said[field])


def _time(value: Any) -> str | None:
    return value if isinstance(value, str) and TIME.fullmatch(value) else None


def _offset(device_now: Any, now: str) -> int:
    try:
        apart = datetime.fromisoformat(device_now) - datetime.fromisoformat(now)
    except (TypeError, ValueError) as error:
        raise Malformed("device_now") from error
    return round(apart.total_seconds() * 1000)


def _waiting(value: Any) -> tuple[Waiting, ...]:
    try:
        found = tuple(
            Waiting(str(one["visit"])[:64], _ranges(one["seqs"]), _count(one, "photos"))
            for one in value
        )
    except (TypeError, KeyError) as error:
        raise Malformed("waiting") from error
    if sum(len(one.seqs) for one in found) + len(found) > MOST_RANGES:
        raise Malformed("waiting")
    return found


def _ranges(value: Any) -> list[Range]:
    for one in value:
        shaped = isinstance(one, list) and len(one) == 2 and all(map(_number, one))
        if not shaped or not 0 < one[0] <= one[1]:
            raise Malformed("waiting")
    return joined((first, last) for first, last in value)


def kept(waiting: tuple[Waiting, ...] | None) -> str | None:
    """As text for a row; `told` reads it back."""
    if waiting is None:
        return None
    return json.dumps([[one.visit, one.seqs, one.photos] for one in waiting])


def told(text: str | None) -> tuple[Waiting, ...] | None:
    if text is None:
        return None
    return tuple(
        Waiting(visit, [(first, last) for first, last in seqs], photos)
        for visit, seqs, photos in json.loads(text)
    )
