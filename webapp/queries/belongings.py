"""What of the whole database belongs to one enterprise, found by the foreign keys, so that a table
of tomorrow is not forgotten; and which files nothing else names."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

Rows = dict[str, set[int]]  # table → rowids
Files = set[tuple[str, str]]
TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
_PAYLOAD = "json_extract(cast(body as text), '$.payload.{}')"


@dataclass(frozen=True)
class Belongings:
    """`operations`, `signers`: ids. `links`: seqs of the trail. `files`: (folder, sha256)."""

    rows: Rows
    operations: list[str]
    links: list[int]
    signers: list[str]
    files: list[tuple[str, str]]
    waiting: int  # delivered and not decided: nobody may delete what nobody has read

    def count(self, table: str) -> int:
        return len(self.rows.get(table, ()))


def of(db: Database, enterprise_id: str) -> Belongings:
    rows = reached(db, enterprise_id)
    ids = identities(db, rows)
    operations = operations_of(db, ids)
    signers = signers_of(db, enterprise_id)
    links = links_of(db, [*ids, *signers], operations)
    files = files_of(db, rows, operations)
    undecided = waiting(db, operations) + held(db, rows)
    return Belongings(rows, operations, links, signers, files, undecided)


def reached(db: Database, enterprise_id: str) -> Rows:
    """From the enterprise down to every row that hangs on it."""
    below = children(db)
    found: Rows = defaultdict(set)
    sql = "select rowid as n from enterprises where id = :id"
    found["enterprises"] = {row["n"] for row in db.query(sql, {"id": enterprise_id})}
    look = ["enterprises"]
    while look:
        parent = look.pop()
        for child, column, named in below[parent]:
            new = hanging(db, child, column, parent, named, found[parent]) - found[child]
            if new:
                found[child] |= new
                look.append(child)
    return {table: ids for table, ids in found.items() if ids}


def children(db: Database) -> dict[str, list[tuple[str, str, str]]]:
    """Parent → (child table, its column, the parent's column)."""
    below = defaultdict(list)
    sql = (
        'select m.name, f."table" as parent, f."from" as here, coalesce(f."to", \'id\') as there'
        " from sqlite_master as m join pragma_foreign_key_list(m.name) as f where m.type = 'table'"
    )
    for row in db.query(sql):
        below[row["parent"]].append((row["name"], row["here"], row["there"]))
    return below


def hanging(
    db: Database, child: str, column: str, parent: str, named: str, rowids: set[int]
) -> set[int]:
    sql = (
        f"select rowid as n from {child} where {column} in (select {named} from {parent}"
        " where rowid in (select value from json_each(:ids)))"
    )
    return {row["n"] for row in db.query(sql, {"ids": json.dumps(list(rowids))})}


def columns(db: Database, table: str) -> set[str]:
    return {row["name"] for row in db.query("select name from pragma_table_info(:t)", {"t": table})}


def identities(db: Database, rows: Rows) -> list[str]:
    return [
        row["id"]
        for table, rowids in rows.items()
        if "id" in columns(db, table)
        for row in _picked(db, table, "id", rowids)
    ]


def _picked(db: Database, table: str, column: str, rowids: set[int]) -> list[dict[str, Any]]:
    sql = f"select {column} from {table} where rowid in (select value from json_each(:ids))"
    return list(db.query(sql, {"ids": json.dumps(list(rowids))}))


def operations_of(db: Database, ids: list[str]) -> list[str]:
    """Whatever a phone said about one of its visits or engagements, applied or not."""
    sql = (
        f"select distinct id from operations where {_PAYLOAD.format('visit_id')} in"
        " (select value from json_each(:ids))"
        f" or {_PAYLOAD.format('engagement_id')} in (select value from json_each(:ids))"
    )
    return [row["id"] for row in db.query(sql, {"ids": json.dumps(ids)})]


def links_of(db: Database, ids: list[str], operations: list[str]) -> list[int]:
    sql = (
        "select seq from trail where action <> 'erase' and (operation_id in"
        " (select value from json_each(:operations)) or substr(subject, instr(subject, ' ') + 1)"
        " in (select value from json_each(:ids)))"
    )
    given = {"ids": json.dumps(ids), "operations": json.dumps(operations)}
    return [row["seq"] for row in db.query(sql, given)]


def signers_of(db: Database, enterprise_id: str) -> list[str]:
    """The enterprise's own people, also those who were removed, unless another has or had them."""
    tied = (
        "select substr(subject, 8) from trail where action in ('signer.add', 'signer.remove')"
        " and json_extract(detail, '$.enterprise')"
    )
    sql = (
        "select id from people where role = 'safety_manager' and (id in (select person_id from"
        f" enterprise_people where enterprise_id = :id) or id in ({tied} = :id))"
        " and id not in (select person_id from enterprise_people where enterprise_id <> :id)"
        f" and id not in ({tied} in (select id from enterprises where id <> :id))"
    )
    return [row["id"] for row in db.query(sql, {"id": enterprise_id})]


# Their rows name bytes and belong to nobody; operation_photos belong to their operation.
HOLDERS = {"photos", "papers", "operation_photos", "files_to_go"}


def files_of(db: Database, rows: Rows, operations: list[str]) -> list[tuple[str, str]]:
    """Named by what goes and by nothing that stays: two enterprises may share a photo."""
    going, staying = _named(db, rows)
    slips = _picked(db, "confirmations", "id", rows.get("confirmations", set()))
    ids = json.dumps([row["id"] for row in slips])
    sql = "select sha256 from papers where subject in (select value from json_each(:ids))"
    going |= {("papers", row["sha256"]) for row in db.query(sql, {"ids": ids})}
    sql = (
        "select sha256, operation_id in (select value from json_each(:ids)) as mine"
        " from operation_photos"
    )
    for row in db.query(sql, {"ids": json.dumps(operations)}):
        (going if row["mine"] else staying).add(("photos", row["sha256"]))
    return sorted(going - staying)


def _named(db: Database, rows: Rows) -> tuple[Files, Files]:
    """By any table with a hash: what only goes, and what also stays."""
    going: Files = set()
    staying: Files = set()
    for table in sorted({row["name"] for row in db.query(TABLES)} - HOLDERS):
        for column in columns(db, table) & {"sha256", "image"}:
            folder = "attachments" if table == "attachments" else "photos"
            for row in db.query(f"select rowid as n, {column} as sha256 from {table}"):
                mine = row["n"] in rows.get(table, ())
                (going if mine else staying).add((folder, row["sha256"]))
    return going, staying


def waiting(db: Database, operations: list[str]) -> int:
    sql = (
        "select (select count(*) from set_aside where decision is null and operation_id in"
        "  (select value from json_each(:ids))) + (select count(*) from operations as o"
        "  where o.id in (select value from json_each(:ids)) and o.outcome = 'refused'"
        "  and o.device <> 'web' and not exists (select 1 from refusals_settled as r"
        "   where r.operation_id = o.id and r.digest = o.digest)) as n"
    )
    return int(next(iter(db.query(sql, {"ids": json.dumps(operations)})))["n"])


def held(db: Database, rows: Rows) -> int:
    """Delivered in a kind that this server does not know yet, about its visits or engagements."""
    ids = [
        row["id"]
        for table in ("visits", "engagements")
        for row in _picked(db, table, "id", rows.get(table, set()))
    ]
    sql = (
        "select count(*) as n from held_operations where exists (select 1 from json_each(:ids)"
        " where instr(cast(body as text), value))"
    )
    return int(next(iter(db.query(sql, {"ids": json.dumps(ids)})))["n"])
