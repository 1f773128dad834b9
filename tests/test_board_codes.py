"""Codes as people type them and as cameras read them."""

from __future__ import annotations

import re

import pytest
from sqlite_utils import Database

from tests.conftest import one
from webapp import board_codes
from webapp.domain import boards
from webapp.standard.slip import CROCKFORD


@pytest.mark.parametrize(
    "typed", ["1y0e9bbdb3yx", " 1Y0E-9BBD-B3YX ", "IYOE 9BBD B3YX", "lyoe9bbdb3yx"]
)
def test_a_code_is_found_as_it_was_read(typed: str) -> None:
    assert board_codes.normal(typed) == "1Y0E9BBDB3YX"


def test_capitals_pack_tight() -> None:
    """Alphanumeric mode at level Q: 29 × 29 modules, where small letters would need 37."""
    address = board_codes.address("https://takan.example.cn", "/b/1Y0E9BBDB3YX")
    assert address == "HTTPS://TAKAN.EXAMPLE.CN/B/1Y0E9BBDB3YX"
    assert modules(board_codes.svg(address)) == 29 + 2 * 4
    assert modules(board_codes.svg(address.lower())) > 29 + 2 * 4


def modules(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found
    return int(found[1])


def test_the_drawing_has_white_ground_and_is_the_same_each_time() -> None:
    svg = board_codes.svg("HTTPS://TAKAN.EXAMPLE.CN/B/1Y0E9BBDB3YX")
    assert re.search(r'<rect[^>]+fill="white"', svg)
    assert svg == board_codes.svg("HTTPS://TAKAN.EXAMPLE.CN/B/1Y0E9BBDB3YX")


def test_the_short_address_is_what_a_person_types() -> None:
    short = board_codes.short_address("https://Takan.example.cn", "1Y0E9BBDB3YX")
    assert short == "takan.example.cn/b/1Y0E9BBDB3YX"


def test_codes_are_long_unlike_and_in_the_alphabet(database: Database, engagement: str) -> None:
    database.execute("pragma query_only = off")
    codes = {boards.make(database, engagement, "2026-11-23") for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 12 and set(code) <= set(CROCKFORD) for code in codes)
    assert one(database, "select count(*) from boards where made_on = '2026-11-23'") >= 50
