"""Chinese is the language of the templates; a catalogue turns it into English."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, get_locale


def choose() -> str:
    """The cookie the person set, else Chinese: the papers of this trade are Chinese."""
    return "en" if request.cookies.get("language") == "en" else "zh"


def language() -> str:
    return "en" if str(get_locale()) == "en" else "zh"


def init(app: Flask) -> None:
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
