"""The desk: what was delivered, as pages and papers."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sync import devices
from webapp import durable, looks, reminders
from webapp.db import folder, get_db, now, today, writing
from webapp.domain import doubles, slips
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, need_visit, only
from webapp.queries import (
    agenda,
    arrivals,
    boards,
    channels,
    confirmations,
    contexts,
    duties,
    enterprises,
    hazards,
    keeping,
    leads,
    oversights,
    owed,
    people,
    service_steps,
    versions,
    visits,
)
from webapp.queries import engagements as serving
from webapp.routes.phones import concerns
from webapp.routes.public import public_url
from webapp.standard import slip as standard
from webapp.standard.service_steps import steps
from webapp.views import compared

bp = Blueprint("office", __name__)


@bp.get("/office")
@bp.get("/enterprises")
def home() -> str:
    person = current_person()
    rows = enterprises.of_person(get_db(), person.id, person.role)
    manages, q = person.role == "manager", request.args.get("q", "").strip()[:80]
    known, due = (concerns(), duties.of(get_db(), today())) if manages else (None, None)
    wanted = [row for row in rows if q in row["name"] or q in row["short_name"]]
    page = {
        "enterprises": wanted,
        "n": len(rows),
        "q": q,
        "day": today(),
        "concerns": known,
        "duties": due,
    }
    page["oversights"] = oversights.unanswered(get_db(), today()) if manages else []
    page["troubled"] = channels.troubled(get_db(), reminders.given_up(now())) if manages else []
    asked = (get_db(), person.id, person.role, today())
    if person.role == "safety_manager":
        page["agenda"] = agenda.to_sign(get_db(), [row["id"] for row in rows]) or None
    else:
        page["agenda"] = agenda.of(*asked) + owed.of(*asked)
    return render_template("office/home.html", **page, starting=agenda.starting(*asked))


@bp.get("/enterprises/<enterprise>")
def enterprise(enterprise: str) -> str:
    need_enterprise(enterprise)
    person, db = current_person(), get_db()
    row = next(
        one for one in enterprises.of_person(db, person.id, person.role) if one["id"] == enterprise
    )
    return render_template(
        "office/enterprise.html",
        enterprise=row,
        visits=[arriving(visit) for visit in enterprises.visits_of(db, enterprise)],
        to_choose=versions.to_choose(db, enterprise),
        engagements=[
            with_steps(row) for row in enterprises.engagements_of(db, enterprise, today())
        ],
        serves={one["id"] for one in serving.of_person(db, person.id, "", "")},
        looks=partial(looks.so_far, folder()),
        next_of=partial(boards.next_of, db, day=today()),
        plans=visits.plans(db, enterprise),
        kept=keeping.file(db, today(), enterprise) if person.role == "manager" else None,
        person=person,
        day=today(),
    )


def with_steps(engagement: dict[str, Any]) -> dict[str, Any]:
    """Where its line of clause 5 stands today."""
    of = service_steps.facts(get_db(), engagement["id"], today())
    return {**engagement, "steps": steps(of, today())}


@bp.get("/office/visits/<visit>")
def visit(visit: str) -> str:
    """The delivered visit: hazards, record, slip."""
    enterprise_id = need_visit(visit)
    db = get_db()
    confirmation, others = confirmations.with_others(db, visit)
    return render_template(
        "office/visit.html",
        visit=arriving(visits.shown(visits.row(db, visit) or abort(404))),
        present=visits.present(db, visit),
        enterprise_id=enterprise_id,
        hazards=[beside(hazard) for hazard in hazards.of_visit(db, visit)],
        plans=visits.plans(db, enterprise_id),
        doubles=versions.doubles(db, visit),
        record=beside(visits.record(db, visit)),
        leading=leads.leads_visit(db, visit, current_person().id, current_person().role),
        confirmation=confirmation,
        other_slips=others,
        relies=arrivals.of_slip(db, visit, confirmation) if confirmation["id"] else arrivals.none(),
        person=current_person(),
    )


def arriving(visit: dict[str, Any]) -> dict[str, Any]:
    """The visit with what is still on its way: photos that are missing here, and records that
    phones of its people say they hold."""
    db = get_db()
    there = arrivals.together(arrivals.of_visit(db, visit["id"]).values())
    waiting = []
    for row in devices.waiting_of(db, visit["id"]):
        who = people.by_id(db, row["person"])
        if who and people.ever_tied(db, who["id"], visit["engagement_id"]):
            waiting.append({**row, "name": who["name"]})
    return {**visit, "arriving": there, "waiting": waiting}


def beside(owner: dict[str, Any]) -> dict[str, Any]:
    """A hazard or a record with what differs in each change that waits beside it."""
    return {**owner, "versions": [compared(owner, version) for version in owner["versions"]]}


@bp.post("/office/visits/<visit>/doubles/<operation>")
@only("manager")
def look(visit: str, operation: str) -> AnyResponse:
    """Somebody has read both contents of one id; its phone asks nobody any more."""
    need_visit(visit)
    if operation not in {row["id"] for row in versions.doubles(get_db(), visit)}:
        abort(404)
    with writing() as db:
        doubles.look(db, operation, current_person().id, now())
    return redirect(f"/office/visits/{visit}", code=303)


@bp.get("/visits/<visit>/slip.pdf")
def slip(visit: str) -> Response:
    """Signed by both: the archived one. Else a print for ink, of what would be signed now.
    `?slip=`: another one than that which stands; `newest`: the one the phone goes on with."""
    need_visit(visit)
    asked = request.args.get("slip", "")
    known = {one["id"]: one for one in confirmations.all_of(get_db(), visit)}
    known["newest"] = visits.confirmation(get_db(), visit)
    if asked and asked not in known:
        abort(404)
    found = known[asked] if asked else confirmations.of_visit(get_db(), visit)
    if not found["id"]:
        context = contexts.visit(get_db(), current_person().id, visit) or abort(404)
        text = standard.slip_text(context)
        sha256 = standard.sha256(text)
        found |= {"slip": text, "hash": sha256, "code": standard.code(sha256)}
    found |= {"relies": arrivals.of_slip(get_db(), visit, found), "printed_at": now()}
    return paper(slip_bytes(found), f"slip-{found['code']}.pdf")


def slip_bytes(found: dict[str, Any]) -> bytes:
    """The archived paper; the first whole print of a slip signed by both becomes it. While photos
    it relies on are missing it says so, and is not the last word."""
    kept = confirmations.archived(get_db(), str(found["id"]))
    place = slips.path(folder(), kept["sha256"]) if kept else None
    if place and place.exists():
        return place.read_bytes()
    made = printed("slip", found)
    if found["satisfaction"] and not found["relies"]["photos_missing"]:
        sha256 = hashlib.sha256(made).hexdigest()
        durable.write(folder(), slips.path(folder(), sha256), made)
        with writing() as db:
            slips.archive(db, str(found["id"]), sha256, now())
    return made


def printed(kind: str, found: dict[str, Any], size: str = "") -> bytes:
    from webapp.documents.board import board_pdf
    from webapp.documents.slip import slip_pdf
    from webapp.documents.typesetting import CannotPrint

    try:
        if kind == "slip":
            return slip_pdf(found, public_url())
        return board_pdf(found, size, today(), public_url())
    except CannotPrint as error:
        raise Refusal("cannot_print", character=error.character) from error


def paper(data: bytes, name: str) -> Response:
    shown = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype="application/pdf", headers=shown)
