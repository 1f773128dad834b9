"""States of a credential on a day, and how its number is shown."""

from __future__ import annotations

import pytest

from webapp.standard import credentials

DAY = "2026-11-23"


@pytest.mark.parametrize(
    ("valid_to", "state"),
    [
        (None, "valid"),
        ("2026-12-24", "valid"),
        ("2026-12-23", "due_30"),
        ("2026-12-01", "due_30"),
        ("2026-11-30", "due_7"),
        ("2026-11-23", "due_7"),
        ("2026-11-22", "expired"),
    ],
)
def test_state_on_a_day(valid_to: str | None, state: str) -> None:
    assert credentials.state(valid_to, False, DAY) == state
    assert credentials.holds(state) == (state != "expired")


def test_a_suspended_credential_does_not_hold_however_long_it_runs() -> None:
    assert credentials.state(None, True, DAY) == "suspended"
    assert credentials.state("2030-01-01", True, DAY) == "suspended"
    assert not credentials.holds("suspended")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("320500198001011234", "****1234"), ("12345", "****2345"), ("1234", "****"), ("", "")],
)
def test_only_the_last_four_are_shown(number: str, shown: str) -> None:
    assert credentials.masked(number) == shown
