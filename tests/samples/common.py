"""What every page is given, and small parts."""

from __future__ import annotations

from typing import Any

Context = dict[str, Any]

DAY = "2026-11-23"


ODD = "3#冲床 <b>\"光幕\"</b> & 'A\\B' `x`，遮挡时滑块不停止。"


SHA = "ab" * 32


MORE = "cd" * 32


WAVES = [[[60 + 20 * n, 200 + (n * 37 % 120) - 60, 16 * n] for n in range(40)], [[700, 120, 900]]]


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def local(**more: Any) -> Context:
    return {
        "day": DAY,
        "now": "2026-11-23T01:10:00.000Z",
        "new_id": "019abc00-0000-7000-8000-00000000000f",
        "assets": {
            "app_css": "/app.css",
            "app_js": "/app.js",
            "rescue_js": "/rescue.js",
            "icon_192_png": "/icon.png",
        },
        "worker": True,
        "offline": False,
        "waiting": 2,
        "needs_you": 0,
        "sign_in_needed": False,
        "outbox": [],
        "ready": {"v1": True},
        "handover": "",
        "person_id": "p1",
        "language": "zh",
        **more,
    }


def common() -> Context:
    return {
        "takan": "sync/1",
        "server_seq": 12,
        "person": {"id": "p1", "name": "李晓峰", "letter": "L", "role": "consultant"},
        "pin": {"salt": "00ff", "hash": "a1b2"},
        "institution": {"name": "苏州踏勘安全技术服务有限公司（演示）"},
        "reason": "",
    }


def person(person_id: str, name: str, letter: str, salt: str = "00ff") -> Context:
    pin = {"pin_salt": salt, "pin_check": "a1" if salt else ""}
    return {"id": person_id, "name": name, "letter": letter, **pin}


def away(*phones: list[str]) -> Context:
    """Photos that a colleague's phones still have, or no longer have."""
    names = ("王建国", "周海燕")
    on = [
        {"name": name, "last_heard": "2026-11-23T06:02:00.000Z", "lost": nth > 0, "photos": photos}
        for nth, (name, photos) in enumerate(zip(names, phones, strict=False))
    ]
    return {"photos_missing": [sha for photos in phones for sha in photos], "missing_on": on}


def signature(party: str, name: str, post: str, **more: Any) -> Context:
    return {
        "id": f"s-{party}", "party": party, "signer_id": "" if party == "enterprise" else "p1",
        "doubt": "", "reason": "", "signer_name": name, "signer_post": post,
        "strokes": WAVES, "signed": "{}", "hash": "c3" * 32, "previous": "",
        "made_at": "2026-11-23T03:52:00.000Z", "delivery": "waiting", **more,
    }  # fmt: skip
