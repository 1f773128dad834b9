"""What must be true of the server's folder after every fault: read from the database and the disk."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from tests.faults.delivery import Phone
from tests.faults.invariant import check_whole
from webapp import photos
from webapp.db import connect

MADE_BY = (("hazards", "hazard.record"), ("signatures", "confirmation.sign"))


def check_decided(database: Any) -> None:
    """Each record was made by its own operation, and the trail is what was decided."""
    for table, kind in MADE_BY:
        records = [row["id"] for row in database.query(f"select id from {table}")]
        sql = "select id from operations where kind = :kind and outcome = 'applied'"
        operations = [row["id"] for row in database.query(sql, {"kind": kind})]
        assert sorted(operations) == sorted(records), f"{table} are not what {kind} made"
    sql = "select operation_id from trail where operation_id is not null order by seq"
    chained = [row["operation_id"] for row in database.query(sql)]
    sql = "select id, server_seq from operations order by server_seq"
    decided = [(row["id"], row["server_seq"]) for row in database.query(sql)]
    assert chained == [id_ for id_, _ in decided], "the trail is not what was decided"
    assert [seq for _, seq in decided] == list(range(1, len(decided) + 1))


def check_photos(database: Any, folder: Path) -> None:
    """A row means a whole photo under its hash."""
    for row in database.query("select sha256, size from photos"):
        file = photos.path(folder, row["sha256"])
        assert file.exists(), "a photo's row without its file"
        data = file.read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"], "other bytes than the name says"
        assert len(data) == row["size"]
    sql = "select 1 from operation_photos where arrived_at is not null and sha256 not in (select sha256 from photos)"
    assert not list(database.query(sql)), "called arrived without a photo"


def check_left_over(folder: Path) -> None:
    for part in ("photos", "papers", "thumbnails"):
        assert not list((folder / part).rglob(".*")), "a temporary file was left"
    assert not list((folder / "incoming").glob("*")), "pieces of a photo that arrived were left"


def check(folder: Path, phone: Phone, scratch: Path, complete: bool = False) -> None:
    """Everything acknowledged is there, once and whole; nothing else is. Looks at a copy, so that
    the next server finds the log as the last one left it."""
    scratch.mkdir(parents=True)
    for name in ("takan.db", "takan.db-wal"):
        if (folder / name).exists():
            shutil.copy(folder / name, scratch / name)
    database = connect(scratch / "takan.db")
    try:
        check_delivery(database, phone, complete)
        check_photos(database, folder)
        check_decided(database)
        check_whole(database)
    finally:
        database.close()
        shutil.rmtree(scratch)


def check_delivery(database: Any, phone: Phone, complete: bool) -> None:
    sql = "select * from operations where device = :device"
    rows = list(database.query(sql, {"device": phone.planned.device}))
    there = {row["id"]: row for row in rows}
    made = {json.loads(body)["id"]: body for body in phone.planned.operations}
    assert len(rows) == len(there), "one operation twice"
    assert set(there) <= set(made), "something nobody made"
    assert set(phone.receipts) <= set(there), "acknowledged and not there"
    for operation_id, row in there.items():
        assert bytes(row["body"]) == made[operation_id]
        receipt = phone.receipts.get(operation_id)
        assert receipt is None or row["receipt"].encode() == receipt, "not the receipt it gave"
    sql = "select sha256 from operation_photos where arrived_at is not null"
    known = {row["sha256"] for row in database.query(sql)}
    assert phone.arrived <= known, "a photo acknowledged and not there"
    if complete:
        assert set(there) == set(made) == set(phone.receipts)
        assert phone.arrived == set(phone.planned.photos)
        check_outcomes(database, phone)


def check_outcomes(database: Any, phone: Phone) -> None:
    """The last operation is an edit made on a version that never was: it overwrote nothing."""
    outcomes = [json.loads(receipt)["outcome"] for receipt in phone.receipts.values()]
    kept_apart = ["applied"] * (len(outcomes) - 1) + ["conflict"]
    assert outcomes == kept_apart, "a late edit was not kept apart"
    record, edit = (json.loads(phone.planned.operations[n]) for n in (1, -1))
    rows = list(database.query("select * from hazards where id = :id", {"id": record["id"]}))
    assert rows[0]["description"] == record["payload"]["description"], "overwritten"
    assert rows[0]["latest_operation"] == record["id"]
    assert edit["payload"]["description"] != record["payload"]["description"]
    sql = "select count(*) as n from hazards where visit_id = :visit"
    count = next(iter(database.query(sql, {"visit": record["payload"]["visit_id"]})))["n"]
    assert count == 1, "one hazard became several"
