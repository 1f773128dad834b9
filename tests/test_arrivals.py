"""Which photos are here and on whose phone the others are: on every page and paper that shows
them, and never a broken picture or a paper called complete that is not."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_hazards import fields, picture
from tests.test_inked_slips import LISTED as PAPER
from tests.test_inked_slips import PICTURE as PAPER_BYTES
from tests.test_inked_slips import SHA256 as PAPER_HASH
from tests.test_inked_slips import inked
from tests.test_phones import ago, contact, page
from tests.test_visits import context_of, done, signature

__all__ = ["done"]
PICTURES = [picture(colour) for colour in ("red", "green", "blue", "white", "black")]
NAMED = [hashlib.sha256(data).hexdigest() for data in PICTURES]


def hazard(phone: Phone, visit: str, label: str, which: list[int]) -> dict[str, Any]:
    listed = [{"sha256": NAMED[n], "size": len(PICTURES[n]), "type": "image/jpeg"} for n in which]
    payload = fields(visit, label, photos=[NAMED[n] for n in which])
    operation = phone.operation("hazard.record", payload, photos=listed)
    assert phone.send(operation).json["receipt"]["outcome"] == "applied"
    return operation


def bring(phone: Phone, operation: dict[str, Any], *which: int) -> None:
    for n in which:
        address = f"/sync/photos/{NAMED[n]}?operation={operation['id']}"
        assert phone.client.put(address, data=PICTURES[n]).status_code == 200


def waits(phone: Phone, visit: str, photos: int) -> None:
    contact(phone, [{"visit": visit, "seqs": [], "photos": photos}])


@pytest.fixture
def three_of_five(done: tuple[Phone, str], writable: Database) -> tuple[Phone, str, dict[str, Any]]:
    """li's phone, the visit, and a hazard of which 3 of 5 photos are here."""
    li, visit = done
    found = hazard(li, visit, "L2", [0, 1, 2, 3, 4])
    bring(li, found, 0, 2, 4)
    waits(li, visit, 2)
    writable.execute("update devices set last_heard = '2026-11-24T06:02:00.000Z'")
    return li, visit, found


@pytest.fixture
def writable(database: Database) -> Database:
    database.execute("pragma query_only = off")
    return database


SENTENCE = "5 张照片已到 3 张，2 张还在李晓峰的手机里，最后联系 11月24日 14:02"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    texts = [found.get_textpage().get_text_range() for found in document]
    return re.sub(r"\s+", "", "".join(texts))


@pytest.mark.parametrize("name", ["admin", "zhao", "wang"])
def test_the_office_page_says_what_is_here_and_where_the_rest_is(
    three_of_five: tuple[Phone, str, dict[str, Any]], client_for: ClientFor, name: str
) -> None:
    _, visit, _ = three_of_five
    answer = client_for(name).get(f"/office/visits/{visit}")
    seen = page(client_for(name), f"/office/visits/{visit}")
    assert seen.count(SENTENCE) == 2, "for the visit and for the hazard"
    assert "记录尚未完整上传" in seen
    for n in (0, 2, 4):
        assert f'src="/photos/{NAMED[n]}/thumbnail"' in answer.text
    for n in (1, 3):
        assert NAMED[n] not in answer.text, "no broken picture"
    assert seen.count("照片未到") == 2


def test_all_here_nothing_is_said(
    three_of_five: tuple[Phone, str, dict[str, Any]], client_for: ClientFor
) -> None:
    li, visit, found = three_of_five
    bring(li, found, 1, 3)
    seen = page(client_for("admin"), f"/office/visits/{visit}")
    assert "尚未" not in seen
    assert "照片未到" not in seen
    assert client_for("admin").get(f"/office/visits/{visit}").text.count("/thumbnail") == 5


def test_the_enterprise_page_says_it_beside_the_visit(
    three_of_five: tuple[Phone, str, dict[str, Any]], client_for: ClientFor, database: Database
) -> None:
    enterprise = one(database, "select id from enterprises where short_name = '示范金属'")
    seen = page(client_for("zhao"), f"/enterprises/{enterprise}")
    assert "照片 3/5" in seen
    assert seen.count(SENTENCE) == 1


