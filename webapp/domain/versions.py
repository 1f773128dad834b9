"""两处修改: two people changed one thing; nothing is overwritten, a person chooses.

An operation that was not applied is a version. Who goes on writing makes a chain of them: only
its newest is offered, and choosing about it settles the whole chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from sync.inbox import Arrival
from sync.operation import Operation
from webapp.domain import payload

Said = dict[str, Any]


class Subject(NamedTuple):
    """What two people changed: a hazard, or the service record of a visit. As text, as the trail
    names it."""

    visit_id: str
    hazard_id: str | None = None

    def __str__(self) -> str:
        return f"hazard {self.hazard_id}" if self.hazard_id else f"service_record {self.visit_id}"


def weigh(
    db: Database, operation: Operation, subject: Subject, latest: str | None, now: Said, said: Said
) -> Literal["write", "nothing", "keep"]:
    """What stands (`now`), what is meant (`said`) and what it was made on, weighed against each
    other: where nothing differs there is nothing for a person to choose."""
    if said == now:
        return "nothing"
    if operation.base == latest:
        return "write"
    about = named(operation).get("resolves")
    if _changed_nothing(db, operation, subject, said) and (not about or _open(db, about)):
        return "nothing"
    return "keep"


def named(operation: Operation) -> Said:
    """For the trail: the version this operation decides about."""
    resolves = payload.text(operation, "resolves")
    return {"resolves": resolves} if resolves else {}


def _changed_nothing(db: Database, operation: Operation, subject: Subject, said: Said) -> bool:
    """It says what its own base said, and that was ours once: another's later edit stands."""
    rows = db.query(
        "select json_extract(detail, '$.after') as after from trail where subject = :subject"
        " and operation_id = :base and json_extract(detail, '$.outcome') = 'applied'",
        {"subject": str(subject), "base": operation.base},
    )
    return any({name: json.loads(row["after"]).get(name) for name in said} == said for row in rows)


def _open(db: Database, version_id: str) -> bool:
    rows = db.query(
        "select 1 from versions where operation_id = :id and settled_by is null",
        {"id": version_id},
    )
    return any(rows)


def keep(
    db: Database,
    operation: Operation,
    arrival: Arrival,
    subject: Subject,
    fields: Said,
    brought: dict[str, str],
) -> None:
    """Beside what stands, all of it."""
    row = {
        "operation_id": operation.id,
        "kind": operation.kind,
        **subject._asdict(),
        "base": operation.base,
        "resolves": named(operation).get("resolves"),
        "fields": json.dumps(fields, ensure_ascii=False),
        "made_by": operation.made_by,
        "made_at": operation.made_at,
        "received_at": arrival.received_at,
    }
    names = list(row)
    db.execute(
        f"insert into versions ({', '.join(names)}) values ({', '.join(':' + n for n in names)})",
        row,
    )
    for position, (sha256, operation_id) in enumerate(brought.items()):
        db.execute(
            "insert into version_photos (version_id, position, sha256, operation_id)"
            " values (:id, :position, :sha256, :operation)",
            {"id": operation.id, "position": position, "sha256": sha256, "operation": operation_id},
        )
    _chosen_before(db, operation, subject)


def _chosen_before(db: Database, operation: Operation, subject: Subject) -> None:
    """After a restore a choice may come before what it was about, and an edit before its base."""
    db.execute(
        "update versions set (settled_by, settled_at) = (select by, at from ("
        " select operation_id as by, at from trail where subject = :subject"
        "  and json_extract(detail, '$.outcome') = 'applied'"
        "  and json_extract(detail, '$.after.resolves') = :id"
        " union all select settled_by, settled_at from versions where base = :id or resolves = :id)"
        " order by at is null limit 1) where operation_id = :id",
        {"id": operation.id, "subject": str(subject)},
    )


def agreeing(db: Database, subject: Subject, kind: str, said: Said) -> list[str]:
    """Open versions that say what has just been written: nobody has to choose about them."""
    rows = db.query(
        "select v.operation_id as id, v.fields, (select json_group_array(p.sha256) from"
        "  (select sha256 from version_photos where version_id = v.operation_id"
        "   order by position) as p) as photos from versions as v where v.kind = :kind"
        " and v.settled_by is null and v.visit_id = :visit_id and v.hazard_id is :hazard_id",
        {**subject._asdict(), "kind": kind},
    )
    found = {r["id"]: {**json.loads(r["fields"]), "photos": json.loads(r["photos"])} for r in rows}
    return [one for one, words in found.items() if {**words, **said} == words]


def settle(
    db: Database,
    operation: Operation,
    arrival: Arrival,
    subject: Subject,
    agree: Iterable[str] = (),
) -> tuple[str, ...]:
    """Chosen: the version named, or gone on from, those that agree, and all these were made on.
    Flags."""
    resolves = named(operation).get("resolves")
    rows = db.query(
        "with recursive chain (id) as (select operation_id from versions"
        "  where operation_id in (select value from json_each(:about))"
        "  and visit_id = :visit_id and hazard_id is :hazard_id"
        " union select o.operation_id from versions as v join chain on v.operation_id = chain.id"
        "  join versions as o on o.operation_id in (v.base, v.resolves))"
        " update versions set settled_by = :by, settled_at = :at"
        " where settled_by is null and operation_id in (select id from chain)"
        " returning operation_id",
        {
            **subject._asdict(),
            "about": json.dumps([resolves, operation.base, *agree]),
            "by": operation.id,
            "at": arrival.received_at,
        },
    )
    settled = {row["operation_id"] for row in rows}
    return ("settled_before",) if resolves and resolves not in settled else ()
