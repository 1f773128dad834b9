"""手机与上传: every phone, what it holds, what is amiss; sessions ended, people deactivated."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from sync import devices
from sync.devices import Standing
from webapp import user_agent
from webapp.db import get_db, now, writing
from webapp.domain import people as verbs
from webapp.domain.refusal import Refusal
from webapp.filters import short
from webapp.people import current_person, only
from webapp.queries import people, set_aside
from webapp.routes.people import need_person
from webapp.routes.people import page as person_page
from webapp.routes.sync import below_reserve
from webapp.standard.hazards import shanghai_time

bp = Blueprint("phones", __name__)
FORGOTTEN = 90  # days; a phone that holds nothing and is silent for so long is folded away
CLOCK_OFF = 5 * 60_000  # ms; from here on a phone's clock is called wrong


@bp.get("/office/phones")
@only("manager")
def show() -> str:
    return page()


def page(code: str = "", params: dict[str, Any] | None = None) -> str:
    rows = of_people()
    for row in rows:  # what needs somebody first
        row["phones"].sort(key=lambda phone: not phone["amiss"])
        row["amiss"] = any(phone["amiss"] for phone in row["phones"])
    rows.sort(key=lambda row: (not row["amiss"], not row["phones"]))
    amiss = any(row["amiss"] for row in rows)
    return render_template(
        "office/phones.html", people=rows, amiss=amiss, code=code, params=params or {},
        own=current_person().id, at=now(),
    )  # fmt: skip


def of_people() -> list[dict[str, Any]]:
    """Everyone with `phones`, as a page shows them now."""
    db, at = get_db(), now()
    of_person: dict[str, list[dict[str, Any]]] = {}
    for standing in devices.standings(db):
        of_person.setdefault(standing.person, []).append(shown(standing, at))
    return [{**row, "phones": of_person.get(row["id"], [])} for row in people.with_phones(db)]


def listed() -> list[dict[str, Any]]:
    """A row a phone, and one for whoever has none yet."""
    return [
        {**row, "account": "" if row["active"] else "left", **_row(phone)}
        for row in of_people()
        for phone in row["phones"] or [None]
    ]


def _row(phone: dict[str, Any] | None) -> dict[str, Any]:
    if phone is None:
        return {**dict.fromkeys(ROW, ""), "phone_state": "none"}
    missing = [f"{a}–{b}" if b > a else str(a) for a, b in phone["gaps"]]
    return {
        **{name: phone[name] for name in ("model", "records", "photos", "needs_you", "app")},
        "phone": short(phone["id"]),
        "gaps": ", ".join(missing),
        "photos_lost": phone["photos_lost"],
        "clock": phone["clock_minutes"],
        "last_heard": shanghai_time(phone["last_heard"]),
        "oldest": shanghai_time(phone["oldest_waiting"] or ""),
        "phone_state": "silent" if phone["silent"] else "stuck" if phone["stuck"] else "",
    }


def shown(phone: Standing, at: str) -> dict[str, Any]:
    quiet = phone.quiet_for(at)
    minutes = max(0, int(quiet.total_seconds() // 60))
    off = phone.clock_offset
    known = {name: getattr(phone, name) for name in SHOWN}
    return {
        **known,
        "model": user_agent.short(phone.user_agent),
        "current": phone.app == current_app.extensions["build"],
        "days": minutes // 1440,
        "hours": minutes // 60,
        "minutes": minutes,
        "clock_minutes": round(off / 60_000) if abs(off) >= CLOCK_OFF else 0,
        "silent": phone.silent(at),
        "stuck": phone.stuck(at),
        "amiss": phone.silent(at) or phone.stuck(at) or bool(phone.gaps) or phone.photos_lost > 0,
        "forgotten": not phone.holds and not phone.gaps and quiet.days >= FORGOTTEN,
    }


SHOWN = [
    *("id", "last_contact", "last_heard", "records", "photos", "needs_you", "oldest_waiting"),
    *("gaps", "photos_lost", "app", "holds"),
]

ROW = (
    *("model", "phone", "last_heard", "records", "photos", "needs_you", "oldest", "gaps"),
    *("photos_lost", "clock", "app"),
)


def concerns() -> list[dict[str, Any]]:
    """What a manager must look at, first things first: what may be lost, what waits for a
    decision, what waits for a phone."""
    db, at = get_db(), now()
    names = {row["id"]: row["name"] for row in people.with_phones(db)}
    phones = [(names.get(one.person, ""), one) for one in devices.standings(db)]
    found: list[dict[str, Any]] = [{"code": "disk_low"}] if below_reserve() else []
    for name, phone in phones:
        if phone.gaps:
            found.append({"code": "gap", **of(name, phone), "gaps": phone.gaps})
        if phone.photos_lost:
            found.append({"code": "photos_lost", **of(name, phone), "n": phone.photos_lost})
    found += set_aside.counts(db)
    for name, phone in phones:
        if phone.stuck(at) or phone.silent(at):
            code = "silent" if phone.silent(at) else "stuck"
            found.append({"code": code, **shown(phone, at), **of(name, phone)})
    return found


def of(name: str, phone: Standing) -> dict[str, str]:
    return {"name": name, "person": phone.person}


@bp.post("/office/people/<person>/cut-off")
@only("manager")
def cut_off(person: str) -> Response | tuple[str, int]:
    """A lost phone: every session of this person ends."""
    return decided(person, verbs.cut_off)


@bp.post("/office/people/<person>/deactivate")
@only("manager")
def deactivate(person: str) -> Response | tuple[str, int]:
    return decided(person, verbs.deactivate)


@bp.post("/office/people/<person>/activate")
@only("manager")
def activate(person: str) -> Response | tuple[str, int]:
    return decided(person, verbs.activate)


def decided(person: str, verb: Any) -> Response | tuple[str, int]:
    """Needs the tick beside the button."""
    row, here = need_person(person), request.form.get("from") == "person"
    try:
        if request.form.get("sure") != "yes":
            raise Refusal("not_ticked")
        with writing() as db:
            verb(db, person, current_person().id, now())
    except Refusal as refusal:
        told = refusal.code, refusal.params
        return person_page(row, "account", *told) if here else page(*told), 422
    return redirect(f"/office/people/{person}" if here else "/office/phones", code=303)
