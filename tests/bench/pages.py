"""Every GET page on a year of work: `python -m tests.bench.pages` prints what each takes on the
server, slowest first, beside an empty page of the same app in the same minute. One visit has a thousand hazards.

Of every address the fullest example is asked for: the enterprise, visit, engagement with most to
show. An address that nothing in the year can fill is named at the end.
"""

from __future__ import annotations

import hashlib
import json
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests import recount
from tests.conftest import one
from webapp import create_app, db
from webapp.config import Settings
from webapp.demo import Demo
from webapp.demo_year import make_year, photo
from webapp.domain import assessors, calendars, follow_ups
from webapp.ids import new_id

TIMES, LIMIT, MANY = 15, 100, 1000
# The fullest of each; what the year's rows cannot tell is made by `prepare`.
FULLEST = {
    "enterprise": "select enterprise_id from engagements as e join visits as v on v.engagement_id"
    " = e.id join hazards as h on h.visit_id = v.id group by 1 order by count(*) desc limit 1",
    "visit": "select visit_id from hazards group by 1 order by count(*) desc limit 1",
    "engagement": "select engagement_id from visits group by 1 order by count(*) desc limit 1",
    "person": "select lead_id from engagements group by 1 order by count(*) desc limit 1",
    "hazard": "select id from hazards where visit_id = (select visit_id from hazards group by 1"
    " order by count(*) desc limit 1) limit 1",
    "board": "select b.id from boards as b join visits as v on v.engagement_id = b.engagement_id"
    " group by 1 order by count(*) desc limit 1",
    "board_photo": "select id from board_photos limit 1",
    "plan": "select id from plans limit 1",
    "oversight": "select id from oversights limit 1",
    "attachment": "select id from attachments limit 1",
    "credential": "select id from credentials limit 1",
    "evidence": "select id from evidence limit 1",
    "sha256": "select sha256 from hazard_photos group by 1 order by count(*) desc limit 1",
    "operation": "select latest_operation from hazards limit 1",
}
CODES = {
    "public.board": "select b.code from boards as b join visits as v on v.engagement_id ="
    " b.engagement_id join confirmations as c on c.visit_id = v.id group by b.id"
    " order by count(*) desc limit 1",
    "public.verify": "select code from confirmations order by length(slip) desc limit 1",
}
FIXED = {"step": "assessment", "party": "enterprise", "kind": "contracts"}
# Bytes of a file, or a paper set by another program: measured elsewhere in the bench.
LEFT_OUT = {"assets.built", "static"}


# Who works with it, where that is not the manager.
WHO = {"field": "li", "readings": "reads"}


@dataclass
class Page:
    address: str
    rule: str
    kind: str
    size: int
    times: list[tuple[float, float]]  # on the clock, of the processor

    @property
    def median(self) -> float:
        return statistics.median(one[0] for one in self.times)

    @property
    def p95(self) -> float:
        return sorted(one[0] for one in self.times)[round(0.95 * (len(self.times) - 1))]

    @property
    def work(self) -> float:
        return statistics.median(one[1] for one in self.times)

    @property
    def best(self) -> float:
        """The fastest: what the page takes while nobody else is on the machine."""
        return min(one[1] for one in self.times)


def make(folder: Path, scale: float = 1.0) -> dict[str, Any]:
    """A year in `folder`, with one visit of a thousand hazards; the demo's password."""
    database = db.create(folder / "institution" / "takan.db")
    database.execute("begin immediate")
    found = make_year(database, folder / "institution", rounds=1, scale=scale)
    crowd(database, folder / "institution", MANY)
    found |= prepare(database)
    database.execute("commit")
    database.close()
    (folder / "institution" / "demo.json").write_text(json.dumps(found))
    return found


def crowd(database: Database, folder: Path, many: int) -> None:
    """A walk-in visit of Li's at the plant of the small demo."""
    demo = Demo(database, folder, 1)
    demo.devices = {"李晓峰": "bench"}
    demo.people = {row["name"]: row["id"] for row in database.query("select id, name from people")}
    engagement = one(database, "select engagement_id from visits where started_at is not null"
                     " and started_by = (select id from people where sign_in_name = 'li') limit 1")  # fmt: skip
    plan = one(database, "select p.id from plans as p join engagements as e on e.enterprise_id ="
               " p.enterprise_id where e.id = :id limit 1", id=engagement)  # fmt: skip
    shot = photo(0)
    visit, there = new_id(), {"also_present": "", "accompanied_by": ""}
    begun = {"visit_id": visit, "engagement_id": engagement, "number": 900, "place": None, **there}
    demo.operation("visit.start", "李晓峰", demo.time(-2, 9, 0), {**begun, "service_date": ""})
    for number in range(many):
        found = {
            "visit_id": visit, "label": f"L{number + 1}", "location": f"车间 {number}",
            "description": f"第{number + 1}处：防护罩缺失。", "category": "机械", "severity": "general",
            "basis_document": "GB 5083-2023", "basis_clause": "6.2.1", "suggestion": "加装防护罩。",
            "deadline": "7", "plan_id": plan, "pin_x": (number % 40) / 40, "pin_y": 0.5,
            "photos": [hashlib.sha256(shot).hexdigest()], "no_photo_reason": "",
        }  # fmt: skip
        demo.operation("hazard.record", "李晓峰", demo.time(-2, 9, 1), found, shot)
    text = {"visit_id": visit, "content": "全厂检查", "process": "逐区", "result": f"{many}项"}
    demo.operation("record.write", "李晓峰", demo.time(-2, 18, 0), text)


