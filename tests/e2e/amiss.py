"""An office where everything that can be amiss with phones is: for looking at its pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from sync import devices, inbox
from sync.contact import Holding, Waiting
from tests.conftest import one
from tests.e2e.server import Server
from tests.test_hazards import fields
from webapp.db import connect
from webapp.ids import new_id
from webapp.operations import handlers_for

XIAOMI = "Mozilla/5.0 (Linux; U; Android 13; zh-cn; M2012K11AC Build/TKQ1) Chrome/112.0 XiaoMi/MiuiBrowser/18.2"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Version/17.1 Safari/604.1"


def ago(**time: float) -> str:
    then = datetime.now(UTC) - timedelta(**time)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Office:
    def __init__(self, db: Database) -> None:
        self.db = db
        people = db.query("select sign_in_name, id from people where sign_in_name is not null")
        self.ids = {row["sign_in_name"]: row["id"] for row in people}
        self.visit = one(db, "select visit_id from confirmations")
        self.seq = 0

    def deliver(
        self, who: str, kind: str, payload: dict[str, Any], active: bool = True, photos: int = 0
    ) -> None:
        self.seq += 1
        named = [f"{self.seq:032x}{n:032x}" for n in range(photos)]
        if kind == "hazard.record":
            payload = {**fields(self.visit, f"X{self.seq}", photos=named), **payload}
        made = {
            "id": new_id(), "kind": kind, "payload": payload, "made_at": ago(hours=30), "made_by": self.ids[who],
            "device": f"{who}-phone", "seq": self.seq, "base": None, "app": "old",
            "photos": [{"sha256": sha256, "size": 9, "type": "image/jpeg"} for sha256 in named],
        }  # fmt: skip
        inbox.take(
            self.db, json.dumps(made).encode(), self.ids[who], handlers_for(active), ago(hours=29)
        )

    def contact(self, who: str, device: str, at: str, agent: str = XIAOMI, **more: Any) -> None:
        waiting = (Waiting(self.visit, more.pop("seqs", []), more.pop("photos", 0)),)
        photos = waiting[0].photos
        said = {
            "device": device, "operations_waiting": photos, "photos_waiting": photos, "highest_seq": 0,
            "oldest_waiting": ago(hours=30), "clock_offset": 0, "app": "old", "waiting": waiting, **more,
        }  # fmt: skip
        devices.note(self.db, self.ids[who], Holding(**said), at, agent)

    def untold(self) -> None:
        """The institution's robot takes nothing since two days."""
        row = {"id": new_id(), "admin": self.ids["admin"], "at": ago(days=2)}
        self.db.execute(
            "insert into channels (id, kind, address, language, added_by, added_at, error)"
            " values (:id, 'wecom', '0b1f2c3d-de02', 'zh', :admin, :at, 'not_taken 93000')",
            row,
        )
        self.db.execute(
            "insert into notices (kind, subject, channel_id, made_at, due_at, tries, error)"
            " values ('digest', '2026-11-01', :id, :at, :at, 9, 'not_taken 93000')",
            row,
        )


def make(server: Server) -> None:
    """A silent phone with a gap, one in order, one long forgotten; a deactivated person's work,
    a refused record, one of an unknown kind; and photos that are still on their way."""
    database = connect(next(server.data.glob("*/takan.db")), readonly=False)
    database.execute("begin immediate")
    office = Office(database)
    office.deliver("li", "hazard.record", {"location": "冲压车间 3#冲床"}, photos=5)
    office.deliver("li", "hazard.record", {"location": "", "description": "配电箱门缺失"})
    office.deliver("li", "hazard.smell", {"visit_id": office.visit})
    office.contact("li", "li-phone", ago(days=2), seqs=[(9, 10)], photos=5, highest_seq=12,
                   clock_offset=12 * 60_000)  # fmt: skip
    office.contact("li", "li-tablet", ago(minutes=3), IPHONE, waiting=(), operations_waiting=0)
    office.contact("li", "li-long-ago", ago(days=120), waiting=(), operations_waiting=0)
    office.seq = 0
    office.deliver("wang", "hazard.record", {"location": "喷漆房"}, active=False, photos=2)
    office.deliver("wang", "record.write", {"visit_id": office.visit, "content": "逐区检查",
                   "process": "由安全总监陪同", "result": "共登记隐患一项"}, active=False)  # fmt: skip
    office.contact("wang", "wang-phone", ago(hours=3), waiting=(), operations_waiting=0,
                   highest_seq=2, clock_offset=-7 * 60_000)  # fmt: skip
    office.untold()
    database.execute("update people set active = 0 where sign_in_name = 'wang'")
    database.execute("commit")
    database.close()
