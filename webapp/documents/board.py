"""公示牌 as PDF, A4 or 60 × 90 cm, with a vector QR code (5.4.1 d, appendix B)."""

from __future__ import annotations

from typing import Any

from webapp import board_codes
from webapp.documents.typesetting import pdf

SIZES = ("a4", "60x90")
KINDS = {
    "safety_engineer": "中级注册安全工程师",
    "safety_assessor": "安全评价师",
    "fire_engineer": "注册消防工程师",
    "engineer_title": "工程师职称",
}


def board_pdf(shown: dict[str, Any], size: str, day: str, public_url: str) -> bytes:
    """`shown` as from queries.boards."""
    institution, engagement = shown["institution"], shown["engagement"]
    place = board_codes.address(public_url, f"/b/{shown['board']['code']}")
    data = {
        "size": size,
        "day": day,
        "enterprise": engagement["enterprise"],
        "institution": institution.get("name", ""),
        "credit_code": institution.get("credit_code", ""),
        "notification": " ".join(
            [institution.get("notified_county", ""), institution.get("notification_no", "")]
        ),
        "term": f"{engagement['starts_on']} 至 {engagement['ends_on']}",
        "frequency": engagement["frequency"],
        "items": shown["items"],
        "people": [row for person in shown["people"] for row in rows(person)],
        "phone": institution.get("phone", ""),
        "complaint_phone": institution.get("complaint_phone", ""),
        "qr": board_codes.svg(place),
        "address": place,
    }
    return pdf("board.typ", data)


def rows(person: dict[str, Any]) -> list[dict[str, str]]:
    """One row a credential; who did not consent stands without name and number."""
    who = {
        "post": "项目负责人" if person["is_lead"] else "技术服务人员",
        "name": person["name"] or "（未公示）",
    }
    held = [
        {
            **who,
            "kind": KINDS[one["kind"]],
            "number": one["number"],
            "valid_to": one["valid_to"] or "长期",
        }
        for one in person["credentials"]
    ]
    return held or [{**who, "kind": "—", "number": "", "valid_to": ""}]
