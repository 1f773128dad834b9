"""4.1 a to f: met, not met, no evidence; nothing recorded is never called met or broken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.standard.conditions import POLICIES, Facts, answers

DAY = "2026-11-23"
GOOD = Facts(
    credit_code="91", licence=True, area=Decimal("100.0"), lease=True, lease_to=DAY, equipment=1,
    members=[[]] * 5, issued=dict.fromkeys(POLICIES, "2024-01-01"),
    used=dict.fromkeys(POLICIES, "2026-05-01"), served={"张家港市": "2026-01-01"},
    notified={"张家港市": "2026-01-01"}, other="met",
)  # fmt: skip


def states(facts: Facts) -> str:
    short = {"met": "+", "not_met": "-", "no_evidence": "?"}
    return "".join(short[one.state] for one in answers(facts, DAY))


def test_all_in_order_and_nothing_on_record() -> None:
    assert states(GOOD) == "++++++"
    assert states(Facts()) == "??????"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"licence": False}, "?+++++"),
        ({"licence_valid_to": "2026-11-22"}, "-+++++"),
        ({"licence_valid_to": DAY}, "++++++"),
        ({"area": Decimal("99.9")}, "+-++++"),
        ({"area": None}, "+?++++"),
        ({"lease_to": "2026-11-22"}, "+-++++"),
        ({"equipment": 0}, "+?++++"),
        ({"members": [[]] * 4}, "++-+++"),
        ({"members": [[]] * 4 + [["expired"]]}, "++-+++"),
        ({"members": [[]] * 4 + [["insurance_short"]]}, "++?+++"),
        ({"members": [[]] * 4 + [["no_credential"]] * 9}, "++-+++"),
        ({"members": [[]] * 5 + [["expired"]]}, "++++++"),
        ({"issued": {}}, "+++?++"),
        ({"used": {**GOOD.used, "secrecy": "2025-11-22"}}, "+++?++"),
        ({"notified": {}}, "++++?+"),
        ({"notified": {"张家港市": "2026-01-02"}}, "++++-+"),
        ({"served": {**GOOD.served, "常熟市": "2026-12-01"}}, "++++++"),  # not begun yet
        ({"served": {}, "notified": {}}, "++++?+"),
        ({"other": "not_met"}, "+++++-"),
        ({"other": ""}, "+++++?"),
    ],
)
def test_each_clause(change: dict[str, object], expected: str) -> None:
    assert states(replace(GOOD, **change)) == expected  # type: ignore[arg-type]


def test_what_has_no_scan_is_named_and_changes_nothing() -> None:
    bare = {"d": [("policy", "conduct")], "e": [("notification", "张家港市")]}
    told = replace(GOOD, bare=bare)
    assert states(told) == states(GOOD)
    assert [one.bare for one in answers(told, DAY) if one.bare] == [
        (("policy", "conduct"),), (("notification", "张家港市"),),
    ]  # fmt: skip


DAYS = st.dates().map(str)
COUNTIES = st.dictionaries(st.sampled_from(["张家港市", "常熟市", "太仓市"]), DAYS)


@given(COUNTIES, COUNTIES, DAYS, st.lists(st.lists(st.sampled_from(["expired", "no_contract"]))))
def test_a_state_always_has_its_reason(
    served: dict[str, str], notified: dict[str, str], day: str, members: list[list[str]]
) -> None:
    facts = replace(GOOD, served=served, notified=notified, members=members)
    for one in answers(facts, day):
        assert (one.state == "met") == (not one.against and not one.missing)
        assert (one.state == "not_met") == bool(one.against)


@given(COUNTIES, DAYS)
def test_a_notification_more_never_makes_it_worse(notified: dict[str, str], day: str) -> None:
    order = ["met", "no_evidence", "not_met"]
    facts = replace(GOOD, served={"张家港市": "2026-01-01"}, notified={})
    less = answers(facts, day)[4].state
    given_early = {**notified, "张家港市": "2025-12-31"}
    more = answers(replace(facts, notified=given_early), day)[4].state
    assert order.index(more) <= order.index(less)
