"""Li and Wang on one hazard, and what each of them does to it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Phone, Phones
from tests.test_hazards import fields, picture


class Pair:
    """Li and Wang on one hazard that Li recorded."""

    def __init__(self, phone_of: Phones, visit: str) -> None:
        self.li, self.wang, self.visit = phone_of("li"), phone_of("wang"), visit
        self.hazard = self.li.do("hazard.record", fields(visit, "L1"))["operation_id"]

    def edit(self, phone: Phone, base: str, words: str = "", **more: Any) -> dict[str, Any]:
        photos = more.pop("brings", [])
        said = {**fields(self.visit), "hazard_id": self.hazard, "description": words, **more}
        return phone.do("hazard.edit", said, base=base, photos=photos)

    def withdraw(self, phone: Phone, base: str | None, **more: Any) -> dict[str, Any]:
        said = {"visit_id": self.visit, "hazard_id": self.hazard, "reason": "重复", **more}
        return phone.do("hazard.withdraw", said, base=base)

    def apart(self) -> tuple[str, str]:
        """Both edited the recorded one: (Wang's, which stands; Li's, which was slower)."""
        stands = self.edit(self.wang, self.hazard, "王的描述")
        beside = self.edit(self.li, self.hazard, "李的描述")
        assert (stands["outcome"], beside["outcome"]) == ("applied", "conflict")
        return stands["operation_id"], beside["operation_id"]

    def shown(self, phone: Phone | None = None) -> dict[str, Any]:
        """The hazard as a phone is told of it."""
        headers = {"Accept": "application/json"}
        answer = (phone or self.wang).client.get(f"/visits/{self.visit}", headers=headers)
        return next(h for h in answer.json["hazards"] if h["id"] == self.hazard)

    def beside(self) -> list[str]:
        return [version["id"] for version in self.shown()["versions"]]


def settled_on(phone: Phone) -> list[str]:
    """What this phone is told that nobody has to choose about any more."""
    said = {
        "device": f"phone-{phone.person}", "operations_waiting": 0, "photos_waiting": 0,
        "highest_seq": phone.seq, "oldest_waiting": None,
        "device_now": "2026-11-23T01:10:00.000Z", "app": "test",
    }  # fmt: skip
    found: list[str] = phone.client.post("/sync/contact", json=said).json["settled"]
    return found


def named(colour: str) -> tuple[bytes, dict[str, Any]]:
    data = picture(colour)
    sha256 = hashlib.sha256(data).hexdigest()
    return data, {"sha256": sha256, "size": len(data), "type": "image/jpeg"}


def bring(phone: Phone, operation: str, data: bytes) -> int:
    sha256 = hashlib.sha256(data).hexdigest()
    return phone.client.put(f"/sync/photos/{sha256}?operation={operation}", data=data).status_code


def seen(client: FlaskClient, sha256: str) -> int:
    with client.get(f"/photos/{sha256}") as answer:
        return answer.status_code
