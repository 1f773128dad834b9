"""Field pages: one table tells which address shows which template from which context.

The worker reads the same table; online and offline, a page is context → extras → template.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, make_response, render_template
from flask import request as asked

from webapp import languages, people, views
from webapp.db import get_db, now, today
from webapp.ids import new_id
from webapp.partials import wants_partial
from webapp.people import current_person
from webapp.queries import contexts

PAGES: list[dict[str, str]] = json.loads((Path(__file__).parent / "field_pages.json").read_text())
BY_NAME = {page["name"]: page for page in PAGES}


def context_of(page: dict[str, str], params: dict[str, str]) -> dict[str, Any]:
    """The page's context for the signed-in consultant, or 404."""
    person = current_person()
    if person.role != "consultant":
        abort(404)
    found: dict[str, Any] | None
    if page["context"] == "/today":
        found = contexts.today(get_db(), person.id, today())
    elif page["context"].startswith("/engagements/"):
        found = contexts.walk_in(get_db(), person.id, params["engagement"])
        people.need_enterprise(found["enterprise"]["id"] if found else None)
    else:
        people.need_visit(params["visit"])
        found = contexts.visit(get_db(), person.id, params["visit"])
    if found is None:
        abort(404)
    return found


def local() -> dict[str, Any]:
    """What only the one who renders knows; the worker's twin fills in what waits."""
    return {
        "day": today(),
        "now": now(),
        "new_id": new_id(),
        "assets": current_app.extensions["assets"],
        "worker": False,
        "offline": False,
        "waiting": 0,
        "needs_you": 0,
        "sign_in_needed": False,
        "outbox": [],
        "ready": {},
        "handover": "",
        "person_id": current_person().id,
        "language": languages.language(),
    }


def show(name: str, params: dict[str, str], status: int = 200, **more: Any) -> Response:
    """A field page, its partial, or its context as JSON."""
    page = BY_NAME[name]
    context = context_of(page, params)
    if asked.method == "GET" and asked.accept_mimetypes.best == "application/json":
        response = jsonify(context)
    else:
        extras = views.extras(name, context, asked.args.to_dict() | params)
        if extras is None:
            abort(404)
        partial = page.get("partial") if wants_partial() else None
        text = render_template(
            partial or "layout/field.html",
            page=page["template"],
            params=params,
            local=local(),
            **{**context, **extras, "reason": "", **more},
        )
        response = make_response(text, status)
    response.vary.update(["HX-Request", "Accept", "Cookie"])
    response.headers["Cache-Control"] = "no-store"
    return response


def init(app: Flask) -> None:
    for page in PAGES:

        def view(_name: str = page["name"], **params: str) -> Response:
            return show(_name, params)

        app.add_url_rule(page["path"], f"field.{page['name']}", view, methods=["GET"])
