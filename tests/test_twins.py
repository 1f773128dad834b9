"""What server and phone compute twice. These vectors are the server's word; tests/js/twins.test.js
holds the phone to them. `python -m tests.test_twins` writes them anew after a wanted change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from webapp import filters
from webapp.demo_signing import handwriting
from webapp.domain.people import pin_hash
from webapp.standard import hazards, ink, slip

FILE = Path(__file__).parent / "twins.json"


def context(**record: str) -> dict[str, Any]:
    return {
        "visit": {
            "id": "v1", "number": 3, "service_date": "", "started_at": "2026-11-23T16:30:00.000Z",
            "ended_at": "",
        },
        "enterprise": {"name": "“张家港” <示范> & 公司"},
        "institution": {"name": "机构"},
        "engagement": {"items": ["排查", "培训/演练"], "lead": "王𠮷"},
        "record": {"content": "", "process": "", "result": "", **record},
        "hazards": [
            {"label": "L1", "withdrawn_at": ""},
            {"label": "L2", "withdrawn_at": "2026-11-23T16:31:00.000Z"},
            {"label": "W1", "withdrawn_at": ""},
        ],
        "confirmation": {"id": "", "slip": ""},
    }  # fmt: skip


def slip_vector(given: dict[str, Any]) -> dict[str, Any]:
    text = slip.slip_text(given)
    found = slip.sha256(text)
    return {"context": given, "text": text, "hash": found, "code": slip.code(found)}


def vectors() -> dict[str, Any]:
    times = ["", "2026-01-05", "2026-11-23T15:59:59.999Z", "2026-11-23T16:00:00.000Z"]
    given: list[tuple[str, Any]] = [(name, t) for name in ("day", "full_day") for t in times]
    given += [("clock", time) for time in (times[0], *times[2:])]
    given += [("percent", n) for n in (0, 1, 0.5, 0.375, 0.1234, 0.9999)]
    given += [
        ("short", "0123456789"),
        ("path", []),
        ("path", [[[1, 2, 0]], [[1, 2, 0], [3, 4, 5]]]),
    ]
    labels = [([], "L"), (["L1", "W7", "L3", "L2b", "Lx"], "L"), (["L9", "L10"], "L")]
    inks = [[[[5, 5, n] for n in range(20)]], [[[0, 0, 0], [1000, 0, 1]]], handwriting(3, 0)]
    odd = 'quote " back \\ line\n tab\t \u2028 emoji 🏭'
    return {
        "filters": [[name, value, filters.FILTERS[name](value)] for name, value in given],
        "slips": [slip_vector(context()), slip_vector(context(content=odd, result="共1项"))],
        "labels": [[known, letter, hazards.next_label(known, letter)] for known, letter in labels],
        "ink": [[strokes, ink.enough(strokes)] for strokes in inks],
        "pins": [[salt, "2468", pin_hash(salt, "2468")] for salt in ("00" * 16, "a1" * 16)],
    }


def test_the_vectors_are_what_the_server_says() -> None:
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(vectors()))


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")
