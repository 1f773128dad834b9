"""What 4.2 and 4.3 a, b, e ask of own people, and whether it is on record on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

REGULARLY = 365  # days; who was trained last longer ago is not trained regularly (4.2)


@dataclass(frozen=True)
class Facts:
    """Of so many who serve, how many lack what; of so many `contracted` lines, how many are
    `uncovered`."""

    serving: int = 0
    without_experience: int = 0
    contracted: int = 0
    uncovered: int = 0
    untrained: int = 0
    unpledged: int = 0


@dataclass(frozen=True)
class Answer:
    """Nothing recorded is no evidence, not a breach: these four warn and never refuse."""

    clause: str
    what: str
    lacking: int
    state: str


def answers(facts: Facts) -> list[Answer]:
    """4.2 in the order of its sentences, then 4.3."""
    asked = (
        ("4.2", "experience", facts.serving, facts.without_experience),
        ("4.2", "competence", facts.contracted, facts.uncovered),
        ("4.2", "training", facts.serving, facts.untrained),
        ("4.3", "pledge", facts.serving, facts.unpledged),
    )
    return [
        Answer(clause, what, lacking, "met" if asked_of and not lacking else "no_evidence")
        for clause, what, asked_of, lacking in asked
    ]


def trained_since(day: str) -> str:
    """A training on this day or later counts as regular on `day` (4.2)."""
    return (date.fromisoformat(day) - timedelta(days=REGULARLY)).isoformat()
