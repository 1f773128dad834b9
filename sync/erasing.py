"""Text that must not be kept any longer goes; that it was there, and what was answered, stays.

An erased operation keeps its id, digest and frozen receipt, an erased link its place and hash in
the chain: a phone that sends again hears what it heard, and the chain still closes. Of every such
row as it was left there is a stub, and the link that logs the erasure carries the digest of all
its stubs: no row can be called erased without an entry in the log, and none changed afterwards
unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from sync import trail

ACTION = "erase"
BLANK = "{}"
OPERATION = ("id", "digest", "kind", "made_at", "made_by", "device", "seq", "base", "outcome",
             "receipt", "server_seq", "received_at")  # fmt: skip
LINK = ("seq", "at", "operation_id", "person", "action", "subject", "previous", "hash")
Row = dict[str, Any]
# (noun, id, digest): an operation, or a link by its seq
Key = tuple[str, str, str]


def blank(text: str) -> str:
    """Nothing is left; still JSON, for who reads it later."""
    return BLANK


def erase(
    db: Database, operations: Collection[str], links: Collection[int], at: str, person: str,
    subject: str, why: Mapping[str, Any], left: Callable[[str], str] = blank,
) -> int:  # fmt: skip
    """In the caller's transaction; the seq of the log entry. `left` says what remains of a text:
    one that it does not change is not erased. Log entries themselves are never erased."""
    chosen = {"ids": json.dumps(list(operations)), "links": json.dumps(list(links))}
    done = [*_operations(db, chosen, left), *_links(db, chosen, left)]
    said = {**why, "erased": len(done), "digest": _digest(stub for _, stub in done)}
    trail.append(db, at, None, person, ACTION, subject, said)
    log = next(iter(db.query("select max(seq) as seq from trail")))["seq"]
    for (noun, key, digest), stub in done:
        db.execute(
            "insert into erasures (log, noun, id, digest, stub)"
            " values (:log, :noun, :id, :digest, :stub)",
            {"log": log, "noun": noun, "id": key, "digest": digest, "stub": stub},
        )
    return int(log)


def _operations(db: Database, chosen: Row, left: Callable[[str], str]) -> Iterator[tuple[Key, str]]:
    sql = (
        "select * from operations where id in (select value from json_each(:ids))"
        " order by id, digest"
    )
    for row in list(db.query(sql, chosen)):
        text = bytes(row["body"]).decode()
        if (rest := left(text)) != text:
            row["body"] = rest.encode()
            db.execute(
                "update operations set body = :body where id = :id and digest = :digest", row
            )
            yield ("operation", row["id"], row["digest"]), stub_of_operation(row)


def _links(db: Database, chosen: Row, left: Callable[[str], str]) -> Iterator[tuple[Key, str]]:
    sql = (
        "select * from trail where action <> 'erase' and (seq in (select value from"
        " json_each(:links)) or operation_id in (select value from json_each(:ids))) order by seq"
    )
    for row in list(db.query(sql, chosen)):
        if (rest := left(row["detail"])) != row["detail"]:
            row["detail"] = rest
            db.execute("update trail set detail = :detail where seq = :seq", row)
            yield ("link", str(row["seq"]), ""), stub_of_link(row)


def stub_of_operation(row: Row) -> str:
    return _stub([row[name] for name in OPERATION], bytes(row["body"]))


def stub_of_link(row: Row) -> str:
    return _stub([row[name] for name in LINK], row["detail"].encode())


def _stub(values: list[Any], rest: bytes) -> str:
    told = json.dumps([*values, hashlib.sha256(rest).hexdigest()], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _digest(stubs: Collection[str] | Iterator[str]) -> str:
    return hashlib.sha256("".join(sorted(stubs)).encode()).hexdigest()


def stubs(db: Database) -> dict[Key, str]:
    """What each erased row must look like now: the last erasure counts."""
    rows = db.query("select noun, id, digest, stub from erasures order by log")
    return {(row["noun"], row["id"], row["digest"]): row["stub"] for row in rows}


def unlogged(db: Database) -> list[int]:
    """Erasures that the trail does not name as they stand; empty is good. The trail itself is
    verified apart."""
    claimed: dict[int, list[str]] = {}
    for row in db.query("select log, stub from erasures"):
        claimed.setdefault(row["log"], []).append(row["stub"])
    logged = {
        row["seq"]: row["detail"]
        for row in db.query("select seq, detail from trail where action = 'erase'")
    }
    return sorted(
        log
        for log in {*claimed, *logged}
        if f'"digest":"{_digest(claimed.get(log, []))}"' not in logged.get(log, "")
    )
