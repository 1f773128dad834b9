"""服务确认单 as A4 PDF, from the canonical text and the strokes that were signed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from webapp import board_codes
from webapp.documents.typesetting import CannotPrint, pdf
from webapp.standard.hazards import SHANGHAI, shanghai_day
from webapp.standard.ink import BOX, svg_path

PARTS = ("content", "process", "result")
# Millimetres: where a signature stands in slip.typ, and how thick its line is.
PLACE, PEN = (44, 15), 0.5
MARGIN = 10


def slip_pdf(confirmation: dict[str, Any], public_url: str) -> bytes:
    """`confirmation` as in a visit's context; without signatures it is for signing in ink."""
    data = printed(confirmation, public_url)
    try:
        return pdf("slip.typ", data)
    except CannotPrint as error:
        if not confirmation["id"]:
            raise
        # What is signed cannot be reworded: name the character instead of losing the paper.
        return pdf("slip.typ", spelled_out(data, error.missing))


def printed(confirmation: dict[str, Any], public_url: str) -> dict[str, Any]:
    """All that the template says, as one JSON-able value."""
    slip = json.loads(confirmation["slip"])
    verify = board_codes.address(public_url, f"/verify/{confirmation['code']}")
    signatures = confirmation["signatures"]
    theirs = next((one for one in signatures if one["party"] == "enterprise"), None)
    frozen = bool(confirmation["id"])
    fields = ("enterprise", "institution", "items", "lead", "number", "hazards")
    return {
        "code": confirmation["code"],
        "hash": confirmation["hash"],
        # Nothing can be looked up before the first signature froze the text.
        "verify": verify if frozen else "",
        "qr": board_codes.svg(verify, border=0) if frozen else "",
        **{name: slip[name] for name in fields},
        "day": slip["service_date"],
        "clocks": [clock(slip[name]) for name in ("started_at", "ended_at")],
        "record": [{"part": part, "lines": slip[part].splitlines()} for part in PARTS],
        "satisfaction": confirmation["satisfaction"],
        "comments": confirmation["comments"].splitlines(),
        # Since template C.1/2; an older slip says nothing of it and is printed as it was.
        "recorders": slip.get("recorders"),
        "consultants": [drawn(one) for one in signatures if one["party"] != "enterprise"],
        "enterprise_person": drawn(theirs) if theirs else None,
        "inked": inked(confirmation),
        "incomplete": incomplete(confirmation),
        "spelled_out": False,
    }


def drawn(signed: dict[str, Any]) -> dict[str, str]:
    return {
        "ink": drawing(signed["strokes"]),
        "name": signed["signer_name"],
        "post": signed["signer_post"],
        "day": shanghai_day(signed["made_at"]),
    }


def inked(confirmation: dict[str, Any]) -> dict[str, Any] | None:
    """The paper original that stands for the missing signatures: named by its photos' hashes."""
    if not confirmation["inked_at"]:
        return None
    return {
        "name": confirmation["ink_signer"],
        "post": confirmation["ink_post"],
        "day": shanghai_day(confirmation["inked_at"]),
        "photos": confirmation["ink_photos"],
    }


def incomplete(confirmation: dict[str, Any]) -> dict[str, Any] | None:
    """What was missing when this was printed, and on whose phone it was; none when it is whole."""
    relies = confirmation.get("relies")
    if not relies or not relies["photos_missing"]:
        return None
    return {
        "at": moment(confirmation["printed_at"]),
        "photos": len(relies["photos"]),
        "missing": len(relies["photos_missing"]),
        "phones": [
            {"name": phone["name"], "heard": moment(phone["last_heard"])}
            for phone in relies["missing_on"]
        ],
    }


def moment(time: str) -> dict[str, str]:
    return {"day": shanghai_day(time), "clock": clock(time)}


def drawing(strokes: list[list[list[int]]]) -> str:
    """The strokes are the record; the picture is drawn from them, cut to where there is ink."""
    xs = [point[0] for stroke in strokes for point in stroke]
    ys = [point[1] for stroke in strokes for point in stroke]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    # A small signature is at most doubled, and the pen stays as wide as a pen.
    width = max(max(xs) + MARGIN - left, BOX[0] // 2)
    height = max(max(ys) + MARGIN - top, BOX[1] // 2)
    pen = round(PEN / min(PLACE[0] / width, PLACE[1] / height), 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}">'
        f'<path d="{svg_path(strokes)}" fill="none" stroke="#000" stroke-width="{pen}"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def clock(time: str) -> str:
    return datetime.fromisoformat(time).astimezone(SHANGHAI).strftime("%H:%M") if time else ""


def spelled_out(value: Any, missing: list[str]) -> Any:
    """The same value with every unprintable character as 〔U+1F44D〕; the template says so."""
    if isinstance(value, str):
        marks = {ord(one): f"〔U+{ord(one):04X}〕" for one in missing}
        return value.translate(marks)
    if isinstance(value, list):
        return [spelled_out(one, missing) for one in value]
    if isinstance(value, dict):
        told = {name: spelled_out(one, missing) for name, one in value.items()}
        return {**told, "spelled_out": True} if "spelled_out" in value else told
    return value
