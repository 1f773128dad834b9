"""Who signs for the enterprise: one of those it authorised, or somebody who says why."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, one
from tests.test_inked_slips import inked
from tests.test_visits import context_of, done, signature

__all__ = ["done"]


@pytest.fixture
def frozen(done: tuple[Phone, str]) -> tuple[Phone, str]:
    """The consultant has signed."""
    li, visit = done
    assert li.send(signature(li, context_of(li, visit), "consultant")).status_code == 201
    return li, visit


def judged(phone: Phone, visit: str, name: str, **more: Any) -> dict[str, Any]:
    """The receipt of the enterprise's signature."""
    operation = signature(phone, context_of(phone, visit), "enterprise", signer_name=name, **more)
    receipt: dict[str, Any] = phone.send(operation).json["receipt"]
    return receipt


def test_one_on_the_list_needs_no_reason(frozen: tuple[Phone, str], database: Database) -> None:
    receipt = judged(*frozen, "赵敏")
    assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    found = "select count(*) from signatures where reason <> '' or doubt <> ''"
    assert one(database, found) == 0


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("deputy", "受授权人委托"),
        ("list_changed", "授权人已更换"),
        ("not_there", "授权人不在现场"),
    ],
)
def test_another_says_why_and_everybody_reads_it(
    frozen: tuple[Phone, str], client_for: ClientFor, reason: str, words: str
) -> None:
    li, visit = frozen
    receipt = judged(li, visit, "孙师傅", reason=reason)
    assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    for name, address in {
        "li": f"/visits/{visit}/slip",
        "admin": f"/office/visits/{visit}",
    }.items():
        text = client_for(name).get(address).text
        assert "孙师傅" in text
        assert words in text
        assert "请与企业核实" not in text


def test_an_older_phone_gives_no_reason_and_the_lead_is_told(
    frozen: tuple[Phone, str], client_for: ClientFor
) -> None:
    li, visit = frozen
    receipt = judged(li, visit, "孙师傅")
    assert receipt["outcome"] == "applied"
    assert receipt["reason"] == {"code": "flagged", "params": {"flags": ["signer_not_listed"]}}
    assert "请与企业核实" in client_for("admin").get(f"/office/visits/{visit}").text
    assert "签字人不在授权名单内" in client_for("wang").get("/office/reviews").text


def test_a_reason_nobody_offered_is_refused(frozen: tuple[Phone, str], database: Database) -> None:
    receipt = judged(*frozen, "孙师傅", reason="because")
    assert receipt["reason"] == {"code": "bad_value", "params": {"field": "reason"}}
    assert one(database, "select count(*) from signatures where signer_name = '孙师傅'") == 0


def test_an_enterprise_that_named_nobody_is_asked_nothing(
    frozen: tuple[Phone, str], database: Database
) -> None:
    database.execute("pragma query_only = off")
    database.execute("delete from enterprise_people")
    assert judged(*frozen, "孙师傅")["reason"] is None


def test_a_reason_of_somebody_on_the_list_is_not_kept(
    frozen: tuple[Phone, str], client_for: ClientFor
) -> None:
    li, visit = frozen
    assert judged(li, visit, "赵敏", reason="deputy")["reason"] is None
    assert "名单里" not in client_for("admin").get(f"/office/visits/{visit}").text


@pytest.mark.parametrize("reason", ["", "list_changed"])
def test_on_paper_it_is_the_same(
    done: tuple[Phone, str], client_for: ClientFor, reason: str
) -> None:
    li, visit = done
    operation = inked(li, visit, signer_name="孙师傅", reason=reason)
    receipt = li.send(operation).json["receipt"]
    assert receipt["outcome"] == "applied"
    words = "授权人已更换" if reason else "请与企业核实"
    for name, address in {
        "li": f"/visits/{visit}/slip",
        "admin": f"/office/visits/{visit}",
    }.items():
        assert words in client_for(name).get(address).text
    flagged = "签字人不在授权名单内" in client_for("wang").get("/office/reviews").text
    assert flagged == (not reason)
