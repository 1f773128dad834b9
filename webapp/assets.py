"""The browser's parts: which file a name stands for in this build, and how it is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, send_from_directory

from webapp import languages
from webapp.people import open_to_all

bp = Blueprint("assets", __name__)
YEAR = "public, max-age=31536000, immutable"


def manifest(build: Path) -> dict[str, Any]:
    """name → file, e.g. `app.js` → `app-1a2b.js`; empty before the first build."""
    file = build / "manifest.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def urls(names: dict[str, Any]) -> dict[str, str]:
    """What templates get as `assets`, dots turned to underscores: `assets.app_css`."""
    return {
        name.replace(".", "_"): f"/static/build/{file}"
        for name, file in names.items()
        if isinstance(file, str)
    }


@bp.get("/static/build/<path:name>")
@open_to_all
def built(name: str) -> Response:
    response = send_from_directory(current_app.config["SETTINGS"].build, name)
    response.headers["Cache-Control"] = YEAR
    return response


@bp.get("/worker.js")
@open_to_all
def worker() -> Response:
    """Stands at the root, so that it may answer for every page."""
    response = send_from_directory(current_app.config["SETTINGS"].build, "worker.js")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@bp.get("/rescue")
@open_to_all
def rescue() -> Response:
    """A file without data, as the worker keeps it too: what is on the phone stays there."""
    english = languages.language() == "en"
    page = "rescue_en_html" if english else "rescue_html"
    name = current_app.extensions["assets"].get(page, "").rpartition("/")[2]
    response = send_from_directory(current_app.config["SETTINGS"].build, name)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Cookie")
    return response


@bp.get("/manifest.webmanifest")
@open_to_all
def web_manifest() -> Response:
    names = current_app.extensions["assets"]
    icons = [
        {"src": names.get(f"icon_{size}_png", ""), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append({**icons[-1], "purpose": "maskable"})
    about = {
        "id": "/today",
        "name": "踏勘",
        "short_name": "踏勘",
        "start_url": "/today",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ededed",
        "theme_color": "#ededed",
        "lang": "zh-CN",
        "icons": icons,
    }
    return Response(json.dumps(about), mimetype="application/manifest+json")


def init(app: Flask) -> None:
    made = manifest(app.config["SETTINGS"].build)
    names = urls(made)
    app.extensions["build"] = str(made.get("build", ""))  # what a phone of today calls `app`
    app.extensions["assets"] = names
    app.jinja_env.globals["assets"] = names
    app.register_blueprint(bp)
