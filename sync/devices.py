"""What each phone last said it holds, against what came: a silent phone, or a gap in its
numbering, shows here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from sync import contact
from sync.contact import Holding, Waiting
from sync.numbers import Range, count, lowest, without

SILENT = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """One phone of one person as the office should see it now. `records` and `photos` wait on it;
    `gaps` are numbers, and `photos_lost` photos, that it does not hold and that never came."""

    id: str
    person: str
    last_contact: str
    last_heard: str
    records: int
    photos: int
    needs_you: int
    oldest_waiting: str | None
    gaps: list[Range]
    photos_lost: int
    clock_offset: int
    app: str
    user_agent: str

    @property
    def holds(self) -> bool:
        return self.records + self.photos > 0

    def quiet_for(self, now: str) -> timedelta:
        return datetime.fromisoformat(now) - datetime.fromisoformat(self.last_heard)

    def silent(self, now: str) -> bool:
        return self.holds and self.quiet_for(now) >= SILENT

    def stuck(self, now: str) -> bool:
        """It speaks, and what it made a day ago still does not come."""
        if not self.holds or not self.oldest_waiting or self.silent(now):
            return False
        made = datetime.fromisoformat(self.oldest_waiting)  # by the phone's own clock
        fast = timedelta(milliseconds=self.clock_offset)
        return datetime.fromisoformat(now) + fast - made >= SILENT


def note(db: Database, person_id: str, holding: Holding, now: str, user_agent: str = "") -> None:
    """The newest word of this phone. Another person's phone of the same id is another row: naming
    it overwrites nothing."""
    db.execute(
        "insert into devices (id, person, last_contact, last_heard, operations_waiting,"
        " photos_waiting, needs_you, highest_seq, oldest_waiting, clock_offset, app, waiting,"
        " user_agent) values (:id, :person, :now, :now, :operations, :photos, :needs_you, :seq,"
        " :oldest, :offset, :app, :waiting, :agent) on conflict (id, person) do update set"
        " last_contact = :now, last_heard = :now, operations_waiting = :operations,"
        " photos_waiting = :photos, needs_you = :needs_you, highest_seq = max(highest_seq, :seq),"
        " oldest_waiting = :oldest, clock_offset = :offset, app = :app, waiting = :waiting,"
        " user_agent = :agent",
        {
            "id": holding.device,
            "person": person_id,
            "now": now,
            "operations": holding.operations_waiting,
            "photos": holding.photos_waiting,
            "needs_you": holding.needs_you,
            "seq": holding.highest_seq,
            "oldest": holding.oldest_waiting,
            "offset": holding.clock_offset,
            "app": holding.app,
            "waiting": contact.kept(holding.waiting),
            "agent": user_agent[:300],
        },
    )


def heard(db: Database, person_id: str, operation_id: str, now: str) -> None:
    """A record or a photo came: its phone is not silent, though it said nothing new."""
    db.execute(
        "update devices set last_heard = :now where person = :person and id = (select device"
        " from operations where id = :id and made_by = :person limit 1)",
        {"id": operation_id, "person": person_id, "now": now},
    )


def standings(db: Database) -> list[Standing]:
    """Every phone, the one heard last first."""
    missing = _photos_missing(db)
    rows = db.query("select * from devices order by last_heard desc, id, person")
    return [_standing(db, row, missing.get((row["id"], row["person"]), 0)) for row in rows]


def _standing(db: Database, row: dict[str, Any], missing: int) -> Standing:
    came, waiting = _arrived(db, row), contact.told(row["waiting"])
    said = row["photos_waiting"]
    to_come = said if waiting is None else sum(one.photos for one in waiting)
    since = _photos_since(db, row) if said else 0
    return Standing(
        records=_records(row, waiting, came),
        photos=max(0, to_come - since),
        gaps=gaps(row["highest_seq"], came, waiting, row["operations_waiting"]),
        # Every photo the phone still has is among those it said: what is missing beyond is lost.
        photos_lost=max(0, missing - max(0, said - since)),
        **{name: row[name] for name in SAID},
    )


SAID = [
    *("id", "person", "last_contact", "last_heard", "needs_you", "oldest_waiting"),
    *("clock_offset", "app", "user_agent"),
]


def gaps(
    highest: int, came: list[Range], waiting: tuple[Waiting, ...] | None, operations: int
) -> list[Range]:
    """Numbers that are lost: made, never arrived, and not on the phone either.

    A number is a gap only when one and the same contact said that the phone had made it
    (`highest`) and that it no longer waits there: a record on its way is no gap, nor is one made
    after that contact. A phone too old to name its numbers says how many `operations` wait: when
    more than those are missing the rest is lost, and as phones send in order, it is the first.
    """
    missing = without([(1, highest)] if highest else [], came)
    if waiting is None:
        return lowest(missing, count(missing) - operations)
    return without(missing, [part for one in waiting for part in one.seqs])


def _records(row: dict[str, Any], waiting: tuple[Waiting, ...] | None, came: list[Range]) -> int:
    if waiting is None:
        return int(row["operations_waiting"])
    return count(without([part for one in waiting for part in one.seqs], came))


def _arrived(db: Database, row: dict[str, Any]) -> list[Range]:
    """The numbers that came, as ranges: each run of them has one difference to its row number."""
    who = {"id": row["id"], "person": row["person"]}
    mine = "from operations where device = :id and made_by = :person and seq is not null"
    [known] = db.query(f"select count(distinct seq) as n, max(seq) as last {mine}", who)
    if known["n"] == (known["last"] or 0):  # without a hole, as nearly every phone is
        return [(1, known["n"])] if known["n"] else []
    rows = db.query(
        "select min(seq) as first, max(seq) as last from (select seq, seq - row_number()"
        f" over (order by seq) as run from (select distinct seq {mine})) group by run",
        who,
    )
    return [(found["first"], found["last"]) for found in rows]


def _photos_since(db: Database, row: dict[str, Any]) -> int:
    """Photos of this phone that came after its last contact."""
    found = db.query(
        "select count(*) as n from operation_photos where arrived_at > :contact and operation_id"
        " in (select id from operations where device = :id and made_by = :person)",
        {"id": row["id"], "person": row["person"], "contact": row["last_contact"]},
    )
    return int(next(iter(found))["n"])


def _photos_missing(db: Database) -> dict[tuple[str, str], int]:
    """By phone: photos of what was applied that it, at its last contact, should still have had."""
    absent = "select operation_id from operation_photos where arrived_at is null"
    rows = db.query(
        "select d.id, d.person, count(*) as n from operations as o join operation_photos as p"
        " on p.operation_id = o.id and p.arrived_at is null join devices as d on d.id = o.device"
        " and d.person = o.made_by and o.received_at <= d.last_contact"
        # The few that miss something are looked up, and not everything ever delivered.
        f" where o.outcome in ('applied', 'conflict') and o.id in ({absent})"
        " group by d.id, d.person"
    )
    return {(row["id"], row["person"]): row["n"] for row in rows}


def waiting_of(db: Database, visit_id: str) -> list[dict[str, Any]]:
    """What phones say they still hold of this visit, less what came since."""
    rows = db.query(
        "select * from devices where waiting like '%' || :visit || '%' order by id, person",
        {"visit": visit_id},
    )
    found = []
    for row in rows:
        for one in contact.told(row["waiting"]) or ():
            records = count(without(one.seqs, _arrived(db, row)))
            if one.visit == visit_id and records:
                found.append(
                    {"person": row["person"], "last_heard": row["last_heard"], "records": records}
                )
    return found
