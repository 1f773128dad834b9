"""A colleague signs on the recorder's phone: his PIN proves it, every paper shows it, and the slip
says whose hazards it lists."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_visits import context_of, done, signature
from webapp import db
from webapp.demo import PIN
from webapp.domain.people import PIN_ROUNDS, pin_check, pin_hash, pin_proof

__all__ = ["done"]


def person(database: Database, name: str) -> dict[str, Any]:
    return next(iter(database.query("select * from people where name = :name", {"name": name})))


def countersigning(
    phone: Phone, visit: str, who: dict[str, Any], pin: str = PIN, **more: Any
) -> dict[str, Any]:
    """What the recorder's phone sends when `who` signed on it."""
    context = context_of(phone, visit)
    proof = pin_proof(pin_hash(who["pin_salt"] or "00", pin), context["confirmation"]["hash"])
    said = {"signer_name": who["name"], "signer_id": who["id"], "proof": proof, "comments": ""}
    return signature(phone, context, "colleague", **{**said, **more})


def sent(phone: Phone, operation: dict[str, Any]) -> dict[str, Any]:
    receipt: dict[str, Any] = phone.send(operation).json["receipt"]
    return receipt


@pytest.fixture
def frozen(done: tuple[Phone, str]) -> tuple[Phone, str]:
    """The recorder has signed."""
    li, visit = done
    assert sent(li, signature(li, context_of(li, visit), "consultant"))["outcome"] == "applied"
    return li, visit


def test_all_three_sign_one_slip_in_one_chain(
    frozen: tuple[Phone, str], client_for: ClientFor, database: Database
) -> None:
    li, visit = frozen
    wang = person(database, "王建国")
    receipt = sent(li, countersigning(li, visit, wang))
    assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    assert sent(li, signature(li, context_of(li, visit), "enterprise"))["outcome"] == "applied"
    found = context_of(li, visit)["confirmation"]
    signed = found["signatures"]
    assert [one_of["party"] for one_of in signed] == ["consultant", "colleague", "enterprise"]
    assert [one_of["signer_id"] for one_of in signed] == [li.person, wang["id"], ""]
    assert [one_of["previous"] for one_of in signed] == ["", signed[0]["hash"], signed[1]["hash"]]
    assert {json.loads(one_of["signed"])["slip_hash"] for one_of in signed} == {found["hash"]}
    assert [one_of["doubt"] for one_of in signed] == ["", "", ""]
    sql = "select made_by from signatures where party = 'colleague'"
    assert one(database, sql) == li.person
    pdf = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    [words] = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    assert words.index("技术服务人员签字") < words.index("王建国", words.index("技术服务人员签字"))
    assert "双方签字为手写电子签名" in words
    office = client_for("admin").get(f"/office/visits/{visit}").text
    assert "王建国" in office
    assert "在记录人的手机上" in office
    assert "核实" not in office
    verified = client_for("").get(f"/verify/{found['code']}").text
    assert "双方已签字" in verified
    assert "技术服务人员 2 人签字" in verified
    assert "王建国" not in verified


def test_a_pin_that_does_not_match_is_kept_for_a_person_to_ask(
    frozen: tuple[Phone, str], client_for: ClientFor, database: Database
) -> None:
    li, visit = frozen
    receipt = sent(li, countersigning(li, visit, person(database, "王建国"), pin="9999"))
    assert receipt["outcome"] == "applied"
    assert receipt["reason"] == {"code": "flagged", "params": {"flags": ["pin_not_matching"]}}
    assert "请与本人核实" in li.client.get(f"/visits/{visit}/slip").text
    assert "请与本人核实" in client_for("admin").get(f"/office/visits/{visit}").text
    # The enterprise's signature goes on after it.
    assert sent(li, signature(li, context_of(li, visit), "enterprise"))["outcome"] == "applied"


def test_a_proof_is_good_for_its_own_slip_alone(
    frozen: tuple[Phone, str], database: Database
) -> None:
    li, visit = frozen
    wang = person(database, "王建国")
    other = pin_proof(wang["pin_hash"], "0" * 64)
    receipt = sent(li, countersigning(li, visit, wang, proof=other))
    assert receipt["reason"]["params"]["flags"] == ["pin_not_matching"]


def test_a_pin_changed_before_delivery_and_one_never_set_are_flagged(
    frozen: tuple[Phone, str], client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    li, visit = frozen
    operation = countersigning(li, visit, person(database, "王建国"))
    typed = {"pin": "1357", "password": demo["password"]}
    assert client_for("wang").post("/me/pin", data=typed).status_code == 303
    assert sent(li, operation)["reason"]["params"]["flags"] == ["pin_not_matching"]
    never = countersigning(li, visit, person(database, "吴志强"))
    assert sent(li, never)["reason"]["params"]["flags"] == ["pin_not_matching"]


def test_who_left_the_engagement_meanwhile_is_kept_and_flagged(
    frozen: tuple[Phone, str], database: Database
) -> None:
    li, visit = frozen
    wang = person(database, "王建国")
    operation = countersigning(li, visit, wang)
    database.execute("pragma query_only = off")
    database.execute("delete from engagement_people where person_id = :id", {"id": wang["id"]})
    database.execute("update engagements set lead_id = :id", {"id": li.person})
    assert sent(li, operation)["reason"]["params"]["flags"] == ["signer_not_tied"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signer_id": "nobody"}, "bad_value"),
        ({"signer_id": ""}, "empty_field"),
        ({"proof": "ab"}, "bad_value"),
        ({"proof": 7}, "bad_value"),
        ({"signer_name": ""}, "empty_field"),
    ],
)
def test_nonsense_is_refused(
    frozen: tuple[Phone, str], database: Database, change: dict[str, Any], code: str
) -> None:
    li, visit = frozen
    receipt = sent(li, countersigning(li, visit, person(database, "王建国"), **change))
    assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", code)


