"""同行加入码: how a colleague's phone finds the same visit with no network between the two.

Seven characters of Crockford's base 32: thirty bits and a check character, bound to the engagement.
An even number is a visit begun without a plan: both phones derive its id from the code. An odd one
stands for an id the server gave, which a phone knows again among the visits it keeps.
The phone computes the same (static/js/joining.js); shared vectors hold the two together.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

from webapp.standard.slip import CROCKFORD

LENGTH = 7
MODULUS = 37  # a prime above 32: no single wrong character and no two swapped ones slip through
MISREAD = str.maketrans("OIL", "011", " -·")


def drawn(engagement_id: str, chance: int) -> str:
    """The code of a visit nobody planned, from a random number."""
    return _code(engagement_id, chance % 2**30 // 2 * 2)


def of_visit(engagement_id: str, visit_id: str) -> str:
    """The code of a visit whose id is there already."""
    number = int(_hash(f"{engagement_id}/{visit_id}")[:8], 16) % 2**30
    return _code(engagement_id, number // 2 * 2 + 1)


def normal(typed: str) -> str:
    """A code as it is stored, from how it was typed, full-width characters too."""
    return unicodedata.normalize("NFKC", typed).strip().upper().translate(MISREAD)


def valid(engagement_id: str, code: str) -> bool:
    if len(code) != LENGTH or not set(code) <= set(CROCKFORD):
        return False
    return CROCKFORD.index(code[-1]) == _check(engagement_id, _number(code))


def visit_of(engagement_id: str, code: str) -> str:
    """The id that this code makes, shaped like a UUIDv7; "" for a code that makes none."""
    if not valid(engagement_id, code) or _number(code) % 2:
        return ""
    found = _hash(f"{engagement_id}/{code}")
    variant = "89ab"[int(found[16], 16) % 4]
    parts = (found[:8], found[8:12], f"7{found[13:16]}", f"{variant}{found[17:20]}", found[20:32])
    return "-".join(parts)


def found(engagement: dict[str, Any], typed: str) -> tuple[dict[str, Any], str]:
    """(the visit meant, "") or ({}, the code of a reason). `engagement` as in today's context."""
    code = normal(typed)
    if not valid(engagement["id"], code):
        return {}, "bad_code"
    for visit in engagement["open_visits"]:
        if visit["code"] == code:
            return visit, ""
    visit_id = visit_of(engagement["id"], code)
    if not visit_id:
        return {}, "unknown_code"
    begun = {"id": visit_id, "code": code, "number": engagement["next_number"]}
    return {**begun, "planned_on": "", "started_name": ""}, ""


def _code(engagement_id: str, number: int) -> str:
    """Drawn again, by twos, until its check character is one of the 32 on the key."""
    while _check(engagement_id, number) >= len(CROCKFORD):
        number = (number + 2) % 2**30
    places = (number >> 5 * place & 31 for place in range(LENGTH - 2, -1, -1))
    return "".join(CROCKFORD[one] for one in (*places, _check(engagement_id, number)))


def _number(code: str) -> int:
    number = 0
    for character in code[:-1]:
        number = number * 32 + CROCKFORD.index(character)
    return number


def _check(engagement_id: str, number: int) -> int:
    """With the engagement in it, a code given for another one is caught as well."""
    return (number + int(_hash(engagement_id)[:8], 16)) % MODULUS


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
