"""服务确认单 as A4 PDF, from the canonical text and the strokes that were signed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from webapp import board_codes
from webapp.documents.typesetting import pdf
from webapp.standard.hazards import SHANGHAI, shanghai_day
from webapp.standard.ink import BOX, svg_path

# What the box of table C.1 holds at 10 pt, in lines of 42 characters; more goes to the sheet.
LINE, LINES, COMMENT_LINES = 42, 17, 3


def slip_pdf(confirmation: dict[str, Any], public_url: str) -> bytes:
    """`confirmation` as in a visit's context; without signatures it is for signing in ink."""
    slip = json.loads(confirmation["slip"])
    parts = [
        {"name": name, "text": slip[key]}
        for name, key in (("内容", "content"), ("过程", "process"), ("结果", "result"))
        if slip[key]
    ]
    verify = board_codes.address(public_url, f"/verify/{confirmation['code']}")
    data = {
        "code": confirmation["code"],
        "hash": confirmation["hash"],
        "verify": verify,
        "qr": board_codes.svg(verify, border=1),
        "date": slip["service_date"] or "2026-01-01",
        **{name: slip[name] for name in ("enterprise", "institution", "items", "lead", "number")},
        "time": time_words(slip),
        "parts": parts,
        "overflows": lines([part["text"] for part in parts]) > LINES,
        "hazards": f"{len(slip['hazards'])} 项（{'、'.join(slip['hazards'])}），详见隐患清单"
        if slip["hazards"]
        else "",
        "satisfaction": confirmation["satisfaction"],
        "comments": confirmation["comments"],
        "comments_overflow": lines([confirmation["comments"]]) > COMMENT_LINES,
        **signed(confirmation),
    }
    return pdf("slip.typ", data)


def signed(confirmation: dict[str, Any]) -> dict[str, Any]:
    found = {one["party"]: one for one in confirmation["signatures"]}
    consultant, enterprise = found.get("consultant"), found.get("enterprise")
    return {
        "consultant": drawing(consultant),
        "consultant_name": consultant["signer_name"] if consultant else "",
        "consultant_day": shanghai_day(consultant["made_at"]) if consultant else "",
        "enterprise_ink": drawing(enterprise),
        "enterprise_name": " ".join([enterprise["signer_name"], enterprise["signer_post"]])
        if enterprise
        else "",
        "enterprise_day": shanghai_day(enterprise["made_at"]) if enterprise else "",
    }


def drawing(signature: dict[str, Any] | None) -> str | None:
    """The strokes are the record; the picture is drawn from them."""
    if signature is None:
        return None
    width, height = BOX
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{svg_path(signature["strokes"])}" fill="none" stroke="#000" stroke-width="9"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def time_words(slip: dict[str, Any]) -> str:
    day = slip["service_date"]
    if not day:
        return ""
    words = f"{day[:4]}年{int(day[5:7])}月{int(day[8:10])}日"
    clocks = [
        datetime.fromisoformat(slip[name]).astimezone(SHANGHAI).strftime("%H:%M")
        for name in ("started_at", "ended_at")
        if slip[name]
    ]
    return f"{words} {'–'.join(clocks)}"


def lines(texts: list[str]) -> int:
    """How many lines a text takes in the box, Latin letters counted as half."""
    return sum(
        max(1, -(-sum(1 if ord(c) > 0x2E7F else 0.55 for c in line) // LINE))
        for text in texts
        for line in text.splitlines()
    ).__ceil__()
