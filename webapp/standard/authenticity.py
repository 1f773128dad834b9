"""真实性核对 (A-18): what in the times, place and people of a visit somebody should ask about:
codes. A doubt is a question inside the institution and never a finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp.standard.hazards import shanghai_day

Place = tuple[float, float]  # latitude, longitude
FAR, COARSE = 1000, 500  # metres
SHORT, LATE, AHEAD = timedelta(minutes=20), timedelta(days=3), timedelta(minutes=10)
RADIUS = 6_371_000
ORDER = (
    *("elsewhere", "far_off", "signed_before_start", "signed_other_day", "other_service_date"),
    *("signer_not_there", "signer_unknown", "short_visit", "not_ended", "no_signature"),
    *("not_confirmed", "lead_lapsed", "no_record", "no_photo", "no_place", "coarse_place"),
    *("clock_ahead", "late_delivery"),
)


def distance(one: Place, other: Place) -> int:
    """Metres over the ground."""
    north, south = math.radians(one[0]), math.radians(other[0])
    across, along = north - south, math.radians(one[1] - other[1])
    half = math.sin(across / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(along / 2) ** 2
    return round(2 * RADIUS * math.asin(math.sqrt(half)))


def doubts(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """`facts`: started_at, ended_at, started_received_at, served_on, service_date (of the slip),
    accuracy, distance (None: not known), consultants (signatures: signer_id, made_at), enterprise
    (signatures: reason, made_at), present (ids), elsewhere, photos, recorded, lead_holds.
    """
    if not facts["started_at"]:
        return ()
    holds = {**_times(facts), **_place(facts), **_people(facts)}
    return tuple(code for code in ORDER if holds.get(code))


def _times(facts: Mapping[str, Any]) -> dict[str, bool]:
    begun, came = _at(facts["started_at"]), _at(facts["started_received_at"])
    signed = [*facts["consultants"], *facts["enterprise"]]
    took = _at(facts["ended_at"]) - begun if facts["ended_at"] else None
    days = {shanghai_day(one["made_at"]) for one in signed}
    return {
        "not_ended": took is None,
        "short_visit": took is not None and took < SHORT,
        "clock_ahead": begun - came > AHEAD,
        "late_delivery": came - begun > LATE,
        "signed_before_start": any(_at(one["made_at"]) < begun for one in signed),
        "signed_other_day": bool(days - {facts["served_on"]}),
        "other_service_date": facts["service_date"] not in {"", facts["served_on"]},
    }


def _place(facts: Mapping[str, Any]) -> dict[str, bool]:
    accuracy, off = facts["accuracy"], facts["distance"]
    return {
        "no_place": accuracy is None and not facts.get("place_erased"),
        "coarse_place": accuracy is not None and accuracy > COARSE,
        "far_off": off is not None and off - (accuracy or 0) > FAR,
    }


def _people(facts: Mapping[str, Any]) -> dict[str, bool]:
    ours = {one["signer_id"] for one in facts["consultants"]}
    return {
        "elsewhere": bool(facts["elsewhere"]),
        "no_signature": not ours,
        "not_confirmed": not facts["enterprise"],
        "signer_not_there": bool(ours - set(facts["present"])),
        # Who was not authorised on the day and said why is no question any more.
        "signer_unknown": any(one["reason"] == "unsaid" for one in facts["enterprise"]),
        "lead_lapsed": not facts["lead_holds"],
        "no_record": not facts["recorded"],
        "no_photo": not facts["photos"],
    }


def _at(time: str) -> datetime:
    return datetime.fromisoformat(time)
