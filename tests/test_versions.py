"""两处修改: kept beside what stands, shown, chosen about once; by phones and without JavaScript."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import one
from tests.pair import Pair, settled_on
from tests.test_hazards import fields


def test_the_slower_edit_stands_beside_whole_with_name_and_time(pair: Pair) -> None:
    _, slower = pair.apart()
    shown = pair.shown()
    [version] = shown["versions"]
    assert (shown["description"], shown["latest_name"]) == ("王的描述", "王建国")
    assert (version["id"], version["description"]) == (slower, "李的描述")
    assert (version["made_name"], version["suggestion"]) == ("李晓峰", "加护罩")
    assert settled_on(pair.li) == []


@pytest.mark.parametrize(
    ("chosen", "stands"), [("王的描述", "王的描述"), ("李的描述", "李的描述"), ("合并", "合并")]
)
def test_choosing_settles_it_and_says_who_decided(
    pair: Pair, database: Database, chosen: str, stands: str
) -> None:
    latest, slower = pair.apart()
    receipt = pair.edit(pair.wang, latest, chosen, resolves=slower)
    assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    assert (pair.shown()["description"], pair.beside()) == (stands, [])
    assert settled_on(pair.li) == [slower]
    assert settled_on(pair.wang) == []
    sql = "select settled_by from versions where operation_id = :id"
    assert one(database, sql, id=slower) == receipt["operation_id"]
    sql = "select detail from trail where operation_id = :id"
    detail = json.loads(one(database, sql, id=receipt["operation_id"]))
    assert (detail["before"]["description"], detail["after"]["description"]) == ("王的描述", chosen)
    assert detail["after"]["resolves"] == slower
    assert trail.verify(database) is None


def test_keeping_what_stands_makes_nobody_elses_edit_meet_it(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert pair.edit(pair.wang, latest, "王又改")["outcome"] == "applied"


def test_keeping_also_holds_when_what_stands_went_on_meanwhile(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "王又改")
    receipt = pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert (receipt["outcome"], pair.beside()) == ("applied", [])
    assert pair.shown()["description"] == "王又改"


def test_choosing_on_an_old_text_is_a_version_that_stands_for_the_first(pair: Pair) -> None:
    latest, slower = pair.apart()
    newer = pair.edit(pair.wang, latest, "王又改")["operation_id"]
    merged = pair.edit(pair.li, latest, "合并", resolves=slower)
    assert merged["outcome"] == "conflict"
    assert pair.beside() == [merged["operation_id"]]
    assert settled_on(pair.li) == [slower]
    pair.edit(pair.li, newer, "合并", resolves=merged["operation_id"])
    assert pair.beside() == []
    assert set(settled_on(pair.li)) == {slower, merged["operation_id"]}


def test_two_people_who_decide_alike_are_asked_once(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "李的描述", resolves=slower)
    again = pair.edit(pair.li, latest, "李的描述", resolves=slower)
    assert (again["outcome"], pair.beside()) == ("applied", [])
    assert again["reason"]["params"]["flags"] == ["settled_before"]


def test_two_people_who_decide_against_each_other_are_asked(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "李的描述", resolves=slower)
    against = pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert against["outcome"] == "conflict"
    assert pair.beside() == [against["operation_id"]]


def test_the_same_change_from_both_is_no_choice(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "一样")
    assert pair.edit(pair.li, pair.hazard, "一样")["outcome"] == "applied"
    assert pair.beside() == []


def test_an_edit_that_changes_nothing_overwrites_nothing(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "王的描述")
    assert pair.edit(pair.li, pair.hazard, "护罩缺失")["outcome"] == "applied"
    assert (pair.shown()["description"], pair.beside()) == ("王的描述", [])


def test_a_chain_is_offered_by_its_newest_and_settled_whole(pair: Pair) -> None:
    latest, first = pair.apart()
    second = pair.edit(pair.li, first, "李再改")["operation_id"]
    third = pair.edit(pair.li, second, "李三改")["operation_id"]
    assert pair.beside() == [third]
    assert set(settled_on(pair.li)) == {first, second}
    pair.edit(pair.wang, latest, "李三改", resolves=third)
    assert pair.beside() == []
    assert set(settled_on(pair.li)) == {first, second, third}


def test_who_chose_about_an_early_link_has_not_seen_the_later_ones(pair: Pair) -> None:
    latest, first = pair.apart()
    second = pair.edit(pair.li, first, "李再改")["operation_id"]
    pair.edit(pair.wang, latest, "王的描述", resolves=first)
    assert pair.beside() == [second]


def test_writing_on_until_it_says_what_stands_settles_it(pair: Pair) -> None:
    _, first = pair.apart()
    assert pair.edit(pair.li, first, "王的描述")["outcome"] == "applied"
    assert pair.beside() == []


def test_saving_ones_own_version_again_does_not_make_it_vanish(pair: Pair) -> None:
    _, first = pair.apart()
    again = pair.edit(pair.li, first, "李的描述")
    assert again["outcome"] == "conflict"
    assert pair.beside() == [again["operation_id"]]


@pytest.mark.parametrize("resolves", ["01900000-0000-7000-8000-000000000000", "nonsense"])
def test_a_choice_about_nothing_is_flagged_and_taken(pair: Pair, resolves: str) -> None:
    receipt = pair.edit(pair.wang, pair.hazard, "改", resolves=resolves)
    assert receipt["outcome"] == "applied"
    assert receipt["reason"]["params"]["flags"] == ["settled_before"]


def test_after_a_restore_a_choice_may_come_before_what_it_was_about(pair: Pair) -> None:
    stands = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    late = pair.li.operation(
        "hazard.edit",
        {**fields(pair.visit), "hazard_id": pair.hazard, "description": "李的描述"},
        base=pair.hazard,
    )
    pair.edit(pair.wang, stands, "合并", resolves=late["id"])
    assert pair.li.send(late).json["receipt"]["outcome"] == "conflict"
    assert pair.beside() == []
    assert settled_on(pair.li) == [late["id"]]


def test_an_edit_may_come_before_the_version_it_was_made_on(pair: Pair) -> None:
    stands = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    said = {**fields(pair.visit), "hazard_id": pair.hazard, "description": "李的描述"}
    first = pair.li.operation("hazard.edit", said, base=pair.hazard)
    second = pair.edit(pair.li, first["id"], "李再改")["operation_id"]
    pair.li.send(first)
    assert pair.beside() == [second]
    pair.edit(pair.wang, stands, "合并", resolves=second)
    assert (pair.beside(), set(settled_on(pair.li))) == ([], {first["id"], second})


def test_a_choice_cannot_settle_another_hazard(pair: Pair) -> None:
    _, slower = pair.apart()
    other = pair.wang.do("hazard.record", fields(pair.visit, "W1"))["operation_id"]
    said = {**fields(pair.visit), "hazard_id": other, "description": "别的", "resolves": slower}
    receipt = pair.wang.do("hazard.edit", said, base=other)
    assert receipt["reason"]["params"]["flags"] == ["settled_before"]
    assert pair.beside() == [slower]


@pytest.mark.parametrize("wrong", [{"resolves": 5}, {"restored": "maybe"}])
def test_nonsense_is_refused(pair: Pair, wrong: dict[str, Any]) -> None:
    receipt = pair.edit(pair.wang, pair.hazard, "改", **wrong)
    assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", "bad_value")


# 作废 against an edit, both ways round.


def test_what_was_edited_meanwhile_is_not_withdrawn_unseen(pair: Pair) -> None:
    edited = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    receipt = pair.withdraw(pair.li, pair.hazard)
    assert receipt["outcome"] == "conflict"
    [version] = pair.shown()["versions"]
    assert (version["kind"], version["withdrawn_reason"]) == ("hazard.withdraw", "重复")
    assert pair.shown()["withdrawn_at"] == ""
    assert pair.withdraw(pair.wang, edited, resolves=version["id"])["outcome"] == "applied"
    assert (pair.shown()["withdrawn_reason"], pair.beside()) == ("重复", [])


def test_phones_of_before_withdraw_without_a_base(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "王的描述")
    assert pair.withdraw(pair.li, None)["outcome"] == "applied"


def test_an_edit_of_what_was_withdrawn_can_bring_it_back(pair: Pair, database: Database) -> None:
    withdrawn = pair.withdraw(pair.wang, pair.hazard)["operation_id"]
    slower = pair.edit(pair.li, pair.hazard, "李的描述")
    assert (slower["outcome"], pair.shown()["withdrawn_reason"]) == ("conflict", "重复")
    about = {"resolves": slower["operation_id"]}
    assert pair.edit(pair.wang, withdrawn, "护罩缺失", **about)["outcome"] == "applied"
    assert (pair.beside(), bool(pair.shown()["withdrawn_at"])) == ([], True), "kept withdrawn"
    back = pair.edit(pair.li, withdrawn, "李的描述", restored="yes")
    assert (back["outcome"], pair.shown()["withdrawn_at"]) == ("applied", "")
    sql = "select count(*) from trail where detail like '%重复%' and subject = :subject"
    assert one(database, sql, subject=f"hazard {pair.hazard}") == 1


def test_a_second_reason_to_withdraw_is_in_the_trail(pair: Pair, database: Database) -> None:
    pair.withdraw(pair.wang, pair.hazard)
    pair.withdraw(pair.li, pair.hazard, reason="另一个原因")
    assert pair.shown()["withdrawn_reason"] == "重复"
    assert one(database, "select count(*) from trail where detail like '%另一个原因%'") == 1
