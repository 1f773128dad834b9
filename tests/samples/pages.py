"""Every field page with its contexts: full, with every list empty, blank."""

from __future__ import annotations

import copy
from typing import Any

from tests.samples.common import MORE, ODD, SHA, Context, away, local
from tests.samples.hazards import EMPTY_FORM, edited, version
from tests.samples.slips import countersigned, outbox, slip_extras
from tests.samples.versions import NO_VERSION, WITHDRAWN, beside, beside_record, hazard_form
from tests.samples.visits import JOINS, fellows, joining, today, visit


def pages() -> list[tuple[str, str, Context]]:
    """(name, template, context) of every page in every state worth a look."""
    started, signed, confirmed = visit("started"), visit("signed"), visit("confirmed")
    walk_in = visit("planned")
    walk_in["visit"] |= {"id": "", "url": "", "planned_on": "", "number": 3}
    inked = visit("recorded")
    paper = {
        "ink_signer": "赵敏",
        "ink_post": "安全总监",
        "ink_reason": "list_changed",
        "ink_photos": [SHA, MORE],
        "delivery": "waiting",
        **away([MORE]),
    }
    on_paper = {"id": "c1", "satisfaction": "poor", "inked_at": "2026-11-23T03:52:00.000Z", **paper}
    inked["confirmation"] |= on_paper
    walk_in |= {"new_visit": "v9", "new_code": "K7Q2M9X"}
    unheard = version("unheard", {})
    withdraws = version("hazard.withdraw", {"withdrawn_reason": "与L1重复"})
    new = {**started, "next_label": "L5", "form": EMPTY_FORM}
    refused = {**hazard_form(started, 0), "next_label": "L5", "reason": "photo_or_reason"}
    typed = {"content": ODD, "process": "", "result": "改过"}
    given: list[tuple[str, str, Context, Context]] = [
        ("today", "today", today(), {}),
        ("today-quiet", "today", {**today(), "visits": []}, {"waiting": 0, "worker": False}),
        ("another", "another", today(), {}),
        ("walk-in", "walk_in", walk_in, {"waiting": 0}),
        *((f"join-{name}", "join", joining(**more), {}) for name, more in JOINS.items()),
        *((f"visit-{name}", "visit", context, {}) for name, context in fellows().items()),
        ("record-joined", "record", fellows()["joined"], {}),
        ("slip-joined", "slip", fellows()["joined"], {}),
        *((f"visit-{step}", "visit", visit(step), {}) for step in
          ("planned", "started", "ended", "recorded", "signed", "confirmed")),
        ("hazard-new", "hazards/new", new, {"offline": True}),
        ("hazard-refused", "hazards/new", refused, {"worker": False}),
        ("hazard-edit", "hazards/edit", hazard_form(started, 1), {}),
        *((f"hazard-{n}", "hazards/show", hazard_form(started, n - 1), {}) for n in range(1, 6)),
        ("hazard-edit-away", "hazards/edit", hazard_form(started, 4), {}),
        ("version", "versions/hazard", beside(1, edited()), {}),
        ("version-withdrawn", "versions/hazard", beside(1, edited(), **WITHDRAWN), {}),
        ("version-withdraws", "versions/hazard", beside(1, withdraws), {}),
        ("version-unheard", "versions/hazard", beside(1, unheard), {"offline": True}),
        ("version-record-unheard", "versions/record", {**beside_record(), "version": unheard}, {}),
        ("version-done", "versions/hazard", beside(1, NO_VERSION), {}),
        ("version-record", "versions/record", beside_record(), {}),
        ("version-record-done", "versions/record", {**beside_record(), "version": NO_VERSION}, {}),
        ("merge", "hazards/edit", beside(1, edited()), {}),
        ("merge-withdrawn", "hazards/edit", beside(1, edited(), **WITHDRAWN), {}),
        ("merge-done", "hazards/edit", beside(1, NO_VERSION), {}),
        ("merge-record", "record", beside_record(), {}),
        ("record-beside", "record", {**beside_record(), "version": "", "params": {}}, {}),
        ("visit-beside", "visit", {**beside_record(), "version": ""}, {}),
        ("slip-beside", "slip", {**beside_record(), "version": ""}, {}),
        ("map", "map", started, {}),
        ("record", "record", started, {}),
        ("record-typed", "record", {**visit("signed"), "typed": typed, "reason": "empty_field"}, {}),
        *((f"slip-{step}", "slip", visit(step), {}) for step in
          ("ended", "recorded", "signed", "confirmed")),
        ("slip-handed", "slip", confirmed, {"handover": "/visits/v1/slip/sign/enterprise"}),
        ("slip-inked", "slip", inked, {}),
        ("visit-inked", "visit", inked, {}),
        ("ink-early", "ink", visit("ended"), {}),
        ("ink", "ink", {**visit("recorded"), "reason": "ink_photo_needed"}, {}),
        ("ink-done", "ink", inked, {}),
        ("sign-consultant", "sign", visit("recorded"), {}),
        ("sign-enterprise", "sign", signed, {"handover": "/visits/v1/slip/sign/enterprise"}),
        ("sign-done", "sign", confirmed, {}),
        ("sign-colleague", "sign", signed, {}),
        ("sign-colleague-early", "sign", visit("recorded"), {}),
        ("sign-colleague-done", "sign", confirmed, {}),
        ("slip-two", "slip", countersigned(), {}),
        ("slip-old", "slip", {**confirmed, "old": True}, {}),
        ("visit-two", "visit", countersigned(), {}),
        ("outbox", "outbox", today(), {"outbox": outbox(), "needs_you": 4, "sign_in_needed": True}),
        ("outbox-quiet", "outbox", today(), {"waiting": 0, "offline": True}),
        ("ready", "ready", today(), {}),
        ("missing", "missing", {"reason": ""}, {"offline": True}),
    ]  # fmt: skip
    return [
        (name, f"field/{page}.html", whole(name, page, context, more))
        for name, page, context, more in given
    ]


def whole(name: str, page: str, context: Context, more: Context) -> Context:
    extras = slip_extras(context) if page in ("slip", "sign", "ink") else {}
    if context.pop("old", False):
        extras["slip"] = {**extras["slip"], "template": "C.1/1"}
        del extras["slip"]["recorders"]
    parties = [one for one in ("consultant", "colleague") if f"sign-{one}" in name]
    party = parties[0] if parties else "enterprise"
    params = {"party": party, **context.get("params", {})}
    found = {**context, **extras, "page": f"field/{page}.html", "params": params}
    return copy.deepcopy({**found, "local": local(**more)})


def emptied(value: Any) -> Any:
    """Every list empty."""
    if isinstance(value, dict):
        return {name: emptied(inner) for name, inner in value.items()}
    return [] if isinstance(value, list) else value


def blank(value: Any, keep: tuple[str, ...] = ("page", "params", "local")) -> Any:
    """Every text empty."""
    if isinstance(value, dict):
        return {name: inner if name in keep else blank(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [blank(inner) for inner in value]
    return "" if isinstance(value, str) else value
