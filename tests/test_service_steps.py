"""The line of clause 5: what is done, missing or later; row 6 by the vectors of domain.md 8.1, 8.5."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.standard import service_steps as service
from webapp.standard.service_steps import Engagement, Fulfilment, Line, Share

DAY = "2026-11-24"
DUE = ("2026-04-10", "2026-06-10", "2026-08-10", "2026-10-10", "2026-12-10")
WHOLE = Engagement(
    initial_visit_on="2026-03-02", own_consultant_present=True, assessed_on="2026-03-05",
    assessment_complete=True, signed_on="2026-03-09", uploaded_on="2026-03-10",
    contract_fields=frozenset(service.CONTRACT_FIELDS), visited=("2026-03-20", *DUE[:4]),
    lines=(Line("安全生产标准化创建指导", DUE, DUE[:4], standardization=True),),
    board_shown_on="2026-03-20",
    filed=frozenset({"initial_visit", "assessment", "contract", "visits", "follow_up"}),
)  # fmt: skip


def states(of: Engagement) -> dict[str, str]:
    return {step.name: step.state for step in service.steps(of, DAY)}


def test_a_whole_engagement_lacks_nothing_and_owes_no_follow_up_yet() -> None:
    assert set(states(WHOLE).values()) == {"done", "running", "later"}
    assert states(WHOLE)["visits"] == "running"
    assert states(WHOLE)["file"] == "running"
    over = replace(WHOLE, ended_on="2026-11-01", followed_up_on="2026-11-02")
    assert states(replace(over, filed=WHOLE.filed | {"follow_up"}))["file"] == "done"
    served = Line("x", DUE[:4], DUE[:4])
    assert states(replace(WHOLE, lines=(served,)))["visits"] == "done"
    assert states(WHOLE)["follow_up"] == "later"
    assert [step.clause for step in service.steps(WHOLE, DAY)] == [
        "5.1", "5.2", "5.3", "5.4", "5.5", "5.6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "step", "code"),
    [
        ({"initial_visit_on": ""}, "initial_visit", "no_initial_visit"),
        ({"own_consultant_present": False}, "initial_visit", "no_own_consultant"),
        ({"assessed_on": ""}, "assessment", "no_assessment"),
        ({"assessed_on": "2026-03-10"}, "assessment", "assessed_after_signing"),
        ({"assessment_complete": False}, "assessment", "assessment_incomplete"),
        ({"signed_on": ""}, "contract", "no_contract"),
        ({"uploaded_on": ""}, "contract", "not_uploaded"),
        ({"contract_fields": frozenset({"content"})}, "contract", "no_term"),
        ({"declined": True}, "contract", "signed_though_declined"),
        ({"lines": (Line("x", DUE[:4], DUE[:4], True),)}, "contract", "fewer_than_five"),
        ({"lines": (Line("x", DUE, DUE[:3]),)}, "visits", "visits_short"),
        ({"unconfirmed": ("2026-11-24",)}, "visits", "unconfirmed_visits"),
        ({"board_shown_on": ""}, "visits", "no_board"),
        ({"ended_on": "2026-11-01"}, "follow_up", "no_follow_up"),
        ({"filed": WHOLE.filed - {"contract"}}, "file", "contract"),
    ],
)
def test_each_gap_is_named_at_its_step(change: dict[str, object], step: str, code: str) -> None:
    found = {one.name: one for one in service.steps(replace(WHOLE, **change), DAY)}  # type: ignore[arg-type]
    assert found[step].state == "missing"
    assert code in found[step].lacks
    others = {name for name, one in found.items() if one.state == "missing"} - {step}
    assert not others, others


def test_where_nothing_was_agreed_or_served_nothing_is_owed() -> None:
    """A prospect costs no points; what was declined owes neither contract nor follow-up."""
    prospect = Engagement()
    assert service.fulfilment([prospect], DAY).deduction == 0
    declined = Engagement(assessed_on="2026-03-05", declined=True, ended_on="2026-03-06")
    found = states(declined)
    assert (found["contract"], found["visits"], found["follow_up"]) == ("later",) * 3
    served = replace(declined, visited=("2026-03-20",))
    assert states(served)["contract"] == "missing"
    assert states(served)["follow_up"] == "missing"


def test_four_visits_are_enough_for_any_other_service() -> None:
    plain = replace(WHOLE, lines=(Line("隐患排查", DUE[:4], DUE[:4]),))
    assert states(plain)["contract"] == "done"


def test_what_ended_owes_only_what_was_due_by_then() -> None:
    ended = replace(
        WHOLE, ended_on="2026-06-30", followed_up_on="2026-07-10",
        lines=(Line("x", DUE, DUE[:2]),),
    )  # fmt: skip
    assert states(ended)["visits"] == "done"


@pytest.mark.parametrize(
    ("visited", "late"),
    [
        (("2026-03-23",), False),  # the tenth working day after Monday 9 March
        (("2026-03-24",), True),
        (("2026-03-02",), True),  # before signing: an initial visit
        (("2026-03-09",), False),  # the day of signing
        ((), True),
    ],
)
def test_the_first_service_is_due_on_the_tenth_working_day(
    visited: tuple[str, ...], late: bool
) -> None:
    first = service.first_service(replace(WHOLE, visited=visited), DAY)
    assert first
    assert (first.due.day.isoformat(), first.late) == ("2026-03-23", late)


def test_nothing_is_late_before_its_day_or_before_signing() -> None:
    fresh = replace(WHOLE, visited=())
    first = service.first_service(fresh, "2026-03-23")
    assert first
    assert not first.late
    assert service.first_service(fresh, "2026-03-08") is None


@pytest.mark.parametrize(
    ("late", "process", "frequency", "score"),
    [
        (2, Share(6, 120), Share(9, 180), Fraction("3.8")),
        (0, Share(0, 10), Share(10, 10), Fraction(3)),
        (0, Share(10, 10), Share(10, 10), Fraction(1)),
        (2, Share(10, 10), Share(10, 10), Fraction(0)),
        (0, Share(0, 0), Share(0, 0), Fraction(5)),
        (20, Share(0, 1), Share(0, 1), Fraction(0)),
    ],
)
def test_row_6_by_the_vectors(late: int, process: Share, frequency: Share, score: Fraction) -> None:
    assert Fulfilment(late, process, frequency).score == score


def test_row_6_pools_over_contracts() -> None:
    empty = Engagement(signed_on="2026-03-09", lines=(Line("x", DUE[:2]),))
    found = service.fulfilment([WHOLE, empty], DAY)
    assert found.late == 1
    assert found.frequency == Share(2, 6)
    # five of WHOLE are due; of the empty one initial visit, assessment, contract and visits
    assert found.process == Share(4, 9)


LINES = st.builds(
    lambda due, served: Line("x", tuple(due), tuple(served)),
    st.lists(st.sampled_from(DUE), max_size=5),
    st.lists(st.sampled_from(DUE), max_size=9),
)


@given(st.lists(LINES, max_size=4), st.sampled_from(DUE))
def test_shares_lie_between_nothing_and_all_and_one_more_visit_never_costs(
    lines: list[Line], day: str
) -> None:
    before = service.fulfilment([replace(WHOLE, lines=tuple(lines))], day)
    for share in (before.process, before.frequency):
        assert 0 <= share.ratio <= 1
    assert 0 <= before.score <= service.ROW_6
    more = [replace(line, served=(*line.served, DUE[0])) for line in lines]
    assert service.fulfilment([replace(WHOLE, lines=tuple(more))], day).score >= before.score
    extra = [*lines, Line("y", (), DUE)]  # visits elsewhere make up for nothing here
    again = service.fulfilment([replace(WHOLE, lines=tuple(extra))], day)
    assert again.frequency == before.frequency
