"""公示牌 as PDF, A4 or 60 × 90 cm, with a vector QR code (5.4.1 d, appendix B)."""

from __future__ import annotations

from typing import Any

from webapp import board_codes
from webapp.documents.typesetting import pdf

SIZES = ("a4", "60x90")
INSTITUTION = ("name", "credit_code", "phone", "complaint_phone", "county", "county_phone")
NOTICE = ("notified_county", "notified_on", "notification_no")


def board_pdf(shown: dict[str, Any], size: str, day: str, public_url: str) -> bytes:
    """`shown` as from queries.boards; who did not consent comes without name and number."""
    institution, engagement = shown["institution"], shown["engagement"]
    path = f"/b/{shown['board']['code']}"
    data = {
        "size": size,
        "day": day,
        **{name: institution.get(name) or "" for name in (*INSTITUTION, *NOTICE)},
        **{name: engagement[name] for name in ("enterprise", "starts_on", "ends_on", "frequency")},
        "items": shown["items"],
        "stars": institution.get("stars") or 0,
        "stars_year": institution.get("stars_year") or "",
        "stars_until": institution.get("stars_until") or "",
        "people": [row for person in shown["people"] for row in rows(person)],
        "qr": board_codes.svg(board_codes.address(public_url, path), border=2),
        "address": board_codes.short_address(public_url, shown["board"]["code"]),
    }
    return pdf("board.typ", data)


def rows(person: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a credential; a person without any still stands there."""
    who = {"name": person["name"], "is_lead": person["is_lead"]}
    none = {"kind": "", "number": "", "valid_to": "", "state": ""}
    return [{**who, **held} for held in person["credentials"] or [none]]
