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
    # What each applied operation said, and of what.
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

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
        self.said[operation["id"]] = (operation["id"], payload["description"])
        return "applied", ""

    def hazard_edit(self, operation: Made, payload: Made) -> tuple[str, str]:
        there = self.hazards.get(payload["hazard_id"])
        if there is None:
            return "refused", "unknown_hazard"
        hazard, words = payload["hazard_id"], payload["description"]
        verdict = self.weigh(operation, hazard, words, there)
        if verdict == "write":
            self.hazards[hazard] = (words, operation["id"], there[2])
        return ("conflict", "edited_meanwhile") if verdict == "keep" else ("applied", "")

    def weigh(self, operation: Made, of: str, words: str, there: tuple[Any, ...]) -> str:
        """Only what differs both from what stands and from what it was made on can meet it."""
        known = self.said.get(operation["base"]) == (of, words)
        verdict = "keep"
        if there[0] == words or (known and there[1] != operation["base"]):
            verdict = "nothing"
        elif there[1] == operation["base"]:
            verdict = "write"
        if verdict != "keep":
            self.said[operation["id"]] = (of, words)
        return verdict

    def hazard_withdraw(self, operation: Made, payload: Made) -> tuple[str, str]:
        there = self.hazards.get(payload["hazard_id"])
        if there is None:
            return "refused", "unknown_hazard"
        if there[2]:
            return "applied", "flagged"
        self.hazards[payload["hazard_id"]] = (there[0], operation["id"], True)
        return "applied", ""

    def record_write(self, operation: Made, payload: Made) -> tuple[str, str]:
        words = payload["content"]
        verdict = self.weigh(operation, "record", words, self.record or (None, None))
        if verdict == "write":
            self.record = (words, operation["id"])
        return ("conflict", "edited_meanwhile") if verdict == "keep" else ("applied", "")

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
