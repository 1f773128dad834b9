"""Chinese is the language of the templates; a catalogue turns it into English."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_locale


def choose() -> str:
    """The cookie the person set, else Chinese: the papers of this trade are Chinese."""
    asked = request.cookies.get("language") if has_request_context() else ""
    return "en" if asked == "en" else "zh"


def language() -> str:
    return "en" if str(get_locale()) == "en" else "zh"


def chinese() -> AbstractContextManager[None]:
    """For what leaves as a paper: those who receive it read Chinese, whoever prints it."""
    return force_locale("zh")  # type: ignore[no-any-return]


def init(app: Flask) -> None:
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["language"] = language
