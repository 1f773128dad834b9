"""A real institution to deliver into: its database on disk, the application's handlers, and the
write lock the routes use; no HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from sync import inbox
from tests.conftest import Phone, one
from tests.test_hazards import fields
from tests.test_visits import signature, start
from webapp import db
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.queries import contexts
from webapp.standard import slip as standard

NOW = "2026-11-23T01:10:00.000Z"
TEXTS = {"content": "检查", "process": "逐区", "result": "一项"}
Made = dict[str, Any]


class Maker(Phone):
    """Makes operations; sends nothing."""

    def __init__(self, person: str) -> None:
        super().__init__(None, person)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Site:
    """`folder` is the institution's; `visit` is today's, planned and not begun."""

    folder: Path
    visit: str
    engagement: str
    people: Mapping[str, str]

    def app(self) -> Flask:
        app = Flask("site")
        app.config["FOLDER"] = self.folder
        return app

    def copy(self, place: Path) -> Site:
        place.mkdir(parents=True)
        shutil.copy(self.folder / "takan.db", place / "takan.db")
        return Site(place, self.visit, self.engagement, self.people)

    def dump(self) -> dict[str, list[str]]:
        """Every row of every table: two sites alike have gone through the same."""
        database = db.connect(self.folder / "takan.db")
        found = {
            name: sorted(
                repr(list(row.values())) for row in database.query(f"select * from {name}")
            )
            for name in database.table_names()
        }
        database.close()
        return found


def seed(demo: Path) -> Site:
    database = db.connect(demo / "institution" / "takan.db")
    people = {row["sign_in_name"]: row["id"] for row in database.query("select * from people")}
    sql = "select id from visits where number = 2 order by planned_on limit 1"
    visit = one(database, sql)
    engagement = one(database, "select engagement_id from visits where id = :id", id=visit)
    database.close()
    return Site(demo / "institution", visit, engagement, people)


def deliver(body: bytes) -> inbox.Taken:
    """As the route does it, inside an application context."""
    with db.writing() as database:
        return inbox.take(database, body, json.loads(body)["made_by"], HANDLERS, NOW)


def body(operation: Made) -> bytes:
    return json.dumps(operation, ensure_ascii=False).encode()


def whole_visit(site: Site) -> list[Made]:
    """One operation of each kind, each of which is applied when all before it are; the last two
    are an edit that comes too late and the first operation's id with other bytes."""
    li = Maker(site.people["li"])
    begun = li.operation("visit.start", start(site.visit, site.engagement))
    picture = {"sha256": "a" * 64, "size": 5, "type": "image/jpeg"}
    hazard = fields(site.visit, photos=["a" * 64])
    record = li.operation("hazard.record", hazard, photos=[picture])
    changed = {**hazard, "hazard_id": record["id"], "description": "改过"}
    edit = li.operation("hazard.edit", changed, base=record["id"])
    ended = {"visit_id": site.visit, "also_present": "", "accompanied_by": "赵敏"}
    ids = {"visit_id": site.visit, "hazard_id": record["id"]}
    came = {**start(site.visit, site.engagement), "code": ""}
    return [
        begun, li.operation("visit.join", came), record, edit,
        li.operation("hazard.withdraw", {**ids, "reason": "重复"}),
        li.operation("visit.end", ended),
        li.operation("record.write", {"visit_id": site.visit, **TEXTS}),
        *slip(site, li),
        li.operation("hazard.edit", {**changed, "description": "晚到"}, base=new_id()),
        {**begun, "payload": {**begun["payload"], "accompanied_by": "别人"}},
    ]  # fmt: skip


def slip(site: Site, phone: Phone) -> list[Made]:
    """Signed by both, and a second slip completed by its photo in ink."""
    database = db.connect(site.folder / "takan.db")
    context = contexts.visit(database, phone.person, site.visit)
    database.close()
    assert context is not None
    first = signature(phone, context, "consultant")
    text = first["payload"]["slip"]
    hashed = standard.sha256(first["payload"]["signed"])
    known = {"id": first["id"], "slip": text, "signatures": [{"hash": hashed}]}
    second = signature(phone, {**context, "confirmation": known}, "enterprise")
    later = {**context, "record": {**context["record"], "content": "补充"}}
    third = signature(phone, later, "consultant")
    photo = {"sha256": "b" * 64, "size": 5, "type": "image/jpeg"}
    told = {
        "visit_id": site.visit, "slip": third["payload"]["slip"], "satisfaction": "satisfied",
        "comments": "", "signer_name": "赵敏", "signer_post": "安全总监", "photos": ["b" * 64],
    }  # fmt: skip
    return [first, second, third, phone.operation("confirmation.ink", told, photos=[photo])]
