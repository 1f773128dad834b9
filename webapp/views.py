"""What a field page needs beyond its context (static/js/views.js is the twin)."""

from __future__ import annotations

import json
import secrets
from typing import Any

from webapp.standard import joining
from webapp.standard import slip as standard
from webapp.standard.hazards import next_label

Context = dict[str, Any]


EMPTY_HAZARD: Context = {
    "location": "",
    "plan_id": "",
    "pin_x": None,
    "pin_y": None,
    "description": "",
    "category": "",
    "severity": "general",
    "basis_document": "",
    "basis_clause": "",
    "suggestion": "",
    "deadline": "7",
    "no_photo_reason": "",
    "photos": [],
}
# What two people may have written differently, in the order it is read.
COMPARED = (
    "location",
    "description",
    "severity",
    "deadline",
    "suggestion",
    "category",
    "basis_document",
    "basis_clause",
    "plan_id",
    "photos",
    "no_photo_reason",
    "content",
    "process",
    "result",
)
EMPTY_JUDGEMENT: Context = {
    "signer_name": "",
    "signer_post": "",
    "satisfaction": "",
    "comments": "",
}


PARTIES = {"consultant", "colleague", "enterprise"}
NOBODYS = {"id": "", "code": "", "number": "", "planned_on": "", "started_name": ""}


def walk_in(context: Context, params: dict[str, str]) -> Context:
    """The code is drawn before the visit is begun: its id follows from it."""
    engagement = context["engagement"]["id"]
    code = joining.drawn(engagement, secrets.randbits(30))
    return {"new_code": code, "new_visit": joining.visit_of(engagement, code)}


def join(context: Context, params: dict[str, str]) -> Context:
    """Which visit the typed code means, or why it means none."""
    engagements = context["engagements"]
    only, asked = len(engagements) == 1, params.get("engagement")
    chosen = next((one for one in engagements if only or one["id"] == asked), None)
    typed = params.get("code", "")
    found, wrong = joining.found(chosen, typed) if chosen and typed else ({}, "")
    if typed and not chosen:
        wrong = "choose_engagement"
    return {
        "chosen": chosen["id"] if chosen else "",
        "place": chosen["enterprise"] if chosen else "",
        "typed": typed,
        "found": found or NOBODYS,
        "wrong": wrong,
        "going": [
            {**visit, "short_name": one["short_name"]}
            for one in engagements
            for visit in one["open_visits"]
            if visit["started_at"] and not visit["joined"]
        ],
    }


def hazard(context: Context, params: dict[str, str]) -> Context | None:
    found = next((h for h in context["hazards"] if h["id"] == params["hazard"]), None)
    return {"hazard": found, "form": found} if found else None


def hazard_version(context: Context, params: dict[str, str]) -> Context | None:
    found = hazard(context, params)
    return found and {**found, "version": _version(found["hazard"], params)}


def record_version(context: Context, params: dict[str, str]) -> Context:
    return {"version": _version(context["record"], params)}


def _version(owner: Context, params: dict[str, str]) -> Context:
    """id "": nothing to choose about any more, which the page says."""
    found = next((v for v in owner["versions"] if v["id"] == params["operation"]), None)
    return compared(owner, found) if found else {"id": "", "kind": ""}


def compared(owner: Context, version: Context) -> Context:
    """Which fields of the version differ from what stands, and the photos only it has."""
    names = [name for name in COMPARED if name in owner and name in version]
    differs = {name: owner[name] != version[name] for name in names}
    if any(owner.get(name) != version.get(name) for name in ("pin_x", "pin_y")):
        differs["plan_id"] = True
    more = [photo for photo in version["photos"] if photo not in owner.get("photos", [])]
    return {**version, "names": names, "differs": differs, "more_photos": more}


def new_hazard(context: Context, params: dict[str, str]) -> Context:
    labels = [h["label"] for h in context["hazards"]]
    label = next_label(labels, context["person"]["letter"])
    return {"next_label": label, "form": {**EMPTY_HAZARD, "label": label}}


def slip(context: Context, params: dict[str, str]) -> Context:
    text = standard.slip_text(context)
    found = standard.sha256(text)
    return {
        "slip": json.loads(text),
        "slip_text": text,
        "slip_hash": found,
        "slip_code": standard.code(found),
        "unsigned": unsigned(context),
        "record_ready": bool(context["record"]["content"]),
    }


def unsigned(context: Context) -> list[Context]:
    """Colleagues whose signature the slip has not."""
    signed = {signature["signer_id"] for signature in context["confirmation"]["signatures"]}
    return [one for one in context["engagement"]["people"] if one["id"] not in signed]


def sign(context: Context, params: dict[str, str]) -> Context | None:
    if params["party"] not in PARTIES:
        return None
    signatures = context["confirmation"]["signatures"]
    previous = signatures[-1]["hash"] if signatures else ""
    return {**slip(context, params), "previous": previous, "form": EMPTY_JUDGEMENT}


def ink(context: Context, params: dict[str, str]) -> Context:
    return {**slip(context, params), "form": {**EMPTY_JUDGEMENT, "photos": []}}


VIEWS = {
    "walk_in": walk_in,
    "join": join,
    "hazard": hazard,
    "edit_hazard": hazard,
    "hazard_version": hazard_version,
    "merge_hazard": hazard_version,
    "record_version": record_version,
    "merge_record": record_version,
    "new_hazard": new_hazard,
    "slip": slip,
    "sign": sign,
    "ink": ink,
}


def extras(name: str, context: Context, params: dict[str, str]) -> Context | None:
    """None: there is no such page."""
    view = VIEWS.get(name)
    return view(context, params) if view else {}
