"""A step's record as a PDF: what was written, by whom, when."""

from __future__ import annotations

from typing import Any

from webapp.documents.typesetting import CannotPrint, pdf

Facts = list[tuple[str, str]]


def step_pdf(
    title: str, enterprise: str, institution: str, day: str, facts: Facts, parts: Facts
) -> bytes:
    """Characters that no font has are spelled as their code: a file is never left incomplete."""
    data: dict[str, Any] = {
        "title": title,
        "enterprise": enterprise,
        "institution": institution,
        "day": day,
        "facts": [[name, value or "—"] for name, value in facts],
        "parts": [{"head": head, "lines": text.splitlines()} for head, text in parts if text],
    }
    try:
        return pdf("step.typ", data)
    except CannotPrint as error:
        return pdf("step.typ", spelled(data, error.missing))


def spelled(value: Any, missing: list[str]) -> Any:
    if isinstance(value, dict):
        return {name: spelled(one, missing) for name, one in value.items()}
    if isinstance(value, list):
        return [spelled(one, missing) for one in value]
    for character in missing:
        value = value.replace(character, f"[U+{ord(character):04X}]")
    return value
