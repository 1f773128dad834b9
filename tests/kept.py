"""The manager at the desk of the year, and one enterprise of it that is long over."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlite_utils import Database

from tests.conftest import one
from webapp import db, leaving
from webapp.config import Settings
from webapp.queries import keeping as queries


def copied(year: Path, data: Path) -> Settings:
    shutil.copytree(year, data)
    for place in data.rglob("*"):
        aged(place)
    return replace(Settings(), data=data, password_rounds=1, disk_reserve=0)


def aged(place: Path) -> None:
    """As a file that was there long before."""
    os.utime(place, (0, 0))


def write(settings: Settings, sql: str, **params: Any) -> None:
    database = db.connect(settings.folder / "takan.db", readonly=False)
    database.execute(sql, params)
    database.close()


def read(settings: Settings) -> Database:
    return db.connect(settings.folder / "takan.db")


MOST = (
    "select e.enterprise_id from hazards as h join visits as v on v.id = h.visit_id"
    " join engagements as e on e.id = v.engagement_id join follow_ups as f on f.engagement_id = e.id"
    " where e.enterprise_id not in (select enterprise_id from holds)"
    " group by 1 order by count(*) desc limit 1"
)


class Office:
    """The manager at the desk of the year, years later for one enterprise."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self.settings, self.app = settings, app
        password = json.loads((settings.folder / "demo.json").read_text())["password"]
        self.client = app.test_client()
        self.client.post("/sign-in", data={"name": "admin", "password": password})
        with app.app_context():
            self.enterprise = one(read(settings), MOST)
        self.name = one(read(settings), "select name from enterprises where id = :id",
                        id=self.enterprise)  # fmt: skip

    def files(self) -> list[dict[str, Any]]:
        return queries.files(read(self.settings), db.today())

    def age(self) -> None:
        """Its contracts ended, and its visits were, long ago."""
        of = "(select id from engagements where enterprise_id = :id)"
        for sql in (
            "update engagements set starts_on = '2019-01-01', ends_on = '2019-12-31',"
            " ended_on = null where enterprise_id = :id",
            "update visits set started_at = '2019-05-01T01:00:00.000Z',"
            f" ended_at = '2019-05-01T03:00:00.000Z' where started_at is not null"
            f" and engagement_id in {of}",
            "update hazards set severity = 'general' where visit_id in"
            f" (select id from visits where engagement_id in {of})",
            f"update follow_ups set followed_up_on = '2019-12-30' where engagement_id in {of}",
            "update oversights set happened_on = '2019-12-30' where enterprise_id = :id",
        ):
            write(self.settings, sql, id=self.enterprise)

    def delete(self, name: str) -> Any:
        return self.client.post(f"/enterprises/{self.enterprise}/delete", data={"name": name})


def unique_words(database: Database, enterprise: str) -> list[str]:
    """What stands nowhere but in its file."""
    found = next(
        iter(database.query("select * from enterprises where id = :id", {"id": enterprise}))
    )
    of = "visit_id in (select v.id from visits as v join engagements as e on e.id ="
    of += " v.engagement_id where e.enterprise_id = :id) limit 1"
    code = one(database, f"select code from confirmations where {of}", id=enterprise)
    ink = one(database, "select hash from signatures where confirmation_id in (select id from"
              f" confirmations where {of})", id=enterprise)  # fmt: skip
    return [found["credit_code"], found["phone"], found["address"], code, ink]


def sent(database: Database, operations: list[str]) -> dict[str, Any]:
    """One of its hazards, as the phone sent it."""
    rows = database.query(
        "select cast(body as text) as body from operations where kind = 'hazard.record' and id in"
        " (select value from json_each(:ids)) order by server_seq limit 1",
        {"ids": json.dumps(operations)},
    )
    found: dict[str, Any] = {"text": next(iter(rows))["body"]}
    return {**json.loads(found["text"]), **found}


def bytes_of(settings: Settings) -> bytes:
    return b"".join(place.read_bytes() for place in settings.folder.glob("takan.db*"))


def photo(settings: Settings, data: bytes, hazard: str) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    place = leaving.places(settings.folder, "photos", sha256)[0]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    aged(place)
    row = {"sha256": sha256, "hazard": hazard, "place": len(data) + 90}
    write(settings, "insert into photos values (:sha256, 5, 'image/jpeg', '2026-01-01T00:00:00.000Z')"
          " on conflict do nothing", **row)  # fmt: skip
    write(settings, "insert into hazard_photos values (:hazard, :place, :sha256, 'x')", **row)
    return sha256
