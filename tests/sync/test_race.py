"""Three processes of two threads each deliver the same operations at once: each is decided once,
and everyone is told the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sync import trail
from tests.sync.site import Maker, body, seed
from tests.test_hazards import fields
from tests.test_visits import start
from webapp import db

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, THREADS = 3, 2


def test_everyone_is_told_the_same(demo_folder: Path, tmp_path: Path) -> None:
    site = seed(demo_folder).copy(tmp_path / "institution")
    li = Maker(site.people["li"])
    made = [li.operation("visit.start", start(site.visit, site.engagement))]
    made += [li.operation("hazard.record", fields(site.visit, label=f"L{n}")) for n in range(12)]
    made += [{**operation, "app": "other bytes"} for operation in made[:6]]
    told = b"\n".join(map(body, made))
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sync.race", str(site.folder), str(number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdin
        racer.stdin.write(told)
        racer.stdin.close()
    said = []
    for racer in racers:
        assert racer.stdout
        said += racer.stdout.read().decode().splitlines()
        racer.stdout.close()
        assert racer.wait(30) == 0
    assert len(said) == PROCESSES * THREADS * len(made)
    receipts = {text.partition(',"photos_missing"')[0] for text in said}
    assert len(receipts) == len(made), "not the same receipt for everyone"
    database = db.connect(site.folder / "takan.db")
    kept = [
        bytes(row["body"])
        for row in database.query("select body from operations where device like 'phone-%'")
    ]
    assert sorted(kept) == sorted(map(body, made))
    outcomes = [json.loads(answer)["receipt"]["outcome"] for answer in set(said)]
    assert outcomes.count("conflict") == 6
    assert trail.verify(database) is None
    sql = "select count(*) as n from hazards where visit_id = :visit"
    assert next(iter(database.query(sql, {"visit": site.visit})))["n"] == 12
    database.close()