def prepare(database: Database) -> dict[str, str]:
    """Private addresses are told once and kept nowhere."""
    by = one(database, "select id from people where sign_in_name = 'admin'")
    engagement = one(database, FULLEST["engagement"])
    sql = f"select county from enterprises where id = ({FULLEST['enterprise']})"
    reads = {"name": "bench", "county": one(database, sql), "expires_on": db.today()}
    return {
        "readings.arrive": assessors.invite(database, reads, by, db.today(), db.now()),
        "calendar.feed": calendars.new_feed(database, by, db.now()),
        "follow_ups.ask": follow_ups.new_link(database, engagement, by, db.today(), db.now()),
    }


def application(folder: Path) -> Flask:
    app = create_app(replace(Settings(), data=folder, password_rounds=1, disk_reserve=0))
    app.testing = True

    @app.get("/bench/empty")
    def empty() -> str:
        return render_template("layout/page.html")

    return app


def signed_in(app: Flask, name: str, password: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"name": name, "password": password}).status_code == 303
    return client


def addresses(app: Flask, found: dict[str, Any]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """(endpoint, rule, address) of every GET; and the rules that nothing can fill."""
    kept, missing = [], []
    database = db.connect(app.config["FOLDER"] / "takan.db")
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.endpoint in LEFT_OUT or str(rule).isupper():
            continue
        text = str(rule)
        for name in rule.arguments:
            value = filled(database, rule.endpoint, name, found)
            text = re.sub(rf"<(\w+:)?{name}>", value or "", text)
            if not value:
                missing.append(str(rule))
        if "//" not in text and str(rule) not in missing:
            kept.append((rule.endpoint, str(rule), text))
    database.close()
    return kept, missing


def filled(database: Database, endpoint: str, name: str, found: dict[str, Any]) -> str:
    sql = (
        CODES.get(re.sub("_(code|portrait)$", "", endpoint))
        if name == "code"
        else FULLEST.get(name)
    )
    if name in FIXED or not sql:
        return str(FIXED.get(name) or found.get(endpoint, ""))
    return str(next(iter(next(iter(database.query(sql)), {"": ""}).values())))


def timed(
    client: FlaskClient, address: str, accept: str, times: int
) -> tuple[int, int, list[tuple[float, float]]]:
    """Twice each: by the clock, which others on the machine make longer, and by the processor."""
    taken = []
    for _ in range(times + 1):
        clock, work = time.perf_counter(), time.thread_time()
        answer = client.get(address, headers={"Accept": accept})
        size = len(answer.data)
        spent = (time.perf_counter() - clock, time.thread_time() - work)
        taken.append((spent[0] * 1000, spent[1] * 1000))
    return answer.status_code, size, taken[1:]


def measured(
    folder: Path, found: dict[str, Any], times: int = TIMES
) -> tuple[list[Page], list[str]]:
    """Each page as the one who works with it sees it; the empty page is among them."""
    app, pages = application(folder), []
    kept, missing = addresses(app, found)
    clients = {name: signed_in(app, name, found["password"]) for name in ("admin", "li")}
    clients["reads"] = app.test_client()
    clients["reads"].get(f"/assessor/{found['readings.arrive']}")
    for endpoint, rule, address in kept:
        who = WHO.get(endpoint.split(".")[0], "admin")
        kinds = ["text/html"] + (["application/json"] if who == "li" else [])
        for kind in kinds:
            status, size, taken = timed(clients[who], address, kind, times)
            if status == 200:
                pages.append(Page(address, rule, "context" if "json" in kind else "", size, taken))
            elif status not in {302, 303}:
                missing.append(f"{rule} ({status})")
    db.drop_connection()
    return sorted(pages, key=lambda page: -page.best), missing


def recounted(folder: Path, found: dict[str, Any]) -> tuple[dict[str, int], list[str]]:
    """How many numbers of the pages were counted again from raw rows, and those that differ."""
    client = signed_in(application(folder), "admin", found["password"])
    database = db.connect(folder / "institution" / "takan.db")
    raw, days = recount.Raw(database, db.today()), recount.asked_on(db.today())
    differing = list(recount.differences(client, raw, days))
    database.close()
    db.drop_connection()
    return recount.numbers(raw, days), differing


def table(pages: list[Page], missing: list[str]) -> None:
    empty = next(page for page in pages if page.rule == "/bench/empty")
    print("| Page | ms of processor, fastest | median | ms by the clock | p95 | × empty | KB |")
    print("|---|---|---|---|---|---|---|")
    for page in pages:
        name = f"{page.rule} {page.kind}".strip()
        times = f"{page.best:.1f} | {page.work:.1f} | {page.median:.1f} | {page.p95:.1f}"
        times += f" | {page.best / empty.best:.0f}"
        print(f"| {name} | {times} | {page.size / 1024:.0f} |")
    slow = [page.rule for page in pages if page.best > LIMIT]
    print(f"\n{len(pages)} pages; over {LIMIT} ms: {', '.join(slow) or 'none'}")
    print(f"Not asked for, nothing fills them: {', '.join(missing) or 'none'}")


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(place)
        note = folder / "institution" / "demo.json"
        before = time.perf_counter()
        found = json.loads(note.read_text()) if note.exists() else make(folder)
        print(f"The year was made in {time.perf_counter() - before:.0f} s.\n")
        pages, missing = measured(folder, found)
        table(pages, missing)
        numbers, differing = recounted(folder, found)
        print(f"Counted again from raw rows: {numbers}; differing: {differing or 'none'}")
        return int(bool(differing) or any(page.best > LIMIT for page in pages))


if __name__ == "__main__":
    sys.exit(main())
