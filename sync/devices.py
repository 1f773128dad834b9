"""What each phone last said it holds: a silent phone, or a gap in its numbering, shows here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


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


def note(db: Database, person_id: str, holding: Holding, now: str) -> None:
    db.execute(
        "insert into devices (id, person, last_contact, operations_waiting, photos_waiting,"
        " highest_seq, oldest_waiting, clock_offset, app) values (:id, :person, :now, :operations,"
        " :photos, :seq, :oldest, :offset, :app) on conflict (id) do update set"
        " last_contact = :now, operations_waiting = :operations, photos_waiting = :photos,"
        " highest_seq = max(highest_seq, :seq), oldest_waiting = :oldest, clock_offset = :offset,"
        " app = :app where person = :person",
        {
            "id": holding.device,
            "person": person_id,
            "now": now,
            "operations": holding.operations_waiting,
            "photos": holding.photos_waiting,
            "seq": holding.highest_seq,
            "oldest": holding.oldest_waiting,
            "offset": holding.clock_offset,
            "app": holding.app,
        },
    )


def gaps(db: Database, device: str) -> list[int]:
    """Numbers below the highest known that never arrived, at most a hundred."""
    rows = db.query(
        "select distinct seq from operations where device = :device and seq is not null",
        {"device": device},
    )
    there = {row["seq"] for row in rows}
    known = next(
        iter(db.query("select highest_seq from devices where id = :device", {"device": device})),
        {"highest_seq": 0},
    )
    highest = max([known["highest_seq"], *there])
    return [seq for seq in range(1, highest + 1) if seq not in there][:100]
