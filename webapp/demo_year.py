"""A year of a believable institution: 12 people, 40 enterprises, 60 contracts, about 400 visits and
5,000 hazards, made by the verbs of a real one in the order in which they would have happened.

The same seed makes the same year before the same day; only ids, codes and the password differ.
"""

from __future__ import annotations

import hashlib
import heapq
import io
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from sqlite_utils import Database

from webapp import (
    demo_pictures,
    demo_text,
    demo_year_keeping,
    demo_year_people,
    demo_year_story,
)
from webapp import demo_year_text as text
from webapp.demo import Demo, add_zones, make_demo
from webapp.domain import enterprises
from webapp.standard.credit_code import check

SEED = 2026
ENTERPRISES, AGAIN = 37, 20  # beside the small demo's; so many of them came back for a second term
PHOTOS = 10
Deed = Callable[[], object]


class Year:
    """The small demo, and what happens day by day until yesterday."""

    def __init__(self, demo: Demo, seed: int) -> None:
        self.demo, self.chance = demo, Random(seed)
        self.coming: list[tuple[int, int, int, Deed]] = []
        self.counted = 0
        letters = [(name, letter) for _, name, _, _, letter in demo_text.PEOPLE]
        letters += [(name, letter) for name, _, _, letter in text.PEOPLE]
        # A phone each; the small demo's records came from one called "demo".
        demo.devices = {name: f"demo-{letter}" for name, letter in letters}
        self.photos = [photo(number) for number in range(PHOTOS)]
        self.plan = demo_pictures.plant("厂区", demo_text.PLANT_ROOMS)

    def on(self, day: int, hour: int, deed: Deed) -> None:
        """To be done on a day from today; what lies ahead is never done."""
        self.counted += 1
        heapq.heappush(self.coming, (day, hour, self.counted, deed))

    def live(self) -> None:
        while self.coming:
            day, _, _, deed = heapq.heappop(self.coming)
            if day < 0:
                deed()


def photo(number: int) -> bytes:
    """Small, and shared by many hazards."""
    whole = Image.open(io.BytesIO(demo_pictures.sketch(f"现场 {number + 1}", SHADES[number % 4])))
    out = io.BytesIO()
    whole.resize((640, 480)).save(out, "JPEG", quality=60)
    return out.getvalue()


SHADES = ("#5d6873", "#6b6258", "#58665c", "#66586b")


def make_year(
    db: Database, folder: Path, rounds: int = 3, seed: int = SEED, scale: float = 1.0
) -> dict[str, Any]:
    """Runs inside the caller's transaction, as make_demo does and with its answer. `scale`: a
    tenth of a year's enterprises is enough for a test."""
    found = make_demo(db, folder, rounds)
    demo = Demo(db, folder, rounds)
    demo.people = {row["name"]: row["id"] for row in db.query("select id, name from people")}
    year = Year(demo, seed)
    demo_year_people.make_people(year)
    count, again = max(2, round(ENTERPRISES * scale)), round(AGAIN * scale)
    for number in range(count):
        begin(year, number, number < again, number == 1)
    for told in text.OVERSIGHTS:
        demo_year_story.oversee(year, *told)
    year.on(-6, 11, lambda: demo_year_people.join_projects(year))
    year.live()
    demo_year_people.make_phones(year)
    demo_year_people.make_channels(year)
    demo_year_keeping.tell(demo)
    return found


def begin(year: Year, number: int, again: bool, large: bool) -> None:
    """An enterprise and its terms: half a year and then another, or one that runs."""
    chance = year.chance
    if large:
        terms = [(-350, 364, "weekly")]
    elif again:
        first = chance.randrange(-362, -300)
        terms = [(first, 182, chance.choice(("often", "standard")))]
        terms.append((first + 183 + chance.randrange(3, 30), 365, "standard"))
    elif number % 9 == 8:  # signed not long ago, and not served yet
        terms = [(chance.randrange(-16, -4), 365, "monthly")]
    else:
        terms = [
            (
                chance.randrange(-345, -60),
                365,
                chance.choice(("monthly", "standard", "often", "often")),
            )
        ]
    client = Client(year, number)
    for place, (starts, length, kind) in enumerate(terms):
        demo_year_story.tell(year, client, starts, starts + length, kind, place)


class Client:
    """An enterprise with its signer, plan and the place of its gate."""

    def __init__(self, year: Year, number: int) -> None:
        chance, demo = year.chance, year.demo
        county, road, _, north, east = text.COUNTIES[number % len(text.COUNTIES)]
        trade, industry, self.kind = text.TRADES[chance.randrange(len(text.TRADES))]
        brand = f"踏{text.BRANDS[number % len(text.BRANDS)]}"
        self.number, self.large = number, number == 1
        self.signer = (person(chance), chance.choice(text.SAFETY_POSTS))
        self.gate = (north + chance.uniform(-0.05, 0.05), east + chance.uniform(-0.05, 0.05))
        self.form = {
            "name": f"{county.removesuffix('市').removesuffix('区')}{brand}{trade}有限公司（演示）",
            "short_name": f"{brand}{trade[:4]}", "credit_code": credit_code(number),
            "address": f"{county}{road}{chance.randrange(1, 300)}号（演示地址）", "county": county,
            "industry": industry, "principal": person(chance), "phone": f"0512-0001{number:04d}",
        }  # fmt: skip
        self.id, self.plan, self.demo, self.year = "", "", demo, year

    def enter(self, day: int) -> None:
        """Into the ledger before anything else; a second term finds it there."""
        if self.id:
            return
        by, at = self.demo.people["陈静"], self.demo.time(day, 9, 0)
        self.id = enterprises.add(self.demo.db, self.form, by, at)
        signer = {"name": self.signer[0], "post": self.signer[1], "phone": "13800000000"}
        enterprises.add_signer(self.demo.db, self.id, signer, by, at)
        self.plan = add_plan(self.year, self.id)
        add_zones(self.demo, self.plan, demo_text.PLANT_ZONES)


def add_plan(year: Year, enterprise: str) -> str:
    """One drawing serves all: each enterprise's plan is a row of its own."""
    image = hashlib.sha256(year.plan).hexdigest()
    year.demo.keep(image, year.plan)
    return year.demo.add(
        "plans", enterprise_id=enterprise, name="厂区", kind="plant", image=image,
        width=1600, height=1100, position=0,
    )  # fmt: skip


def person(chance: Random) -> str:
    return chance.choice(text.FIRST) + chance.choice(text.GIVEN)


def credit_code(number: int) -> str:
    """Of a region that does not exist: passes the check, and is nobody's."""
    first = f"91320599DEM{number + 1:06d}"
    return first + check(first)
