"""What should become of a visit, whatever the order of arrival: the handlers said again, in a few
lines that know no SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Made = dict[str, Any]


@dataclass
class Model:
    """`hazards`: id → description, latest operation, withdrawn; `slips`: id → judged or not."""

    decided: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    hazards: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    record: tuple[str, str] | None = None
    slips: dict[str, bool] = field(default_factory=dict)
    signatures: set[str] = field(default_factory=set)

    def take(self, body: bytes, operation: Made) -> tuple[str, str]:
        """(outcome, code of the reason), once for each bytes."""
        if body not in self.decided:
            known = operation["id"] in self.ids
            verdict = ("conflict", "same_id") if known else self.decide(operation)
            self.ids.add(operation["id"])
            self.decided[body] = verdict
        return self.decided[body]

    def decide(self, operation: Made) -> tuple[str, str]:
        verb = operation["kind"].replace(".", "_")
        found: tuple[str, str] = getattr(self, verb)(operation, operation["payload"])
        return found

    def hazard_record(self, operation: Made, payload: Made) -> tuple[str, str]:
        self.hazards[operation["id"]] = (payload["description"], operation["id"], False)
        return "applied", ""

    def hazard_edit(self, operation: Made, payload: Made) -> tuple[str, str]:
        there = self.hazards.get(payload["hazard_id"])
        if there is None:
            return "refused", "unknown_hazard"
        if there[1] != operation["base"]:
            return "conflict", "edited_meanwhile"
        self.hazards[payload["hazard_id"]] = (payload["description"], operation["id"], there[2])
        return "applied", ""

    def hazard_withdraw(self, operation: Made, payload: Made) -> tuple[str, str]:
        there = self.hazards.get(payload["hazard_id"])
        if there is None:
            return "refused", "unknown_hazard"
        if there[2]:
            return "applied", "flagged"
        self.hazards[payload["hazard_id"]] = (there[0], operation["id"], True)
        return "applied", ""

    def record_write(self, operation: Made, payload: Made) -> tuple[str, str]:
        if operation["base"] != (self.record[1] if self.record else None):
            return "conflict", "edited_meanwhile"
        self.record = (payload["content"], operation["id"])
        return "applied", ""

    def confirmation_sign(self, operation: Made, payload: Made) -> tuple[str, str]:
        if payload["party"] == "consultant":
            self.slips[operation["id"]] = False
        elif payload["confirmation_id"] not in self.slips:
            return "refused", "unknown_confirmation"
        elif self.slips[payload["confirmation_id"]]:
            return "refused", "signed_already"
        else:
            self.slips[payload["confirmation_id"]] = True
        self.signatures.add(operation["id"])
        return "applied", ""
