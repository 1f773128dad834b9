"""One file per noun in the URL; thin."""

from __future__ import annotations

from flask import Flask, redirect
from werkzeug.wrappers import Response

from webapp import field
from webapp.people import current_person
from webapp.routes import (
    accounts,
    archives,
    assessors,
    attachments,
    audit,
    authenticity,
    board_photos,
    boards,
    calendar,
    channels,
    competences,
    contracts,
    credentials,
    employment,
    engagements,
    enterprises,
    evidence,
    experiences,
    follow_ups,
    hand_over,
    imports,
    institution,
    keeping,
    languages,
    ledgers,
    lists,
    me,
    office,
    oversights,
    passkeys,
    people,
    phones,
    photos,
    planned_visits,
    plans,
    pledges,
    public,
    readings,
    rescues,
    reviews,
    set_aside,
    sign_in,
    sync,
    visits,
)


def init(app: Flask) -> None:
    desk = (channels, me, office, passkeys, phones, plans, rescues, set_aside)
    own = (accounts, audit, credentials, employment, evidence, hand_over, institution, people)
    staff = (competences, experiences, pledges)
    service = (
        archives,
        assessors,
        attachments,
        authenticity,
        board_photos,
        boards,
        calendar,
        contracts,
        engagements,
        enterprises,
        follow_ups,
        imports,
        keeping,
        ledgers,
        lists,
        oversights,
        planned_visits,
        readings,
        reviews,
    )
    for module in (*desk, *own, *staff, *service, languages, photos, public, sign_in, sync, visits):
        app.register_blueprint(module.bp)
    field.init(app)

    @app.get("/")
    def home() -> Response:
        return redirect(current_person().home, code=303)
