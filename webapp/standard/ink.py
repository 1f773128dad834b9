"""Is there enough ink for a signature? The phone asks the same question (elements/ink.js)."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Any

BOX = (1000, 400)
FEWEST_POINTS = 8
SHORTEST_PATH = 300


def well_formed(strokes: Any) -> bool:
    """[[[x, y, t], …], …] of whole numbers inside the box."""
    return (
        isinstance(strokes, list)
        and 0 < len(strokes) <= 500
        and all(isinstance(stroke, list) and stroke for stroke in strokes)
        and sum(len(stroke) for stroke in strokes) <= 20_000
        and all(_point(point) for stroke in strokes for point in stroke)
    )


def _point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 3
        and all(isinstance(value, int) and not isinstance(value, bool) for value in point)
        and 0 <= point[0] <= BOX[0]
        and 0 <= point[1] <= BOX[1]
        and point[2] >= 0
    )


def enough(strokes: list[list[list[int]]]) -> bool:
    points = sum(len(stroke) for stroke in strokes)
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))
    return points >= FEWEST_POINTS and length >= SHORTEST_PATH


def svg_path(strokes: list[list[list[int]]]) -> str:
    """The strokes as an SVG path: a dot for a tap, lines for the rest."""
    return " ".join(
        "M"
        + " L".join(
            f"{point[0]} {point[1]}" for point in (stroke * 2 if len(stroke) == 1 else stroke)
        )
        for stroke in strokes
    )
