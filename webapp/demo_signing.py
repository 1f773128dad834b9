"""The demo's signatures: loops that are plainly drawn, signed through the real operation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from webapp.queries import contexts
from webapp.standard import slip

if TYPE_CHECKING:
    from webapp.demo import Demo


def sign_both(
    demo: Demo, visit: str, day: int, signer: tuple[str, str] = ("赵敏", "安全总监"),
    comments: str = "检查细致，建议明确。", satisfaction: str = "satisfied",
) -> None:  # fmt: skip
    """`signer`: name and post of who signs for the enterprise."""
    context = contexts.visit(demo.db, demo.people["李晓峰"], visit)
    assert context is not None
    text = slip.slip_text(context)
    first = sign(demo, visit, demo.time(day, 11, 52), text, "consultant", "李晓峰", "", "", "")
    signed = contexts.visit(demo.db, demo.people["李晓峰"], visit)
    assert signed is not None
    previous = signed["confirmation"]["signatures"][-1]["hash"]
    at = demo.time(day, 11, 57)
    theirs = {"post": signer[1], "satisfaction": satisfaction}
    sign(demo, visit, at, text, "enterprise", signer[0], comments, first, previous, **theirs)


def sign(
    demo: Demo, visit: str, at: str, text: str, party: str, name: str, comments: str,
    confirmation: str, previous: str, post: str = "技术服务人员", satisfaction: str = "",
) -> str:  # fmt: skip
    strokes = handwriting(3 + len(name), seed=len(comments) + 1)
    said = {
        "party": party,
        "signer_name": name,
        "signer_post": post,
        "satisfaction": satisfaction,
        "comments": comments,
    }
    signed = slip.compact(
        {
            "slip_hash": slip.sha256(text),
            "strokes_hash": slip.sha256(slip.compact(strokes)),
            **said,
            "consent": slip.CONSENT,
            "made_at": at,
            "offset": 0,
            "place": None,
            "device": "demo",
            "app": "demo",
            "previous": previous,
        }
    )
    ids = {"visit_id": visit, "confirmation_id": confirmation}
    payload = {**ids, "slip": text, "strokes": strokes, "signed": signed, **said}
    return demo.operation("confirmation.sign", "李晓峰", at, payload)


def handwriting(strokes: int, seed: int) -> list[list[list[int]]]:
    """Loops across the box: plainly drawn, and plainly nobody's hand."""
    found = []
    for number in range(strokes):
        left = 120 + number * 760 // strokes
        found.append(
            [
                [
                    left + round(step * 9 + 26 * math.sin(step / 2.1 + seed)),
                    200 + round((70 + 9 * number) * math.sin(step / 3.3 + number * 1.7)),
                    number * 400 + step * 16,
                ]
                for step in range(16)
            ]
        )
    return found
