"""A form beside the other version of what it changes."""

from __future__ import annotations

from typing import Any

from tests.samples.common import Context
from tests.samples.hazards import version
from tests.samples.visits import RECORD, visit
from webapp import views


def hazard_form(context: Context, number: int) -> Context:
    found = context["hazards"][number]
    return {**context, "hazard": found, "form": found}


def laid(found: Context, owner: Context) -> Context:
    """As the page's view gives it."""
    return views.compared(owner, found) if found["id"] else found


def beside(number: int, found: Context, **more: Any) -> Context:
    """A hazard's page of 两处修改: `found` stands beside the hazard of this number."""
    given = hazard_form(visit("started"), number)
    given["hazard"] = given["form"] = {**given["hazard"], **more}
    shown = laid(found, given["hazard"])
    return {**given, "version": shown, "params": {"operation": found["id"]}}


def beside_record() -> Context:
    given = visit("recorded")
    other = {
        "result": "共登记隐患4项，均已当场告知。",
        "process": RECORD["process"] + "\n补查成品仓库。",
    }
    found = version("record.write", {**RECORD, **other})
    given["record"] |= {"versions": [found]}
    return {**given, "version": laid(found, given["record"]), "params": {"operation": found["id"]}}


NO_VERSION = {"id": "", "kind": ""}


WITHDRAWN = {"withdrawn_at": "2026-11-23T06:00:00.000Z", "withdrawn_reason": "与L1重复"}
