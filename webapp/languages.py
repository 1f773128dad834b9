"""Chinese is the language of the templates; a catalogue turns it into English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def choose() -> str:
    """The cookie the person set, else Chinese: the papers of this trade are Chinese."""
    asked = request.cookies.get("language") if has_request_context() else ""
    return "en" if asked == "en" else "zh"


def language() -> str:
    return "en" if str(get_locale()) == "en" else "zh"


@contextmanager
def chinese() -> Iterator[None]:
    """For what leaves as a paper: those who receive it read Chinese, whoever prints it."""
    known = g.pop("words", None) if has_app_context() else None
    with force_locale("zh"):
        yield
    if has_app_context():
        g.words = known or {}


def init(app: Flask) -> None:
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["_"] = words


@pass_eval_context
def words(of: EvalContext, string: str, **given: Any) -> str:
    """As Jinja's own `_`, which asks for the locale at every word: a list of a thousand hazards has
    five thousand."""
    known: dict[tuple[str, bool], str] = g.setdefault("words", {})
    key = (string, of.autoescape)
    if key not in known:
        said = gettext(string)
        known[key] = Markup(said) if of.autoescape else said
    return known[key] % given if given or "%" in string else known[key]
