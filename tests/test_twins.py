"""What server and phone compute twice. These vectors are the server's word; tests/js/twins.test.js
holds the phone to them. `python -m tests.test_twins` writes them anew after a wanted change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from webapp import filters
from webapp.demo_signing import handwriting
from webapp.domain.people import pin_check, pin_hash, pin_proof
from webapp.standard import hazards, ink, joining, slip

FILE = Path(__file__).parent / "twins.json"


# A slip as the first template made it: it stays what it was.
OLD = {
    "template": "C.1/1", "visit_id": "v1", "number": 3, "enterprise": "“张家港” <示范>",
    "institution": "机构", "items": ["排查"], "lead": "王𠮷", "service_date": "2026-11-24",
    "started_at": "2026-11-23T16:30:00.000Z", "ended_at": "", "content": "查", "process": "",
    "result": "", "hazards": ["L1", "W1"],
}  # fmt: skip
ENGAGEMENTS = ["01a20d56-5d15-73e2-aec3-d49cdad212d1", "01a20d56-5d15-73e2-aec3-d49cdad212d2"]


def found(label: str, person: str, name: str, withdrawn_at: str = "") -> dict[str, str]:
    return {
        "label": label,
        "recorded_by": person,
        "recorded_name": name,
        "withdrawn_at": withdrawn_at,
    }


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
            found("L1", "p1", "李晓峰"),
            found("L2", "p1", "李晓峰", withdrawn_at="2026-11-23T16:31:00.000Z"),
            found("W1", "p2", "王𠮷"),
            found("L3", "p1", "李晓峰"),
            found("Wk1", "p3", "王𠮷"),
        ],
        "confirmation": {"id": "", "slip": ""},
    }  # fmt: skip


def slip_vector(given: dict[str, Any]) -> dict[str, Any]:
    text = slip.slip_text(given)
    found = slip.sha256(text)
    return {"context": given, "text": text, "hash": found, "code": slip.code(found)}


def joinings() -> dict[str, Any]:
    chances = [0, 37, 2**30 - 1, 2**31, 123456789]
    codes = [(one, joining.drawn(one, chance)) for one in ENGAGEMENTS for chance in chances]
    known = [joining.of_visit(ENGAGEMENTS[0], f"visit {n}") for n in range(3)]
    typed = ["k7q 2m9x", " k7q-2m9x", "Ｋ７Ｑ２Ｍ９Ｘ", "oil·OIL", "", "K7Q2M9", "K7Q2M9U", "密"]
    typed += [code[::-1] for code in known] + known + [code for _, code in codes]
    engagement = {
        "id": ENGAGEMENTS[0],
        "next_number": 4,
        "open_visits": [{"id": "v", "code": known[0]}],
    }
    return {
        "drawn": [[*pair, joining.visit_of(*pair)] for pair in codes],
        "chances": chances,
        "known": [[ENGAGEMENTS[0], code] for code in known],
        "normal": [[text, joining.normal(text)] for text in typed],
        "engagement": engagement,
        "found": [[text, *joining.found(engagement, text)] for text in typed],
    }


def vectors() -> dict[str, Any]:
    times = ["", "2026-01-05", "2026-11-23T15:59:59.999Z", "2026-11-23T16:00:00.000Z"]
    given: list[tuple[str, Any]] = [(name, t) for name in ("day", "full_day") for t in times]
    dates = list(given)
    given += [("clock", time) for time in (times[0], *times[2:])]
    given += [("percent", n) for n in (0, 1, 0.5, 0.375, 0.1234, 0.9999)]
    given += [("grouped", ""), ("grouped", "K7Q2M9X")]
    given += [
        ("short", "0123456789"),
        ("path", []),
        ("path", [[[1, 2, 0]], [[1, 2, 0], [3, 4, 5]]]),
    ]
    lists: list[list[Any]] = [[["a", "b", "a"], ["a"]], [["a"], []], [[], ["a"]]]
    labels = [([], "L"), (["L1", "W7", "L3", "L2b", "Lx"], "L"), (["L9", "L10"], "L")]
    inks = [[[[5, 5, n] for n in range(20)]], [[[0, 0, 0], [1000, 0, 1]]], handwriting(3, 0)]
    odd = 'quote " back \\ line\n tab\t \u2028 emoji 🏭'
    return {
        "filters": [[name, value, filters.FILTERS[name](value)] for name, value in given],
        "english": [[name, value, filters.FILTERS[name](value, "en")] for name, value in dates],
        "without": [[*two, filters.without(*two)] for two in lists],
        "slips": [
            slip_vector(context()),
            slip_vector(context(content=odd, result="共1项")),
            slip_vector({**context(), "hazards": []}),
            slip_vector({**context(), "confirmation": {"id": "c1", "slip": slip.compact(OLD)}}),
        ],
        "labels": [[known, letter, hazards.next_label(known, letter)] for known, letter in labels],
        "ink": [[strokes, ink.enough(strokes)] for strokes in inks],
        "joining": joinings(),
        "pins": [
            [salt, "2468", pin_hash(salt, "2468"), pin_check(salt, "2468")]
            for salt in ("00" * 16, "a1" * 16)
        ],
        "proofs": [[key, text, pin_proof(key, text)] for key, text in (("0f" * 32, "ab" * 32),)],
    }


def test_the_vectors_are_what_the_server_says() -> None:
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(vectors()))


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")
