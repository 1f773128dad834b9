"""The form of a contract: what is refused stays, and two windows hear of each other."""

from __future__ import annotations

import re

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_contracts import form, fresh
from tests.test_engagements import ahead
from webapp.queries import service_steps

__all__ = ["fresh"]


def test_nonsense_keeps_what_was_typed(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    address = f"/office/engagements/{fresh}/contract"
    for wrong in (
        {"signed_on": ahead(3)}, {"signed_on": "x"}, {"ends_on": ahead(-9)}, {"lead_id": "x"},
        {"line_times": ["x", "", ""]}, {"line_times": ["999", "", ""]}, {"line_id": ["x", "", ""]},
    ):  # fmt: skip
        answer = client_for("admin").post(address, data=form(database, **wrong))
        assert answer.status_code == 422, wrong
        assert "隐患排查与治理指导" in answer.text
        assert "50000 元" in answer.text
    assert one(database, "select count(*) from contracts where engagement_id = :id", id=fresh) == 0


def test_two_windows_do_not_undo_each_other_unseen(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    admin, address = client_for("admin"), f"/office/engagements/{fresh}/contract"
    admin.post(address, data=form(database))

    def opened() -> str:
        [found] = re.findall(r'name="seen" value="([^"]*)"', admin.get(address).text)
        return str(found)

    first = opened()
    more = form(database, fee="66000 元", seen=first)
    assert admin.post(address, data=more).status_code == 303
    late = admin.post(address, data=form(database, quality="更好", seen=first))
    assert (late.status_code, "内容已在别处改过" in late.text) == (422, True)
    assert "更好" in late.text
    assert (
        one(database, "select fee from contracts where engagement_id = :id", id=fresh) == "66000 元"
    )
    again = form(database, quality="更好", seen=opened())
    assert admin.post(address, data=again).status_code == 303


def test_after_another_window_took_a_line_out_it_can_be_saved_all_the_same(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    admin, address = client_for("admin"), f"/office/engagements/{fresh}/contract"
    admin.post(address, data=form(database))
    [seen] = re.findall(r'name="seen" value="([^"]*)"', admin.get(address).text)
    ids = [line["id"] for line in service_steps.lines(database, fresh)]
    typed = form(database, seen=seen, line_id=[*ids, ""])
    other = {**typed, "line_item": [typed["line_item"][0], "", ""], "line_times": ["5", "", ""]}
    assert admin.post(address, data=other).status_code == 303
    late = admin.post(address, data=typed)
    assert (late.status_code, "内容已在别处改过" in late.text) == (422, True)
    shown = {
        name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', late.text)
        for name in ("line_id", "line_item", "line_times", "line_unit", "seen")
    }
    assert shown["line_id"][:2] == [ids[0], ""]
    count = len(shown["line_id"])
    again = {**typed, **shown, "line_standardization": ["yes", *[""] * (count - 1)]}
    assert admin.post(address, data=again).status_code == 303
    items = [line["item"] for line in service_steps.lines(database, fresh)]
    assert items == typed["line_item"][:2]


def test_half_a_line_is_asked_about_and_kept(
    client_for: ClientFor, fresh: str, database: Database
) -> None:
    address = f"/office/engagements/{fresh}/contract"
    half = form(database, line_item=["检查", "", ""], line_times=["5", "12", ""])
    half["line_standardization"] = ["", "", ""]
    refused = client_for("admin").post(address, data=half)
    assert (refused.status_code, "行号：2" in refused.text) == (422, True)
    assert 'value="12"' in refused.text
