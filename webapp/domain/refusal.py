"""A refusal is a result: a code and what it is about; its sentence is a template."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Raised by a verb, turned into page, partial or JSON by `errors.py`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