def test_records_still_on_a_phone_are_counted(
    done: tuple[Phone, str], client_for: ClientFor, phone_of: Phones
) -> None:
    li, visit = done
    li.seq += 3
    contact(li, [{"visit": visit, "seqs": [[li.seq - 2, li.seq]], "photos": 4}])
    stranger = phone_of("stranger")
    stranger.seq = 1
    contact(stranger, [{"visit": visit, "seqs": [[1, 1]], "photos": 0}])
    seen = page(client_for("zhao"), f"/office/visits/{visit}")
    assert "3 条记录还在李晓峰的手机里" in seen
    assert "局外人" not in seen, "who is not on the engagement has nothing to say about it"
    li.seq -= 2
    li.do("hazard.record", fields(visit, "L5"))
    assert "2 条记录还在" in page(client_for("zhao"), f"/office/visits/{visit}")


def test_a_colleague_on_the_field_gets_the_same(
    three_of_five: tuple[Phone, str, dict[str, Any]], phone_of: Phones
) -> None:
    _, visit, found = three_of_five
    wang = phone_of("wang")
    [shown] = [h for h in context_of(wang, visit)["hazards"] if h["id"] == found["id"]]
    assert shown["photos"] == NAMED
    assert shown["photos_missing"] == [NAMED[1], NAMED[3]]
    heard = "2026-11-24T06:02:00.000Z"
    on = {"name": "李晓峰", "last_heard": heard, "lost": False, "photos": [NAMED[1], NAMED[3]]}
    assert shown["missing_on"] == [on]
    for address in ("", f"/hazards/{found['id']}"):
        assert SENTENCE in page(wang.client, f"/visits/{visit}{address}")
    edit = wang.client.get(f"/visits/{visit}/hazards/{found['id']}/edit").text
    assert f"/photos/{NAMED[1]}/thumbnail" not in edit
    assert edit.count('name="photos"') == 6, "its photos in order, and the template's own"


def test_two_phones_are_told_apart_and_a_lost_photo_is_not_called_waiting(
    three_of_five: tuple[Phone, str, dict[str, Any]], phone_of: Phones, client_for: ClientFor,
    writable: Database,
) -> None:  # fmt: skip
    _, visit, _ = three_of_five
    wang = phone_of("wang")
    other = hazard(wang, visit, "W1", [0])
    waits(wang, visit, 1)
    seen = page(client_for("admin"), f"/office/visits/{visit}")
    assert "6 张照片已到" in seen
    assert "2 张还在李晓峰的手机里" in seen
    assert "1 张还在王建国的手机里" in seen
    waits(wang, visit, 0)
    # Both came within the same millisecond here: the contact must be the later one.
    writable.execute(
        "update operations set received_at = :at where id = :id", {"at": ago(hours=1), **other}
    )
    lost = page(client_for("admin"), f"/office/visits/{visit}")
    assert "1 张没有收到，手机里也已没有：王建国的手机" in lost
    assert "王建国：1 张照片没有收到" in page(client_for("admin"), "/office")


def test_the_same_bytes_of_another_hazard_are_their_own_photo(
    done: tuple[Phone, str], phone_of: Phones
) -> None:
    """Naming a hash grants nothing: it is here when its own bringer has sent it."""
    li, visit = done
    wang = phone_of("wang")
    bring(li, hazard(li, visit, "L2", [0]), 0)
    mine = hazard(wang, visit, "W1", [0])
    [shown] = [h for h in context_of(li, visit)["hazards"] if h["id"] == mine["id"]]
    assert shown["photos_missing"] == [NAMED[0]]


def confirmed(li: Phone, visit: str) -> str:
    for party in ("consultant", "enterprise"):
        operation = signature(li, context_of(li, visit), party)
        assert li.send(operation).json["receipt"]["outcome"] == "applied"
    code: str = context_of(li, visit)["confirmation"]["code"]
    return code


