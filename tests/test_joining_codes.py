"""The code by which a colleague's phone finds the same visit, and the labels that never meet."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sync.operation import UUID7
from webapp.standard import hazards, joining
from webapp.standard.slip import CROCKFORD

identity = st.uuids(version=4).map(str)
chance = st.integers(0, 2**30 - 1)
drawn = st.builds(
    lambda engagement, n: (engagement, joining.drawn(engagement, n)), identity, chance
)
planned = st.builds(
    lambda engagement, visit: (engagement, joining.of_visit(engagement, visit)), identity, identity
)
either = st.one_of(drawn, planned)


@given(
    either,
    st.sampled_from([str.lower, lambda c: f" {c[:3]} {c[3:]} ", lambda c: f"{c[:3]}-{c[3:]}"]),
)
def test_a_code_survives_being_typed(given: tuple[str, str], typed: Callable[[str], str]) -> None:
    engagement, code = given
    misread = typed(code).replace("0", "O").replace("1", "l")
    for text in (typed(code), misread):
        assert joining.normal(text) == code
    assert joining.valid(engagement, code)
    assert len(code) == joining.LENGTH


@given(drawn)
def test_a_drawn_code_makes_one_id_for_everyone(given: tuple[str, str]) -> None:
    engagement, code = given
    visit = joining.visit_of(engagement, code)
    assert UUID7.fullmatch(visit)
    assert visit == joining.visit_of(engagement, joining.normal(code.lower()))


@given(planned)
def test_a_planned_visits_code_makes_none(given: tuple[str, str]) -> None:
    assert joining.visit_of(*given) == ""


@given(either, st.integers(0, 6), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_always_caught(
    given: tuple[str, str], place: int, character: str
) -> None:
    engagement, code = given
    typed = code[:place] + character + code[place + 1 :]
    assert joining.valid(engagement, typed) == (typed == code)


@given(either, st.integers(0, 5))
def test_two_swapped_characters_are_always_caught(given: tuple[str, str], place: int) -> None:
    engagement, code = given
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert joining.valid(engagement, typed) == (typed == code)


def test_a_code_of_another_engagement_is_nearly_always_caught() -> None:
    codes = [joining.drawn("e1", number * 7919) for number in range(400)]
    assert sum(joining.valid("e2", code) for code in codes) < 40
    assert sum(joining.valid(f"e{n}", codes[0]) for n in range(2, 400)) < 40


people = st.dictionaries(
    identity, st.sampled_from("AALLW") | st.text(max_size=3), min_size=2, max_size=9
)


@given(people, st.data())
def test_no_two_people_share_letters_however_old_their_lists_are(
    known: dict[str, str], data: st.DataObject
) -> None:
    """Each phone holds the list of the day it was last online: its person and any of the others;
    of two, the later one has the earlier one on it."""
    early, late, *rest = data.draw(st.permutations(list(known)))
    others = st.sets(st.sampled_from(rest)) if rest else st.just(set())
    lists = [{early, *data.draw(others)}, {early, late, *data.draw(others)}]
    first, second = (hazards.letters((who, known[who]) for who in one_list) for one_list in lists)
    assert first[early] != second[late]
    assert all(
        letters.isascii() and letters.isupper() and letters.isalpha() for letters in second.values()
    )
    assert max(len(letters) for letters in second.values()) <= 7


@given(people, st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=40))
def test_labels_never_meet_whatever_arrives_when(
    known: dict[str, str], steps: list[tuple[int, bool]]
) -> None:
    """Each phone sees its own hazards and those it fetched last; any of them records or fetches."""
    letters = hazards.letters(known.items())
    phones: dict[str, list[str]] = {who: [] for who in known}
    everything: list[str] = []
    for number, fetches in steps:
        who = list(known)[number % len(known)]
        if fetches:
            phones[who] = list(dict.fromkeys([*phones[who], *everything]))
            continue
        label = hazards.next_label(phones[who], letters[who])
        assert label not in everything
        phones[who].append(label)
        everything.append(label)


def test_everyone_keeps_a_letter_that_is_his_alone() -> None:
    assert hazards.letters([("p1", "L"), ("p2", "w"), ("p3", "王")]) == {
        "p1": "L",
        "p2": "W",
        "p3": "A",
    }
