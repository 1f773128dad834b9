"""What must be true after every fault, read from the phone's store, the database and the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from sync import trail
from tests.e2e.server import Server
from webapp import photos
from webapp.db import connect

# The current person's store: operations as they stand, and which pictures are still there.
STORE = """async () => {
  const done = a => new Promise((ok, no) => { a.onsuccess = () => ok(a.result); a.onerror = () => no(a.error); });
  const open = name => done(indexedDB.open(name));
  const read = (db, name, how, ...given) => done(db.transaction(name).objectStore(name)[how](...given));
  const device = await open('takan-device');
  const person = await read(device, 'current', 'get', 'person');
  const db = await open('takan-' + person);
  const operations = await read(db, 'operations', 'getAll');
  const drafts = await read(db, 'drafts', 'getAll');
  const kept = await read(db, 'photos', 'getAllKeys');
  device.close(); db.close();
  return {kept, drafts, operations: operations.map(o => ({id: o.id, digest: o.digest, kind: o.kind, seq: o.seq,
    state: o.state, photos: o.photos, payload: o.payload, device: o.device, receipt: o.receipt, body: o.body,
    problem: o.problem, photos_sent: o.photos_sent, photos_parked: o.photos_parked, photos_lost: o.photos_lost ?? []}))};
}"""


def store(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(STORE)
    return found


def check(
    page: Page, server: Server, *others: Page, also: Iterable[str] = (),
    gone: Sequence[dict[str, Any]] = (), may_lose: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Every operation that these phones saved and call delivered is there once, whole, and so is
    what met another change, beside it; nothing is there that none of them (nor whoever saved
    `also`) saved; what has not arrived still has its pictures. Where a browser threw the first
    phone's store away, `gone` is what had been delivered before, and a picture `may_lose` itself,
    if the phone says which. Returns the first phone's store."""
    phones = [store(one) for one in (page, *others)]
    phones[0]["operations"] += gone
    if not may_lose:
        assert not [one for one in phones[0]["operations"] if one["photos_lost"]], "a picture lost"
    return checked(server, *phones, also=also)


def checked(server: Server, *phones: dict[str, Any], also: Iterable[str] = ()) -> dict[str, Any]:
    """The same of stores already read, whatever browser they were read in."""
    folder = next(server.data.glob("*/takan.db")).parent
    database = connect(folder / "takan.db")
    sql = "select id, digest, outcome, body from operations where device not in ('demo', 'web')"
    there = {(row["id"], row["digest"]): row for row in database.query(sql)}
    for phone in phones:
        check_phone(phone, there, folder)
    assert len({key[0] for key in there}) == len(there), "one record twice"
    known = {one["id"] for phone in phones for one in phone["operations"]}
    assert {key[0] for key in there} <= {*known, *also}, "something nobody saved"
    assert len(known) == sum(len(phone["operations"]) for phone in phones), "one id on two phones"
    check_whole(database)
    check_settled(database, [one for phone in phones for one in phone["operations"]])
    database.close()
    return phones[0]


def check_phone(phone: dict[str, Any], there: dict[tuple[str, str], Any], folder: Path) -> None:
    """One phone's own numbering, bytes and pictures against what the server has."""
    numbers = sorted(operation["seq"] for operation in phone["operations"])
    assert numbers == list(range(1, len(numbers) + 1)), "a gap or a double in the numbering"
    for one in phone["operations"]:
        assert hashlib.sha256(one["body"].encode()).hexdigest() == one["digest"]
        check_one(folder, one, set(phone["kept"]), there.get((one["id"], one["digest"])))


def outcome_of(one: dict[str, Any]) -> str:
    """What the phone believes the server did with it; "" while anything of it is on its way."""
    if one["state"] == "delivered":
        return "applied"
    decided = (one["receipt"] or {}).get("outcome") == "conflict"
    return "conflict" if decided and one["state"] in ("needs_you", "settled") else ""


def check_one(folder: Path, one: dict[str, Any], kept: set[str], row: Any) -> None:
    outcome = outcome_of(one)
    if not outcome:
        here = {sha256 for sha256 in one["photos_sent"] if arrived(folder, sha256)}
        missing = {photo["sha256"] for photo in one["photos"]} - {*kept, *here, *one["photos_lost"]}
        assert not missing, f"waits without its picture: {one}"
        return
    assert row, "called delivered and not there"
    assert row["outcome"] == outcome
    assert bytes(row["body"]) == one["body"].encode()
    for photo in one["photos"]:
        assert arrived(folder, photo["sha256"]), "called delivered without its photo"
        assert photos.path(folder, photo["sha256"]).stat().st_size == photo["size"]


def arrived(folder: Path, sha256: str) -> bool:
    """Whether the office has the picture's bytes."""
    file = photos.path(folder, sha256)
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def check_settled(database: Any, operations: list[dict[str, Any]]) -> None:
    """A phone that asks nobody any more about what met another change is right: somebody chose,
    its author went on writing, or the choice waits on one of these phones."""
    kept = {row["operation_id"]: row for row in database.query("select * from versions")}
    gone_on = {row[name] for row in kept.values() for name in ("base", "resolves")}
    choices = {o["payload"].get("resolves") for o in operations if not outcome_of(o)}
    for one in operations:
        if one["state"] == "settled":
            chosen = kept[one["id"]]["settled_by"] or one["id"] in gone_on | choices
            assert chosen, "settled by nobody"


def check_whole(database: Any) -> None:
    """Each record of the domain once, what met another change kept, the trail unbroken, the file
    sound."""
    for table, kind in (
        ("hazards", "hazard.record"),
        ("signatures", "confirmation.sign"),
    ):
        records = [row["id"] for row in database.query(f"select id from {table}")]
        sql = "select id from operations where kind = :kind and outcome = 'applied'"
        operations = {row["id"] for row in database.query(sql, {"kind": kind})}
        assert operations <= set(records)
        assert len(set(records)) == len(records)
    sql = "select id from operations where receipt like '%edited_meanwhile%'"
    met = [row["id"] for row in database.query(sql)]
    beside = []
    if database["versions"].exists():  # a database before its migration has none
        beside = [row["id"] for row in database.query("select operation_id as id from versions")]
    assert sorted(met) == sorted(beside), "a change that met another one is not kept beside it"
    assert trail.verify(database) is None
    assert next(iter(database.query("pragma integrity_check")))["integrity_check"] == "ok"
    assert not list(database.query("pragma foreign_key_check"))
