"""证书: added, corrected, renewed, suspended, checked, scanned; the whole number only when asked
for, and noted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from webapp.db import get_db, now, today, writing
from webapp.domain import accounts
from webapp.domain import credentials as verbs
from webapp.people import current_person, only
from webapp.queries import credentials as queries
from webapp.queries import people as queries_people
from webapp.routes import people
from webapp.routes.deeds import Answer, done
from webapp.routes.evidence import done_with_scan
from webapp.standard.credentials import KINDS, day_after

bp = Blueprint("credentials", __name__)


def need(credential_id: str) -> dict[str, Any]:
    return queries.by_id(get_db(), credential_id) or abort(404)


def page(
    row: dict[str, Any], failed: str = "", code: str = "", params: dict[str, Any] | None = None
) -> str:
    return render_template(
        "office/people/credential.html",
        row={**queries.shown(row, today()), "next_from": day_after(row["valid_to"])},
        suspensions=queries.suspensions(get_db(), row["id"]),
        person=queries_people.by_id(get_db(), row["person_id"]),
        kinds=KINDS,
        day=today(),
        failed=failed,
        code=code,
        params=params or {},
        typed=request.form,
    )


def again(row: dict[str, Any]) -> Any:
    return lambda failed, code, params: page(row, failed, code, params)


@bp.post("/office/people/<person>/credentials")
@only("manager")
def add(person: str) -> Answer:
    row, by = people.need_person(person), current_person().id

    def deed(db: Any, evidence: str | None) -> None:
        credential = verbs.add(db, person, request.form, by, now())
        if evidence:
            verbs.attach(db, credential, evidence, by, now())

    onward = f"/office/people/{person}"
    return done_with_scan(deed, onward, people.again(row), "credential", person)


@bp.get("/office/credentials/<credential>")
@only("manager")
def one(credential: str) -> str:
    return page(need(credential))


@bp.post("/office/credentials/<credential>")
@only("manager")
def edit(credential: str) -> Answer:
    row, by = need(credential), current_person().id

    def deed(db: Any, evidence: str | None) -> None:
        verbs.edit(db, credential, request.form, by, now())
        if evidence:
            verbs.attach(db, credential, evidence, by, now())

    person = row["person_id"]
    return done_with_scan(deed, f"/office/people/{person}", again(row), "edit", person)


@bp.post("/office/credentials/<credential>/renew")
@only("manager")
def renew(credential: str) -> Answer:
    row, by = need(credential), current_person().id

    def deed(db: Any, evidence: str | None) -> None:
        found = verbs.renew(db, credential, request.form, by, now())
        if evidence:
            verbs.attach(db, found, evidence, by, now())

    person = row["person_id"]
    return done_with_scan(deed, f"/office/people/{person}", again(row), "renew", person)


@bp.post("/office/credentials/<credential>/suspend")
@only("manager")
def suspend(credential: str) -> Answer:
    row, by = need(credential), current_person().id
    return done(
        lambda db: verbs.suspend(db, credential, request.form, today(), by, now()),
        f"/office/credentials/{credential}#suspensions",
        again(row),
        "suspend",
    )


def need_suspension(suspension_id: str) -> dict[str, Any]:
    """The credential it is of."""
    found = queries.suspension(get_db(), suspension_id) or abort(404)
    return need(found["credential_id"])


@bp.post("/office/suspensions/<suspension>/resume")
@only("manager")
def resume(suspension: str) -> Answer:
    row, by = need_suspension(suspension), current_person().id
    return done(
        lambda db: verbs.resume(db, suspension, request.form, today(), by, now()),
        f"/office/credentials/{row['id']}#suspensions",
        again(row),
        f"resume-{suspension}",
    )


@bp.post("/office/suspensions/<suspension>/remove")
@only("manager")
def unsuspend(suspension: str) -> Answer:
    row, by = need_suspension(suspension), current_person().id
    if request.form.get("sure") != "yes":
        return page(row, f"resume-{suspension}", "not_ticked"), 422
    return done(
        lambda db: verbs.unsuspend(db, suspension, by, now()),
        f"/office/credentials/{row['id']}#suspensions",
        again(row),
        f"resume-{suspension}",
    )


@bp.post("/office/credentials/<credential>/check")
@only("manager")
def check(credential: str) -> Answer:
    row, by = need(credential), current_person().id
    return done(
        lambda db: verbs.check(db, credential, request.form, by, today(), now()),
        f"/office/credentials/{credential}",
        again(row),
        "check",
    )


@bp.post("/office/credentials/<credential>/remove")
@only("manager")
def remove(credential: str) -> Answer:
    """Needs the tick beside the button: written down by mistake, not lapsed."""
    row, by = need(credential), current_person().id
    if request.form.get("sure") != "yes":
        return page(row, "remove", "not_ticked"), 422
    return done(
        lambda db: verbs.remove(db, credential, by, now()),
        f"/office/people/{row['person_id']}",
        again(row),
        "remove",
    )


@bp.post("/office/credentials/<credential>/number")
def number(credential: str) -> Response:
    """The whole number, for managers and its owner: on this one answer, and the look is noted."""
    row, asking = need(credential), current_person()
    if asking.role != "manager" and asking.id != row["person_id"]:
        abort(404)
    with writing() as db:
        subject = f"credential {credential}"
        accounts.note(db, asking.id, "number.look", subject, request.remote_addr or "", now())
    person = people.need_person(row["person_id"])
    text = people.page(person, shown={credential: row["number"]})
    return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})