def test_nobody_signs_twice_or_before_there_is_a_slip(
    done: tuple[Phone, str], database: Database
) -> None:
    li, visit = done
    wang = person(database, "王建国")
    early = countersigning(li, visit, wang)
    early["payload"]["confirmation_id"] = early["id"]
    assert sent(li, early)["reason"]["code"] == "unknown_confirmation"
    sent(li, signature(li, context_of(li, visit), "consultant"))
    assert sent(li, countersigning(li, visit, wang))["outcome"] == "applied"
    assert sent(li, countersigning(li, visit, wang))["reason"]["code"] == "signed_already"
    self = countersigning(li, visit, person(database, "李晓峰"))
    assert sent(li, self)["reason"]["code"] == "signed_already"


def test_the_proof_is_part_of_what_was_signed(
    frozen: tuple[Phone, str], database: Database
) -> None:
    li, visit = frozen
    operation = countersigning(li, visit, person(database, "王建国"))
    operation["payload"]["signer_id"] = person(database, "吴志强")["id"]
    assert sent(li, operation)["reason"]["code"] == "wrong_hash"


def test_a_stranger_brings_no_colleagues_signature(
    frozen: tuple[Phone, str], phone_of: Phones, database: Database
) -> None:
    li, visit = frozen
    stranger = phone_of("stranger")
    operation = countersigning(li, visit, person(database, "王建国"))
    operation |= {"made_by": stranger.person}
    assert sent(stranger, operation)["reason"]["code"] == "not_tied"


def test_the_phone_carries_eight_bits_of_a_colleagues_pin_and_no_more(
    phone_of: Phones, visit: str, database: Database
) -> None:
    wang = person(database, "王建国")
    text = (
        phone_of("li").client.get(f"/visits/{visit}", headers={"Accept": "application/json"}).text
    )
    assert wang["pin_hash"] not in text
    known = next(one for one in json.loads(text)["engagement"]["people"] if one["id"] == wang["id"])
    assert known["pin_check"] == pin_check(wang["pin_salt"], PIN)
    assert len(known["pin_check"]) == 2
    assert PIN_ROUNDS == 100_000
    without = next(
        one for one in json.loads(text)["engagement"]["people"] if one["name"] == "吴志强"
    )
    assert (without["pin_salt"], without["pin_check"]) == ("", "")


def test_signatures_of_before_are_kept_by_the_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of the build before: its signatures stand, and a colleague's fits beside them."""
    here = db.HERE
    shutil.copytree(here / "migrations", tmp_path / "webapp" / "migrations")
    shutil.copytree(here.parent / "sync", tmp_path / "sync")
    (tmp_path / "webapp" / "migrations" / "0007_two_phones.sql").unlink()
    monkeypatch.setattr(db, "HERE", tmp_path / "webapp")
    old = db.create(tmp_path / "takan.db")
    old.execute("pragma foreign_keys = off")
    columns = "id, confirmation_id, party, signer_name, strokes, signed, hash, previous, made_by, made_at, received_at"
    for row in ("('s1', 'c1', 'consultant', '李', '[]', '{}', 'h1', null, 'p1', 't', 't')",
                "('s2', 'c1', 'enterprise', '赵', '[]', '{}', 'h2', 'h1', 'p1', 't', 't')"):  # fmt: skip
        old.execute(f"insert into signatures ({columns}) values {row}")
    old.execute("insert into visits (id, engagement_id, number, planned_on, started_at, started_by)"
                " values ('v1', 'e1', 1, 'd', 't', 'p1')")  # fmt: skip
    old.execute("insert into visit_people (visit_id, person_id) values ('v1', 'p1'), ('v1', 'p2')")
    monkeypatch.setattr(db, "HERE", here)
    db.migrate(old)
    kept = [
        (row["id"], row["signer_id"], row["previous"])
        for row in old.query("select * from signatures order by id")
    ]
    assert kept == [("s1", "p1", None), ("s2", "", "h1")]
    came = {row["person_id"]: row["joined_at"] for row in old.query("select * from visit_people")}
    assert came == {"p1": "t", "p2": None}
    old.execute(
        f"insert into signatures ({columns}, signer_id) values ('s3', 'c1', 'colleague', '王', '[]', '{{}}', 'h3', 'h1', 'p1', 't', 't', 'p2')"
    )
    with pytest.raises(db.IntegrityError):
        old.execute(
            f"insert into signatures ({columns}) values ('s4', 'c1', 'enterprise', '赵', '[]', '{{}}', 'h4', 'h1', 'p1', 't', 't')"
        )
    old.close()
