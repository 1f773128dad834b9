"""Each application of one process has the same addresses, templates and migrations, and most of
making one is reading them: here the second takes what the first has read, or is the first itself,
answering for another folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlite_utils.db
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing.rules import Rule

from webapp import assembled, open_folder
from webapp.config import Settings

Builder = Callable[..., tuple[str, str]]
_compile = Rule._compile_builder
_addresses: dict[tuple[Any, ...], Builder] = {}


def _remembered(rule: Rule, append_unknown: bool = True) -> Builder:
    key = rule.rule, rule.host, rule.subdomain, repr(rule.defaults), append_unknown
    if key not in _addresses:
        _addresses[key] = _compile(rule, append_unknown)
    return _addresses[key]


class Templates(BytecodeCache):
    """By name and text, as jinja's own on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_statements = sqlite_utils.db._iter_complete_sql_statements  # asks SQLite at each character


@cache
def statements(script: str) -> list[str]:
    return list(_statements(script))


sqlite_utils.db._iter_complete_sql_statements = statements  # type: ignore[assignment]
Rule._compile_builder = _remembered  # type: ignore[method-assign]
Flask.jinja_options = {"bytecode_cache": Templates()}


@cache
def first_app() -> tuple[Flask, dict[str, Any]]:
    """Assembled once for each worker, with its settings as made."""
    app = assembled(Settings())
    return app, dict(app.config)


def serving(settings: Settings) -> Flask:
    """As `create_app`, for another folder than the test before; nothing it set is left."""
    app, as_made = first_app()
    app.config.clear()
    app.config.update(as_made, SETTINGS=settings)
    app.extensions["open_doors"].reset()
    open_folder(app, settings, sweeps=True)
    return app
