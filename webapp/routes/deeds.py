"""What every plain form of the desk does: carried out and on to the next page, or the same page
again with a sentence and all that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect
from sqlite_utils import Database
from werkzeug.wrappers import Response

from webapp.db import writing
from webapp.domain.refusal import Refusal

Answer = Response | tuple[str, int]
Page = Callable[[str, str, dict[str, Any]], str]  # which form failed, code, params


def done(deed: Callable[[Database], Any], onward: str, page: Page, form: str) -> Answer:
    try:
        with writing() as db:
            deed(db)
    except Refusal as no:
        return page(form, no.code, no.params), 422
    return redirect(onward, code=303)
