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
    by: str = "李晓峰", received: str = "", times: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """`signer`: name and post of who signs for the enterprise; satisfaction "": nobody yet."""
    context = contexts.visit(demo.db, demo.people[by], visit)
    assert context is not None
    text, come = slip.slip_text(context), {"by": by, "received": received}
    ours, theirs = times or (demo.time(day, 11, 52), demo.time(day, 11, 57))
    first, hash_ = sign(demo, visit, ours, text, "consultant", by, "", "", "", **come)
    if satisfaction:
        said = {"post": signer[1], "satisfaction": satisfaction, **come}
        sign(demo, visit, theirs, text, "enterprise", signer[0], comments, first, hash_, **said)


def sign(
    demo: Demo, visit: str, at: str, text: str, party: str, name: str, comments: str,
    confirmation: str, previous: str, post: str = "技术服务人员", satisfaction: str = "",
    by: str = "李晓峰", received: str = "",
) -> tuple[str, str]:  # fmt: skip
    """The signature's id and hash."""
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
            "device": demo.devices.get(by, "demo"),
            "app": "demo",
            "previous": previous,
        }
    )
    ids = {"visit_id": visit, "confirmation_id": confirmation}
    payload = {**ids, "slip": text, "strokes": strokes, "signed": signed, **said}
    signature = demo.operation("confirmation.sign", by, at, payload, received=received)
    return signature, slip.sha256(signed)


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
