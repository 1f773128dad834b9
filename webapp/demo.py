"""A believable institution in Suzhou, made through the same operations as a real one."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from sync import inbox
from webapp import db as clock
from webapp import (
    demo_engagements,
    demo_institution,
    demo_pictures,
    demo_signing,
    demo_staff,
    demo_text,
    photos,
)
from webapp.domain import boards, people, visits
from webapp.domain.photos import arrive
from webapp.ids import new_id
from webapp.operations import HANDLERS

PIN = "2468"
Row = dict[str, Any]


class Demo:
    """What is being made: the database, its folder, and who is who so far."""

    def __init__(self, db: Database, folder: Path, rounds: int) -> None:
        self.db, self.folder, self.rounds = db, folder, rounds
        self.today = date.fromisoformat(clock.today())
        self.password = secrets.token_urlsafe(9)
        self.people: dict[str, str] = {}
        self.plans: dict[str, str] = {}
        self.devices: dict[str, str] = {}  # whose phone is called what; "demo" for the others
        self.seqs: dict[str, int] = {}
        self.stored: set[str] = set()

    def add(self, table: str, **row: Any) -> str:
        row = {"id": new_id(), **row}
        names = ", ".join(row)
        self.db.execute(
            f"insert into {table} ({names}) values ({', '.join(':' + name for name in row)})", row
        )
        return str(row["id"])

    def day(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def time(self, days: int, hour: int, minute: int) -> str:
        """Shanghai wall clock on a day from today, as UTC text."""
        day = datetime.combine(self.today + timedelta(days=days), datetime.min.time(), UTC)
        when = day + timedelta(hours=hour - 8, minutes=minute)
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def operation(
        self, kind: str, by: str, at: str, payload: Row, picture: bytes = b"",
        received: str = "", arrives: bool = True,
    ) -> str:  # fmt: skip
        """Recorded and delivered like any other; must be applied."""
        device = self.devices.get(by, "demo")
        seq = self.seqs[device] = self.seqs.get(device, 0) + 1
        received = received or at
        sha256 = hashlib.sha256(picture).hexdigest()
        listed = [{"sha256": sha256, "size": len(picture), "type": "image/jpeg"}] if picture else []
        operation_id = new_id()
        made = {
            "id": operation_id, "kind": kind, "payload": payload, "made_at": at,
            "made_by": self.people[by], "device": device, "seq": seq, "base": None,
            "photos": listed, "app": "demo",
        }  # fmt: skip
        body = json.dumps(made, ensure_ascii=False).encode()
        taken = inbox.take(self.db, body, self.people[by], HANDLERS, received)
        assert taken.receipt.get("outcome") == "applied", taken.answer
        if picture and arrives:
            self.keep(sha256, picture)
            arrive(self.db, operation_id, sha256, len(picture), "image/jpeg", received)
        return operation_id

    def keep(self, sha256: str, picture: bytes) -> None:
        """Made durable once, however many share it."""
        if sha256 not in self.stored:
            photos.store(self.folder, sha256, picture)
            self.stored.add(sha256)


def make_demo(db: Database, folder: Path, rounds: int = 3) -> Row:
    """Runs inside the caller's transaction; returns password, PIN and a board's code."""
    demo = Demo(db, folder, rounds)
    inbox.epoch(db)
    demo.add("institution", id=1, **demo_text.INSTITUTION)
    make_people(demo)
    demo_institution.make_records(demo)
    demo_staff.make_records(demo)
    codes = {found["key"]: make_enterprise(demo, found) for found in demo_text.ENTERPRISES}
    return {"password": demo.password, "pin": PIN, "board_code": codes["metal"]}


def make_people(demo: Demo) -> None:
    for sign_in, name, role, post, letter in demo_text.PEOPLE:
        demo.people[name] = demo.add(
            "people", sign_in_name=sign_in, name=name, role=role, post=post, letter=letter,
            session_stamp=secrets.token_hex(8), demo=1, phone="13800000000",
        )  # fmt: skip
        if role == "consultant":
            demo.add(
                "consents", person_id=demo.people[name], name=1, photo=0, credential=1,
                given_on=demo.day(-300), proof="书面同意书（演示）",
                recorded_by=demo.people[name],
            )  # fmt: skip
        if sign_in:
            people.set_password(demo.db, demo.people[name], demo.password, demo.rounds)
        if sign_in in {"li", "wang"}:
            people.set_pin(demo.db, demo.people[name], PIN)
    for name, kind, number, days in demo_text.CREDENTIALS:
        demo.add(
            "credentials", person_id=demo.people[name], kind=kind, number=number,
            registered_unit=demo_text.INSTITUTION["name"], valid_from=demo.day(-900),
            valid_to=None if days is None else demo.day(days),
        )  # fmt: skip


def make_enterprise(demo: Demo, about: Row) -> str:
    """The enterprise with its engagement, visits and board; returns the board's code."""
    key = about["key"]
    enterprise = demo.add("enterprises", **{k: v for k, v in about.items() if k != "key"})
    if key == "metal":
        demo.db.execute(
            "insert into enterprise_people (enterprise_id, person_id) values (:e, :p)",
            {"e": enterprise, "p": demo.people["赵敏"]},
        )
    make_plans(demo, enterprise, about)
    engagement = demo.add(
        "engagements", enterprise_id=enterprise, lead_id=demo.people["王建国"],
        starts_on=demo.day(demo_engagements.TERMS[key]), ends_on=demo.day(300),
        frequency="每月一次",
    )  # fmt: skip
    also = {"metal": ["吴志强"], "store": ["周海燕"], "chemical": ["徐静怡", "孙立新"]}[key]
    for name in ["李晓峰", "王建国", *also]:
        demo.db.execute(
            "insert into engagement_people (engagement_id, person_id) values (:e, :p)",
            {"e": engagement, "p": demo.people[name]},
        )
    for position, (item, times) in enumerate(demo_text.LINES[key]):
        demo.add(
            "service_lines",
            engagement_id=engagement,
            position=position,
            item=item,
            times=times,
            standardization=int("标准化创建" in item),
        )
    first = make_visits(demo, engagement, key)
    demo_engagements.tell(demo, engagement, key)
    if key == "metal":
        finish(demo, first, engagement, -30)
    if key == "store":
        demo_engagements.make_ended(demo, enterprise)
    made_on = demo.day(demo_engagements.TERMS[key] + 2)
    return boards.make(demo.db, engagement, made_on)


