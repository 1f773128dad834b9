"""The signed-in person, and who may come in: everything is closed unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from webapp.db import get_db
from webapp.queries import people as queries

Answer = TypeVar("Answer")
Given = ParamSpec("Given")


@dataclass
class Person(UserMixin):  # type: ignore[misc]
    """`role`: consultant, safety_manager or manager."""

    id: str
    name: str
    role: str
    letter: str
    session_stamp: str
    active: bool
    demo: bool

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def is_authenticated(self) -> bool:
        return True  # `load` decides; the mixin would ask is_active

    def get_id(self) -> str:
        # The stamp lets a lost phone be cut off: changing it ends every session.
        return f"{self.id}.{self.session_stamp}"

    @property
    def home(self) -> str:
        return "/today" if self.role == "consultant" else "/office"


def person_from_row(row: dict[str, Any]) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        letter=row["letter"],
        session_stamp=row["session_stamp"],
        active=bool(row["active"]),
        demo=bool(row["demo"]),
    )


def load(session_id: str) -> Person | None:
    """Deactivated: the session reaches no page, but what the phone recorded still comes in."""
    person_id, _, stamp = session_id.partition(".")
    row = queries.by_id(get_db(), person_id)
    if row is None or row["session_stamp"] != stamp:
        return None
    if not row["active"] and request.blueprint != "sync":
        return None
    if queries.session_ended(get_db(), session.get("sid", "")):
        return None
    person = person_from_row(row)
    return person if may_be_here(person) else None


def may_be_here(person: Person) -> bool:
    """Demo accounts, whose password is printed, answer on loopback only.

    Behind a proxy on the same machine every address is loopback, so the name asked for must
    be loopback too.
    """
    address = request.remote_addr or ""
    near = address == "::1" or address.startswith("127.")
    asked = urlsplit(f"//{request.host}").hostname
    return not person.demo or (near and asked in {"localhost", "127.0.0.1", "::1"})


def current_person() -> Person:
    person: Person = current_user._get_current_object()
    return person


def open_to_all(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Mark a view that strangers may see; everything else needs a person."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def only(*roles: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Other roles get 404, like any stranger."""

    def wrap(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def inner(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            if current_person().role not in roles:
                abort(404)
            return view(*args, **kwargs)

        return inner

    return wrap


def need_enterprise(enterprise_id: str | None) -> str:
    """The enterprise's id, or 404 for anyone who is not tied to it."""
    person = current_person()
    if not enterprise_id or not queries.tied_to_enterprise(
        get_db(), person.id, person.role, enterprise_id
    ):
        abort(404)
    return enterprise_id


def need_visit(visit_id: str) -> str:
    """The visit's enterprise, or 404."""
    return need_enterprise(queries.enterprise_of_visit(get_db(), visit_id))


def wants_json() -> bool:
    return request.path.startswith("/sync/") or (
        request.accept_mimetypes.best == "application/json"
    )


def init(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # walking from Wi-Fi to 4G must not sign anyone out
    manager.user_loader(load)
    manager.init_app(app)

    @app.before_request
    def closed_by_default() -> Response | tuple[Any, int, dict[str, str]] | None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None or getattr(view, "open_to_all", False) or current_user.is_authenticated:
            return None
        return unauthorized()


def gone() -> bool:
    """The session was ended from elsewhere, or its person deactivated: the phone shows its day to
    nobody any more. A session that merely ran out leaves it: its person may stand inside."""
    person_id = session.get("_user_id", "").partition(".")[0]
    row = queries.by_id(get_db(), person_id) if person_id else None
    ended = queries.session_ended(get_db(), session.get("sid", ""))
    return row is not None and (not row["active"] or ended)


def unauthorized() -> Response | tuple[Any, int, dict[str, str]]:
    """To the sign-in page, in the manner the asker understands."""
    place = url_for("sign_in.show", next=request.full_path.rstrip("?"))
    if wants_json():
        error = {"code": "sign_in", "params": {"gone": True} if gone() else {}}
        return {"takan": "sync/1", "error": error}, 401, {}
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": place}
    return redirect(place, code=303)