def test_a_slip_printed_too_early_says_so_and_is_not_the_last_word(
    three_of_five: tuple[Phone, str, dict[str, Any]], client_for: ClientFor, database: Database,
    writable: Database,
) -> None:  # fmt: skip
    li, visit, found = three_of_five
    code = confirmed(li, visit)
    writable.execute("update devices set last_heard = '2026-11-24T06:02:00.000Z'")
    early = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    said = text_of(early)
    assert "5张照片中2张尚未上传（李晓峰的手机，最后联系11月24日14:02）" in said
    assert "本件不是完整件" in said
    assert one(database, "select count(*) from papers") == 0
    for name in ("zhao", "admin"):
        seen = page(client_for(name), f"/office/visits/{visit}")
        assert f"不是完整件：{SENTENCE}" in seen
    nobody = client_for("")
    assert "记录尚未完整上传" in page(nobody, f"/verify/{code}")
    assert "李晓峰" not in page(nobody, f"/verify/{code}")
    compared = nobody.post("/verify", data={"paper": (io.BytesIO(early), "a.pdf")})
    assert "与存档不一致" in compared.text
    assert "记录收齐前打印的" in compared.text
    bring(li, found, 1, 3)
    whole = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    assert "不是完整件" not in text_of(whole)
    assert one(database, "select sha256 from papers") == hashlib.sha256(whole).hexdigest()
    assert client_for("admin").get(f"/visits/{visit}/slip.pdf").data == whole
    assert "尚未完整上传" not in page(nobody, f"/verify/{code}")


def test_a_slip_relies_on_the_hazards_it_lists_and_on_no_other(
    done: tuple[Phone, str], phone_of: Phones, client_for: ClientFor, database: Database
) -> None:
    li, visit = done
    code = confirmed(li, visit)
    hazard(phone_of("wang"), visit, "W1", [0])  # a colleague's, later: the slip does not list it
    pdf = client_for("zhao").get(f"/visits/{visit}/slip.pdf").data
    assert "不是完整件" not in text_of(pdf)
    assert one(database, "select count(*) from papers") == 1
    assert "尚未完整上传" not in page(client_for(""), f"/verify/{code}")


def test_a_label_that_got_a_letter_here_is_still_relied_on(
    done: tuple[Phone, str], phone_of: Phones, client_for: ClientFor, database: Database
) -> None:
    """Two phones of one person both wrote L1; the slip was signed with L1 on it."""
    li, visit = done
    hazard(phone_of("wang"), visit, "L1", [0])
    sql = "select count(*) from hazards where label = 'L1b'"
    assert one(database, sql) == 1
    context = context_of(li, visit)
    context["hazards"] = [h for h in context["hazards"] if h["label"] == "L1"]
    for party in ("consultant", "enterprise"):
        li.send(signature(li, context, party))
        context["confirmation"] = context_of(li, visit)["confirmation"]
    assert "1张尚未上传" in text_of(client_for("zhao").get(f"/visits/{visit}/slip.pdf").data)


def test_an_ink_original_that_is_not_here(
    done: tuple[Phone, str], client_for: ClientFor, database: Database
) -> None:
    li, visit = done
    operation = inked(li, visit)
    li.send(operation)
    waits(li, visit, 1)
    code = context_of(li, visit)["confirmation"]["code"]
    answer = client_for("zhao").get(f"/office/visits/{visit}").text
    assert PAPER_HASH not in answer
    assert "照片未到" in answer
    verified = page(client_for(""), f"/verify/{code}")
    assert "记录尚未完整上传" in verified
    assert "原件照片已存档" not in verified
    field = page(li.client, f"/visits/{visit}/slip")
    assert "1 张照片已到 0 张，1 张还在李晓峰的手机里" in field
    assert "1张照片中1张尚未上传" in text_of(li.client.get(f"/visits/{visit}/slip.pdf").data)
    assert one(database, "select count(*) from papers") == 0
    address = f"/sync/photos/{PAPER['sha256']}?operation={operation['id']}"
    li.client.put(address, data=PAPER_BYTES)
    assert "原件照片已存档" in page(client_for(""), f"/verify/{code}")
    assert "不是完整件" not in text_of(li.client.get(f"/visits/{visit}/slip.pdf").data)
    assert one(database, "select count(*) from papers") == 1


def test_a_print_for_ink_says_so_too(
    three_of_five: tuple[Phone, str, dict[str, Any]],
) -> None:
    li, visit, _ = three_of_five
    assert "5张照片中2张尚未上传" in text_of(li.client.get(f"/visits/{visit}/slip.pdf").data)