def make_visits(demo: Demo, engagement: str, key: str) -> str:
    """The planned ones; the first's id."""
    days = {"metal": [-30, 0, 30], "store": [5, 40], "chemical": [-3, 20]}[key]
    consultants = [demo.people["李晓峰"], demo.people["王建国"]]
    ids = [new_id() for _ in days]
    for number, (visit, day) in enumerate(zip(ids, days, strict=True), 1):
        visits.plan(demo.db, visit, engagement, number, demo.day(day), consultants)
    return ids[0]


def finish(demo: Demo, visit: str, engagement: str, day: int) -> None:
    """The visit a month ago: seven hazards, a record, a slip signed by both."""
    present = {"also_present": "王建国", "accompanied_by": "赵敏（安全总监）"}
    start = {"visit_id": visit, "engagement_id": engagement, "number": 1, "place": None, **present}
    demo.operation("visit.start", "李晓峰", demo.time(day, 9, 5), {**start, "service_date": ""})
    for position, found in enumerate(demo_text.HAZARDS, 1):
        record_hazard(demo, visit, day, position, found)
    demo.operation("visit.end", "李晓峰", demo.time(day, 11, 40), {"visit_id": visit, **present})
    written = {"visit_id": visit, **demo_text.RECORD}
    demo.operation("record.write", "李晓峰", demo.time(day, 11, 48), written)
    demo_signing.sign_both(demo, visit, day)


def record_hazard(demo: Demo, visit: str, day: int, position: int, found: tuple[Any, ...]) -> None:
    names = "location plan_id pin_x pin_y description category severity basis_document"
    names += " basis_clause suggestion deadline"
    payload: Row = dict(zip(names.split(), found, strict=True))
    picture = demo_pictures.sketch(found[0], ("#5d6873", "#6b6258", "#58665c")[position % 3])
    payload |= {
        "visit_id": visit,
        "label": f"L{position}",
        "plan_id": demo.plans[found[1]],
        "no_photo_reason": "" if position <= 5 else "explosive",
        "photos": [hashlib.sha256(picture).hexdigest()] if position <= 5 else [],
    }
    at = demo.time(day, 9, 10 + 18 * position)
    demo.operation("hazard.record", "李晓峰", at, payload, picture if position <= 5 else b"")


def make_plans(demo: Demo, enterprise: str, about: Row) -> None:
    rooms = {
        "metal": demo_text.PLANT_ROOMS,
        "store": [((140, 180, 680, 980), "1号库"), ((830, 180, 1400, 980), "2号库")],
        "chemical": [((140, 180, 680, 530), "生产装置"), ((830, 670, 1400, 980), "储罐区")],
    }[about["key"]]
    picture = demo_pictures.plant(about["short_name"], rooms)
    plan = add_plan(demo, enterprise, "厂区", "plant", picture, 0)
    zones = demo_text.PLANT_ZONES if about["key"] == "metal" else [
        (name, "considerable", box) for box, name in rooms
    ]  # fmt: skip
    add_zones(demo, plan, zones)
    if about["key"] == "metal":
        drawn = demo_pictures.workshop("冲压·机加工车间", demo_text.MACHINES)
        shop = add_plan(demo, enterprise, "冲压·机加工车间", "workshop", drawn, 1)
        add_zones(demo, shop, demo_text.WORKSHOP_ZONES)
        demo.plans = {"plant": plan, "workshop": shop}


def add_plan(
    demo: Demo, enterprise: str, name: str, kind: str, picture: bytes, position: int
) -> str:
    image = hashlib.sha256(picture).hexdigest()
    photos.store(demo.folder, image, picture)
    return demo.add(
        "plans", enterprise_id=enterprise, name=name, kind=kind, image=image,
        width=1600, height=1100, position=position,
    )  # fmt: skip


def add_zones(demo: Demo, plan: str, zones: list[demo_text.Zone]) -> None:
    for name, level, (left, top, right, bottom) in zones:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        points = [[round(x / 1600, 4), round(y / 1100, 4)] for x, y in corners]
        demo.add("zones", plan_id=plan, name=name, level=level, points=json.dumps(points))
