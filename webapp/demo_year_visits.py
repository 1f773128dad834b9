"""The visits of the demo's year: moved, cancelled, late or forgotten, and what was found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from webapp import demo_signing
from webapp import demo_year_text as text
from webapp.demo_year_people import later
from webapp.domain import acknowledgements, authenticity, lapse_reasons, planned_visits
from webapp.queries import leads
from webapp.standard.hazards import next_label

if TYPE_CHECKING:
    from webapp.demo_year_story import Story

Row = dict[str, Any]


def decide(of: Story, visit: str, number: int, on: int) -> None:
    """Most are served on their day; of the others every way in which it goes differently."""
    year, fate = of.year, of.year.chance.random()
    if of.client.number % 9 == 8 and of.starts > -40:
        return  # nobody has been there yet
    if fate < 0.03:
        return  # forgotten: late until today
    if fate < 0.06:
        year.on(on - 2, 10, lambda: cancel(of, visit, on - 2))
    elif fate < 0.14:
        to = on + year.chance.randrange(1, 9)
        year.on(on - 1, 17, lambda: move(of, visit, on - 1, to))
        year.on(to, 9, lambda: serve(of, visit, number, to))
    else:
        late = year.chance.randrange(1, 6) if fate < 0.2 else 0
        year.on(on + late, 9, lambda: serve(of, visit, number, on + late))


def cancel(of: Story, visit: str, day: int) -> None:
    if of.early and day > -60:
        return  # ended meanwhile
    form = {"reason": of.year.chance.choice(text.CANCELLED)}
    planned_visits.cancel(of.demo.db, visit, form, of.by, of.demo.time(day, 10, 0))


def move(of: Story, visit: str, day: int, to: int) -> None:
    if of.early and day > -60:
        return  # ended meanwhile
    form = {"planned_on": of.demo.day(to), "reason": of.year.chance.choice(text.MOVED)}
    planned_visits.move(of.demo.db, visit, form, of.by, of.demo.time(day, 17, 0))


def serve(of: Story, visit: str, number: int, day: int) -> None:
    if (of.early and day > -60) or day > of.ends:
        return  # ended meanwhile
    Visit(of, visit, number, day).happen()


class Visit:
    """One morning at an enterprise."""

    def __init__(self, of: Story, visit: str, number: int, day: int) -> None:
        self.of, self.demo, self.chance = of, of.demo, of.year.chance
        self.id, self.number, self.day = visit, number, day
        self.by = of.team[self.chance.randrange(len(of.team))]
        # No network in the hall: it comes in the evening, now and then days later.
        self.delay = self.chance.choice((0, 0, 6, 240, 300, 2900))
        self.missing = day >= -6 and self.chance.random() < 0.4
        self.found = 45 if of.client.large and number % 6 == 0 else self.chance.randrange(7, 19)
        signer = f"{of.client.signer[0]}（{of.client.signer[1]}）"
        self.present = {"also_present": "", "accompanied_by": signer}

    def at(self, hour: int, minute: int) -> str:
        return self.demo.time(self.day, hour, minute)

    def do(self, kind: str, at: str, payload: Row, by: str = "", **more: Any) -> str:
        received = later(at, self.delay)
        payload = {"visit_id": self.id, **payload}
        return self.demo.operation(kind, by or self.by, at, payload, received=received, **more)

    def happen(self) -> None:
        place = self.place()
        self.placed = place is not None
        start = {"engagement_id": self.of.id, "number": self.number, "place": place}
        begun = {**start, **self.present, "service_date": ""}
        self.do("visit.start", self.at(9, self.chance.randrange(40)), begun)
        self.join()
        labels: list[str] = []
        for position in range(self.found):
            labels.append(next_label(labels, self.demo.devices[self.by][-1]))
            self.find(position, labels[-1])
        self.do("visit.end", self.at(11, 45), self.present)
        self.write()
        self.sign()
        self.afterwards()

    def place(self) -> Row | None:
        """Within sight of the gate; under steel roofs often none, once in a while far off."""
        if self.chance.random() < 0.25:
            return None
        off = 0.03 if self.chance.random() < 0.04 else 0.0012
        north, east = (at + self.chance.uniform(-off, off) for at in self.of.client.gate)
        accuracy = self.chance.choice((8, 15, 22, 40, 120))
        return {"latitude": round(north, 6), "longitude": round(east, 6), "accuracy": accuracy}

    def join(self) -> None:
        others = [name for name in self.of.team if name != self.by]
        if self.chance.random() < 0.45:
            named = {"engagement_id": self.of.id, "code": ""}
            self.do("visit.join", self.at(9, 42), named, by=others[0])
            self.present["also_present"] = others[0]

    def find(self, position: int, label: str) -> None:
        chance, kind = self.chance, self.of.client.kind
        words, category, severity, document, clause, advice, deadline = chance.choice(text.HAZARDS)
        place, n = chance.choice(text.PLACES[kind]), str(chance.randrange(2, 7))
        pinned, shot = chance.random() < 0.7, chance.random() < 0.35
        picture = chance.choice(self.of.year.photos) if shot else b""
        payload = {
            "label": label, "location": place, "description": words.replace("{n}", n),
            "category": category, "severity": severity, "basis_document": document,
            "basis_clause": clause, "suggestion": advice.replace("{n}", n), "deadline": deadline,
            "plan_id": self.of.client.plan if pinned else "",
            "pin_x": round(chance.uniform(0.1, 0.9), 3) if pinned else None,
            "pin_y": round(chance.uniform(0.15, 0.9), 3) if pinned else None,
            "photos": [hashlib.sha256(picture).hexdigest()] if shot else [],
            "no_photo_reason": "" if shot else chance.choice(("explosive", "forbidden", "none")),
        }  # fmt: skip
        at = self.at(9, 43 + position * 2)
        hazard = self.do("hazard.record", at, payload, picture=picture, arrives=not self.missing)
        if chance.random() < 0.02:
            reason = chance.choice(text.WITHDRAWN)
            self.do("hazard.withdraw", later(at, 1), {"hazard_id": hazard, "reason": reason})

    def write(self) -> None:
        if self.chance.random() < 0.02:
            return  # the record was forgotten
        seen = "、".join(text.PLACES[self.of.client.kind][:4])
        written = {
            "content": f"隐患排查与治理指导：对{seen}等区域现场检查。",
            "process": f"由{self.present['accompanied_by']}陪同逐区检查，现场核对事实并当场告知。",
            "result": f"共登记隐患{self.found}项，已提出整改建议和期限，详见隐患清单。",
        }  # fmt: skip
        self.do("record.write", self.at(11, 50), written)

    def sign(self) -> None:
        fate = self.chance.random()
        if fate < 0.04:
            return  # nobody signed
        judged, words = self.judgement()
        if fate < 0.09:
            judged = ""  # the enterprise's safety manager had gone
        times = (self.at(11, 55), self.at(11, 58))
        demo_signing.sign_both(
            self.demo, self.id, self.day, self.of.client.signer, words, judged, self.by,
            later(times[1], self.delay), times,
        )  # fmt: skip

    def judgement(self) -> tuple[str, str]:
        chance = self.chance
        bad = 0.35 if self.of.poor else 0.02
        fate = chance.random()
        if fate < bad:
            return "poor", chance.choice(text.POOR)
        if fate < bad + 0.1:
            return "average", chance.choice(text.AVERAGE)
        return "satisfied", chance.choice(text.PRAISE)

    def afterwards(self) -> None:
        """The lead reads it within days, mostly; a lapse of his credential is explained, mostly."""
        read = self.day + self.chance.randrange(1, 9)
        if self.chance.random() < 0.93:
            self.of.year.on(read, 8, lambda: acknowledge(self.of, self.id, read))
        if self.number == 1 and self.placed and self.of.client.number % 3:
            by = self.demo.people["陈静"]  # where the gate is, from which the others are measured
            authenticity.set_place(self.demo.db, self.id, by, self.at(17, 0))
        lapsed = not leads.holds_on(self.demo.db, self.of.by, self.demo.day(self.day))
        if lapsed and self.chance.random() < 0.6:
            reason, at = {"reason": text.LAPSE}, self.at(16, 0)
            lapse_reasons.write(self.demo.db, self.id, reason, self.of.by, at)


def acknowledge(of: Story, visit: str, day: int) -> None:
    sql = "select latest_operation from service_records where visit_id = :id"
    for row in list(of.demo.db.query(sql, {"id": visit})):
        chosen, at = {visit: row["latest_operation"]}, of.demo.time(day, 8, 30)
        acknowledgements.acknowledge(of.demo.db, chosen, {}, of.by, at)
