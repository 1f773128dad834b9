"""Start, end, record, slip: over the wire, and the papers that come of it."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_hazards import fields
from webapp.demo_signing import handwriting
from webapp.ids import new_id
from webapp.standard import ink
from webapp.standard import slip as standard


def start(visit: str, engagement: str, **more: Any) -> dict[str, Any]:
    return {
        "visit_id": visit, "engagement_id": engagement, "number": 2, "planned_on": "",
        "also_present": "", "accompanied_by": "赵敏", "place": None, "service_date": "", **more,
    }  # fmt: skip


def signature(phone: Phone, context: dict[str, Any], party: str, **more: Any) -> dict[str, Any]:
    """A whole confirmation.sign operation, hashes and all."""
    operation = phone.operation("confirmation.sign", {})
    before = [s["hash"] for s in context["confirmation"]["signatures"]]
    joins = party != "consultant"
    said = {
        "party": party, "signer_name": "赵敏", "signer_post": "安全总监", "comments": "好",
        "satisfaction": "satisfied" if party == "enterprise" else "",
        "strokes": handwriting(4, 1), **more,
    }  # fmt: skip
    text = standard.slip_text(context)
    signed = {
        "slip_hash": standard.sha256(text),
        "strokes_hash": standard.sha256(standard.compact(said["strokes"])),
        **{k: v for k, v in said.items() if k != "strokes"},
        "made_at": operation["made_at"], "device": operation["device"],
        "previous": before[-1] if before and joins else "",
    }  # fmt: skip
    confirmation = context["confirmation"]["id"] if joins else ""
    ids = {"visit_id": context["visit"]["id"], "confirmation_id": confirmation}
    operation["payload"] = {**ids, "slip": text, "signed": standard.compact(signed), **said}
    return operation


def context_of(phone: Phone, visit: str) -> dict[str, Any]:
    answer = phone.client.get(f"/visits/{visit}", headers={"Accept": "application/json"})
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def done(phone_of: Phones, visit: str, engagement: str) -> tuple[Phone, str]:
    """A visit with a hazard and a record, ended and not yet signed."""
    li = phone_of("li")
    li.do("visit.start", start(visit, engagement))
    li.do("hazard.record", fields(visit))
    li.do("visit.end", {"visit_id": visit, "also_present": "", "accompanied_by": "赵敏"})
    texts = {"content": "检查", "process": "逐区", "result": "一项"}
    li.do("record.write", {"visit_id": visit, **texts})
    return li, visit


def test_a_visit_starts_ends_and_keeps_the_first_times(
    phone_of: Phones, visit: str, engagement: str, database: Database
) -> None:
    li = phone_of("li")
    first = li.operation("visit.start", start(visit, engagement))
    li.send(first)
    again = li.do("visit.start", start(visit, engagement))
    assert again["reason"]["params"]["flags"] == ["started_twice"]
    sql = "select started_at from visits where id = :id"
    assert one(database, sql, id=visit) == first["made_at"]


def test_a_walk_in_visit_is_created_with_the_next_free_number(
    phone_of: Phones, engagement: str, database: Database
) -> None:
    visit = new_id()
    receipt = phone_of("li").do("visit.start", start(visit, engagement))
    assert receipt["outcome"] == "applied"
    assert one(database, "select number from visits where id = :id", id=visit) == 4


def test_a_stranger_or_nonsense_starts_nothing(
    phone_of: Phones, visit: str, engagement: str
) -> None:
    refused = phone_of("stranger").do("visit.start", start(visit, engagement))
    assert refused["reason"]["code"] == "not_tied"
    li = phone_of("li")
    for wrong in ({"engagement_id": new_id()}, {"visit_id": "x"}, {"place": "here"},
                  {"service_date": "2026-13-01"}):  # fmt: skip
        assert li.do("visit.start", {**start(visit, engagement), **wrong})["outcome"] == "refused"


def test_a_record_on_an_old_version_is_a_conflict(done: tuple[Phone, str]) -> None:
    li, visit = done
    texts = {"visit_id": visit, "content": "别的", "process": "", "result": ""}
    assert li.do("record.write", texts)["outcome"] == "conflict"
    base = context_of(li, visit)["record"]["latest_operation"]
    assert li.do("record.write", texts, base=base)["outcome"] == "applied"


def test_both_sign_and_the_slip_is_frozen(
    done: tuple[Phone, str], client_for: ClientFor, database: Database
) -> None:
    li, visit = done
    assert li.send(signature(li, context_of(li, visit), "consultant")).json["receipt"]["outcome"]
    frozen = context_of(li, visit)["confirmation"]
    enterprise = signature(li, context_of(li, visit), "enterprise")
    assert li.send(enterprise).json["receipt"]["outcome"] == "applied"
    li.do("hazard.record", fields(visit, "L2"))
    after = context_of(li, visit)["confirmation"]
    assert after["slip"] == frozen["slip"]
    assert [s["party"] for s in after["signatures"]] == ["consultant", "enterprise"]
    pdf = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    assert pdf == client_for("admin").get(f"/visits/{visit}/slip.pdf").data
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert frozen["code"] in text
    nobody = client_for("")
    assert "有这张确认单" in nobody.get(f"/verify/{frozen['code'].lower()}").text
    same = nobody.post("/verify", data={"paper": (io.BytesIO(pdf), "a.pdf")})
    assert "与存档完全一致" in same.text, same.text[300:1100]
    other = nobody.post("/verify", data={"paper": (io.BytesIO(pdf + b" "), "a.pdf")})
    assert "与存档不一致" in other.text
    assert nobody.get("/verify/0000000000000").status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"strokes": [[[1, 1, 0]]]}, "too_little_ink"),
        ({"strokes": [[[1, 1.5, 0]]]}, "bad_value"),
        ({"strokes": "x"}, "bad_value"),
        ({"strokes": []}, "bad_value"),
    ],
)
def test_too_little_ink_is_refused(
    done: tuple[Phone, str], change: dict[str, Any], code: str
) -> None:
    li, visit = done
    operation = signature(li, context_of(li, visit), "consultant", **change)
    assert li.send(operation).json["receipt"]["reason"]["code"] == code


def test_a_signature_on_other_content_is_refused(done: tuple[Phone, str]) -> None:
    li, visit = done
    operation = signature(li, context_of(li, visit), "consultant")
    operation["payload"]["slip"] = operation["payload"]["slip"].replace("检查", "没查")
    assert li.send(operation).json["receipt"]["reason"]["code"] == "wrong_hash"
    early = signature(li, context_of(li, visit), "enterprise")
    assert li.send(early).json["receipt"]["outcome"] == "refused"


@pytest.mark.parametrize(
    "change",
    [{"items": "x"}, {"hazards": [1]}, {"number": "2"}, {"visit_id": "v"}, {"more": 1}, "[]", "{"],
)
def test_what_is_no_slip_is_not_frozen(done: tuple[Phone, str], change: Any) -> None:
    """A slip without its fields could never be printed."""
    li, visit = done
    context = context_of(li, visit)
    whole = standard.slip_of(context)
    text = change if isinstance(change, str) else standard.compact({**whole, **change})
    context["confirmation"] = {"id": "x", "slip": text, "signatures": []}
    operation = signature(li, context, "consultant")
    assert li.send(operation).json["receipt"]["reason"]["code"] == "bad_value"


def test_the_enterprise_must_choose(done: tuple[Phone, str]) -> None:
    li, visit = done
    li.send(signature(li, context_of(li, visit), "consultant"))
    blank = signature(li, context_of(li, visit), "enterprise", satisfaction="")
    assert li.send(blank).json["receipt"]["reason"]["code"] == "bad_value"


def test_the_canonical_slip_has_one_spelling(done: tuple[Phone, str]) -> None:
    li, visit = done
    text = standard.slip_text(context_of(li, visit))
    assert list(json.loads(text))[:4] == ["template", "visit_id", "number", "enterprise"]
    assert ": " not in text.replace("：", "")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{13}", standard.code(standard.sha256(text)))


def test_ink_is_judged_by_its_length_and_its_points() -> None:
    dot = [[[5, 5, n] for n in range(20)]]
    line = [[[0, 0, 0], [1000, 0, 1]]]
    assert not ink.enough(dot)
    assert not ink.enough(line)
    assert ink.enough(handwriting(3, 0))
    assert ink.svg_path([[[1, 2, 0]], [[1, 2, 0], [3, 4, 1]]]) == "M1 2 L1 2 M1 2 L3 4"


def test_the_flow_through_the_web_door(client_for: ClientFor, visit: str, engagement: str) -> None:
    client = client_for("li")
    begin = {"engagement_id": engagement, "number": "2", "accompanied_by": "赵敏"}
    nonsense = client.post(f"/visits/{new_id()}/start", data={**begin, "number": "many"})
    assert nonsense.status_code == 422
    assert client.post(f"/visits/{visit}/start", data=begin).status_code == 303
    assert client.post(f"/visits/{visit}/end", data={}).status_code == 303
    empty = client.post(f"/visits/{visit}/record", data={"content": "", "process": "写过的"})
    assert empty.status_code == 422
    assert "写过的" in empty.text
    record = {"content": "一\r\n二", "process": "", "result": ""}
    assert client.post(f"/visits/{visit}/record", data=record).status_code == 303
    unsigned = client.get(f"/visits/{visit}/slip.pdf")
    assert unsigned.data.startswith(b"%PDF")
    assert client.get(f"/visits/{visit}/slip").status_code == 200
