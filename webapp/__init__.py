"""Puts the pieces together, nothing else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response
from htmx_flask import Htmx

from sync import photos as claims
from webapp import (
    assets,
    db,
    durable,
    errors,
    filters,
    languages,
    leaving,
    open_doors,
    people,
    routes,
    same_site,
    uploads,
)
from webapp.config import CONTENT_SECURITY_POLICY, Settings, from_environment


def create_app(settings: Settings | None = None, sweeps: bool = True) -> Flask:
    """Migrates the database, sweeps what a crash left; must run after the fork, never before it.
    `sweeps`: by those who answer phones, for it walks every folder."""
    settings = settings or from_environment()
    app = assembled(settings)
    open_folder(app, settings, sweeps)
    return app


def assembled(settings: Settings) -> Flask:
    """Every address, template and filter; no data yet."""
    app = Flask(__name__, static_folder=None)
    app.config["SETTINGS"] = settings
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.keep_trailing_newline = True
    Htmx(app)
    for part in (languages, filters, assets, open_doors, same_site, people, errors, routes):
        part.init(app)
    app.after_request(hardened)
    return app


def open_folder(app: Flask, settings: Settings, sweeps: bool) -> None:
    """The institution that the application answers for."""
    database = db.create(settings.folder / "takan.db")
    secret = db.secret(database)
    if sweeps:
        durable.sweep(settings.folder)
        uploads.sweep(settings.folder, partial(claims.owed, database))
    database.close()
    app.config.update(
        SETTINGS=settings,
        FOLDER=settings.folder,
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=settings.largest_body,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        # An answer still on its way must not sign in again who has just left.
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
    )
    if settings.public_url:
        # A forged Host must not find its way into printed codes.
        own = urlsplit(settings.public_url).hostname or ""
        app.config["TRUSTED_HOSTS"] = [own, "127.0.0.1", "localhost"]
    if sweeps:
        leaving.finish(app, db.writing)


def hardened(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    return response
