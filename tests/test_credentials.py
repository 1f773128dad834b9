"""States of a credential on a day, how its number is shown, who leads, and the two counters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.standard import credentials
from webapp.standard.credentials import Credential, Member

DAY = "2026-11-23"
UNIT = "苏州踏勘（演示）"
ENGINEER = Credential("safety_engineer", "2030-01-01", registered_unit=UNIT)
MONTHS = frozenset({"2026-08", "2026-09", "2026-10"})
MEMBER = Member((ENGINEER,), (("2026-07-15", None),), insured=MONTHS)


@pytest.mark.parametrize(
    ("valid_to", "state"),
    [
        (None, "valid"),
        ("2027-02-22", "valid"),
        ("2027-02-21", "due_90"),
        ("2026-12-24", "due_90"),
        ("2026-12-23", "due_30"),
        ("2026-12-01", "due_30"),
        ("2026-11-30", "due_7"),
        ("2026-11-23", "due_7"),
        ("2026-11-22", "expired"),
    ],
)
def test_state_on_a_day(valid_to: str | None, state: str) -> None:
    assert credentials.state(valid_to, DAY) == state
    assert credentials.holds(state) == (state != "expired")


def test_a_suspended_credential_does_not_hold_however_long_it_runs() -> None:
    always = (("", None),)
    assert not credentials.holds("suspended")
    for more in ({}, {"valid_to": "2030-01-01"}, {"valid_from": "2030-01-01"}):
        assert Credential("fire_engineer", suspensions=always, **more).on(DAY) == "suspended"


def test_a_suspension_begins_and_ends_on_its_days() -> None:
    spans = (("2026-03-01", "2026-05-01"), ("2026-11-23", None))
    held = Credential("safety_engineer", "2030-01-01", suspensions=spans)
    states = {"2026-02-28": True, "2026-03-01": False, "2026-04-30": False, "2026-05-01": True}
    states |= {"2026-11-22": True, "2026-11-23": False, "2027-01-01": False}
    assert {day: held.holds(day) for day in states} == states


def test_a_renewal_leaves_nothing_to_do_about_the_one_it_goes_on_from() -> None:
    old = Credential("safety_engineer", "2026-12-31", valid_from="2022-01-01")
    joined, late = (Credential("safety_engineer", "2031-12-31", valid_from=day)
                    for day in ("2027-01-01", "2027-01-02"))  # fmt: skip
    assert old.goes_on(DAY, joined)
    assert not old.goes_on(DAY, late)  # a day between them is not covered
    assert not old.goes_on("2027-01-01", late)
    assert old.goes_on("2027-01-02", late)


def test_who_left_counts_until_that_day_and_nobody_after() -> None:
    held = (Credential("safety_engineer", "2030-01-01", registered_unit=UNIT),)
    insured = frozenset(f"2026-{month:02d}" for month in range(1, 12))
    one = Member(held, (("2026-01-01", None),), insured=insured, left_on="2026-11-23")
    assert credentials.meets_condition(one, UNIT, "2026-11-22")
    assert credentials.counts_for_rating(one, "2026-11-22")
    assert credentials.condition_gaps(one, UNIT, DAY) == ["left"]
    assert credentials.rating_gaps(one, DAY) == ["left"]
    unknown = replace(one, left_on="")
    assert credentials.condition_gaps(unknown, UNIT, "2026-02-01") == ["left"]


def test_three_months_ahead_is_no_news_outside() -> None:
    assert [credentials.shown_outside(one) for one in credentials.STATES] == [
        "valid", "valid", "due_30", "due_7", "unknown", "not_begun", "review_missed", "expired",
        "suspended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("320500198001011234", "****1234"),
        ("12345678", "****5678"),
        ("12345", "****5"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_only_the_last_four_are_shown(number: str, shown: str) -> None:
    assert credentials.masked(number) == shown


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("T320500198001011234", True),
        ("32050019800101123x", True),
        ("32050000DEMO1001", False),
        ("T 320500 19800101 1234", True),
        ("320500-19800101-123X", True),
        ("３２０５００198001011234", True),
        ("3205001980010112345", False),
    ],
)
def test_an_identity_number_in_a_certificate_number_is_known(number: str, holds: bool) -> None:
    assert credentials.has_identity(number) == holds


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_masked_number_never_shows_more_than_four(number: str) -> None:
    shown = credentials.masked(number)
    assert len(shown) <= 8
    assert not number or shown.startswith("****")
    assert len(number) - len(shown[4:]) >= min(len(number), 4)  # four stay hidden


def test_a_missing_date_is_a_gap_unless_the_kind_has_no_end() -> None:
    assert credentials.state(None, DAY, "fire_engineer") == "unknown"
    assert credentials.state(None, DAY, "safety_assessor") == "valid"
    assert not credentials.holds("unknown")


def test_the_review_is_a_second_date() -> None:
    card = Credential("special_operation", "2030-01-01", review_on="2026-11-25")
    assert card.on(DAY) == "due_7"
    assert card.due() == "2026-11-25"
    assert replace(card, review_on="2026-11-01").on(DAY) == "review_missed"
    assert replace(card, valid_to="2026-01-01").on(DAY) == "expired"
    assert replace(card, valid_from="2026-12-01").on(DAY) == "not_begun"
    assert replace(card, valid_to=None, review_on="2030-01-01").on(DAY) == "unknown"


DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(str)


@given(st.sampled_from(credentials.KINDS), st.none() | DATES, st.none() | DATES, DATES, DATES)
def test_time_only_makes_it_worse(
    kind: str, ends: str | None, review: str | None, one: str, other: str
) -> None:
    held = Credential(kind, ends, review)
    states = [credentials.STATES.index(held.on(day)) for day in sorted((one, other))]
    assert states[0] <= states[1]


@given(st.sampled_from(credentials.KINDS), st.none() | DATES, st.none() | DATES, DATES)
def test_a_second_date_never_makes_it_better(
    kind: str, ends: str | None, review: str | None, day: str
) -> None:
    alone = credentials.STATES.index(Credential(kind, ends).on(day))
    assert credentials.STATES.index(Credential(kind, ends, review).on(day)) >= alone


@pytest.mark.parametrize(
    ("kind", "leads", "rated"),
    [
        ("safety_engineer", True, True),
        ("safety_assessor", True, True),
        ("fire_engineer", True, True),
        ("junior_safety_engineer", False, True),
        ("engineer_title", False, True),
        ("safety_officer", False, False),
        ("special_operation", False, False),
        ("special_equipment", False, False),
    ],
)
def test_who_may_lead_and_who_counts(kind: str, leads: bool, rated: bool) -> None:
    held = Credential(kind, "2030-01-01", registered_unit=UNIT)
    assert credentials.may_lead([held], DAY) == leads
    member = replace(MEMBER, credentials=(held,))
    assert credentials.meets_condition(member, UNIT, DAY) == leads
    assert credentials.counts_for_rating(member, DAY) == rated


ELSEWHERE = replace(ENGINEER, registered_unit="别家")
LAPSED = replace(ENGINEER, valid_to="2026-11-22")


@pytest.mark.parametrize(
    ("change", "condition", "rating"),
    [
        ({}, [], []),
        ({"insured": MONTHS - {"2026-09"}}, ["insurance_short"], []),
        ({"insured": MONTHS - {"2026-10"}}, ["insurance_short"], []),  # the run ended
        ({"insured": (MONTHS | {"2026-11"}) - {"2026-08"}}, [], []),
        ({"contracts": (("2026-09-01", None),)}, ["insurance_short"], []),
        ({"contracts": ()}, ["no_contract", "insurance_short"], ["no_contract"]),
        (
            {"contracts": (("2026-07-15", "2026-11-22"),)},
            ["contract_ended", "insurance_short"],
            ["contract_ended"],
        ),
        ({"contracts": (("2026-07-15", "2026-11-23"),)}, [], []),  # the last day
        ({"contracts": (("2024-07-15", "2026-10-31"), ("2026-11-01", None))}, [], []),  # renewed
        (
            {"contracts": (("2024-07-15", "2026-10-30"), ("2026-11-01", None))},
            ["insurance_short"],
            [],
        ),
        ({"employed_elsewhere": True}, ["employed_elsewhere"], []),
        ({"full_time": False}, ["not_full_time"], ["not_full_time"]),
        ({"credentials": (ELSEWHERE,)}, ["registered_elsewhere"], []),
        ({"credentials": (ENGINEER, ELSEWHERE)}, ["registered_elsewhere"], []),  # only here
        ({"credentials": (replace(ENGINEER, registered_unit=""),)}, ["unit_unknown"], []),
        ({"credentials": (replace(ENGINEER, registered_unit="苏州踏勘 (演示)"),)}, [], []),
        ({"credentials": (LAPSED,)}, ["expired"], ["expired"]),
        ({"credentials": (LAPSED, Credential("safety_assessor"))}, [], []),
        ({"credentials": (Credential("engineer_title"),)}, ["no_credential"], []),
        ({"credentials": ()}, ["no_credential"], ["no_credential"]),
    ],
)
def test_the_two_counters_say_why_not(
    change: dict[str, object], condition: list[str], rating: list[str]
) -> None:
    member = replace(MEMBER, **change)  # type: ignore[arg-type]
    assert credentials.condition_gaps(member, UNIT, DAY) == condition
    assert credentials.rating_gaps(member, DAY) == rating


@given(st.dates(), st.sets(st.integers(1, 24)))
def test_the_run_of_months_is_never_longer_than_what_is_booked(day: object, back: set[int]) -> None:
    today = str(day)
    months = [today[:7]]
    while len(months) < 25 and months[-1] > "0001-01":
        months.append(credentials.month_before(months[-1]))
    insured = frozenset(months[n] for n in back if n < len(months))
    member = replace(MEMBER, contracts=(("0001-01-01", None),), insured=insured)
    found = credentials.insured_in_a_row(member, today)
    assert found <= len(insured)
    assert set(months[1 : found + 1]) <= insured
    if found + 1 < len(months):
        assert months[found + 1] not in insured


PERIODS = st.lists(st.tuples(DATES, st.none() | DATES), max_size=4).map(tuple)


@given(PERIODS, DATES, st.sampled_from(credentials.RATING_KINDS), st.booleans())
def test_who_counts_for_the_condition_counts_for_the_rating(
    contracts: tuple[tuple[str, str | None], ...], day: str, kind: str, elsewhere: bool
) -> None:
    held = Credential(kind, "2050-01-01", registered_unit=UNIT)
    insured = frozenset(f"{y:04d}-{m:02d}" for y in range(2000, 2101) for m in range(1, 13))
    member = Member((held,), contracts, True, elsewhere, insured)
    since = member.employed_since(day)
    assert since is None or since <= day
    if credentials.meets_condition(member, UNIT, day):
        assert credentials.counts_for_rating(member, day)
