"""What is read from a desk form, and what is nonsense: one code for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from webapp.domain import entered
from webapp.domain.refusal import Refusal


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (entered.line, " 一\r\n二  三 ", "一 二 三"),
        (entered.text, " 一\r\n二  三 ", "一\n二  三"),
        (entered.day, "", ""),
        (entered.day, "1998-02-28", "1998-02-28"),
        (entered.whole, "", 0),
        (entered.whole, "12", 12),
        (entered.decimal, "1.50", "1.50"),
        (entered.month, "2026-11", "2026-11"),
        (entered.flag, "yes", 1),
        (entered.flag, "no", 0),
    ],
)
def test_what_was_typed_is_read(read: Callable[..., Any], typed: str, value: Any) -> None:
    assert read({"field": typed}, "field") == value


@pytest.mark.parametrize(
    ("read", "typed", "code"),
    [
        (lambda form: entered.line(form, "field", needed=True), " ", "empty_field"),
        (lambda form: entered.text(form, "field", needed=True), "\n", "empty_field"),
        (lambda form: entered.line(form, "field", longest=2), "一二三", "too_long"),
        (lambda form: entered.text(form, "field"), "一" * 4001, "too_long"),
        (lambda form: entered.day(form, "field"), "2026-02-30", "bad_day"),
        (lambda form: entered.day(form, "field"), "20260228", "bad_day"),
        (lambda form: entered.day(form, "field"), "2226-02-28", "bad_day"),
        (lambda form: entered.past_day(form, "field", "2026-11-23"), "2026-11-24", "day_ahead"),
        (lambda form: entered.past_day(form, "field", "2026-11-23"), "", "empty_field"),
        (lambda form: entered.month(form, "field"), "2026-13", "bad_month"),
        (lambda form: entered.choice(form, "field", {"a"}), "b", "choice_needed"),
        (lambda form: entered.chosen([form["field"]], {"a"}, "field"), "b", "bad_value"),
        (lambda form: entered.whole(form, "field"), "1.5", "bad_whole"),
        (lambda form: entered.whole(form, "field"), "٣", "bad_whole"),
        (lambda form: entered.whole(form, "field"), "9" * 5000, "bad_whole"),
        (lambda form: entered.whole(form, "field", least=1), "", "bad_whole"),
        (lambda form: entered.decimal(form, "field"), "nan", "bad_number"),
        (lambda form: entered.decimal(form, "field"), "0", "bad_number"),
        (
            lambda form: entered.in_order("2026-01-02", form["field"], "field"),
            "2026-01-01",
            "ends_before",
        ),
    ],
)
def test_nonsense_names_its_field(read: Callable[..., Any], typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read({"field": typed})
    assert (refused.value.code, refused.value.params["field"]) == (code, "field")
