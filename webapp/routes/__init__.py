"""One file per noun in the URL; thin."""

from __future__ import annotations

from flask import Flask, redirect
from werkzeug.wrappers import Response

from webapp import field
from webapp.people import current_person
from webapp.routes import (
    archives,
    attachments,
    calendar,
    contracts,
    engagements,
    enterprises,
    follow_ups,
    ledgers,
    me,
    office,
    phones,
    photos,
    planned_visits,
    plans,
    public,
    rescues,
    reviews,
    set_aside,
    sign_in,
    sync,
    visits,
)


def init(app: Flask) -> None:
    desk = (me, office, phones, plans, rescues, set_aside)
    service = (
        archives,
        attachments,
        calendar,
        contracts,
        engagements,
        enterprises,
        follow_ups,
        ledgers,
        planned_visits,
        reviews,
    )
    for module in (*desk, *service, photos, public, sign_in, sync, visits):
        app.register_blueprint(module.bp)
    field.init(app)

    @app.get("/")
    def home() -> Response:
        return redirect(current_person().home, code=303)
