"""统一社会信用代码 (GB 32100-2015): 18 characters, the last one checks the others."""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, place, 31) for place in range(17)]


def check(first: str) -> str:
    """The last character for the first seventeen."""
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
    return SIGNS[-total % 31]


def valid(code: str) -> bool:
    if len(code) != 18 or any(sign not in SIGNS for sign in code):
        return False
    return check(code[:17]) == code[17]
