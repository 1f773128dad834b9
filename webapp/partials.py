"""A piece for htmx, a page for everyone else."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request


def wants_partial() -> bool:
    """True for htmx's own requests; a boosted or restored page wants the whole."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_partial(page: str, partial: str, status: int = 200, **context: Any) -> Response:
    answer = make_response(render_template(partial if wants_partial() else page, **context), status)
    answer.vary.update(["HX-Request", "Accept", "Cookie"])
    answer.headers["Cache-Control"] = "no-store"
    return answer
