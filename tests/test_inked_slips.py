"""A slip signed in ink: the photo of the paper completes it, for its own people only."""

from __future__ import annotations

import hashlib
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.test_photos import jpeg
from tests.test_visits import context_of, done, signature
from webapp.standard import slip as standard

__all__ = ["done"]
PICTURE = jpeg()
SHA256 = hashlib.sha256(PICTURE).hexdigest()
LISTED = {"sha256": SHA256, "size": len(PICTURE), "type": "image/jpeg"}


def inked(phone: Phone, visit: str, **more: Any) -> dict[str, Any]:
    said = {
        "visit_id": visit, "slip": standard.slip_text(context_of(phone, visit)),
        "satisfaction": "average", "comments": "慢了", "signer_name": "赵敏",
        "signer_post": "安全总监", "photos": [SHA256], **more,
    }  # fmt: skip
    return phone.operation("confirmation.ink", said, photos=[LISTED] if said["photos"] else [])


def sent(phone: Phone, operation: dict[str, Any]) -> dict[str, Any]:
    receipt: dict[str, Any] = phone.send(operation).json["receipt"]
    return receipt


def test_an_unsigned_slip_is_completed_by_its_photo(
    done: tuple[Phone, str], client_for: ClientFor, database: Database
) -> None:
    li, visit = done
    operation = inked(li, visit)
    assert sent(li, operation)["outcome"] == "applied"
    assert client_for("zhao").get(f"/photos/{SHA256}").status_code == 404  # not here yet
    address = f"/sync/photos/{SHA256}?operation={operation['id']}"
    assert li.client.put(address, data=PICTURE).json["size"] == len(PICTURE)
    with client_for("zhao").get(f"/photos/{SHA256}") as seen:
        assert seen.data == PICTURE
    assert client_for("stranger").get(f"/photos/{SHA256}").status_code == 404
    shown = context_of(li, visit)["confirmation"]
    assert (shown["satisfaction"], shown["ink_signer"]) == ("average", "赵敏")
    assert shown["ink_photos"] == [SHA256]
    text = pypdfium2.PdfDocument(li.client.get(f"/visits/{visit}/slip.pdf").data)[0]
    words = text.get_textpage().get_text_range()
    assert "见纸质原件" in words
    assert SHA256[:16] in words
    assert "原件照片已存档" in client_for("").get(f"/verify/{shown['code']}").text
    assert "纸质原件" in client_for("admin").get(f"/office/visits/{visit}").text
    assert one(database, "select count(*) from ink_photos") == 1


def test_ink_completes_what_our_side_signed_on_the_screen(done: tuple[Phone, str]) -> None:
    li, visit = done
    li.send(signature(li, context_of(li, visit), "consultant"))
    assert sent(li, inked(li, visit))["outcome"] == "applied"
    shown = context_of(li, visit)["confirmation"]
    assert [one_of["party"] for one_of in shown["signatures"]] == ["consultant"]
    assert shown["satisfaction"] == "average"
    again = sent(li, inked(li, visit))
    assert (again["outcome"], again["reason"]["code"]) == ("refused", "signed_already")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"photos": []}, "ink_photo_needed"),
        ({"photos": ["a" * 64]}, "bad_value"),
        ({"satisfaction": ""}, "bad_value"),
        ({"signer_name": " "}, "empty_field"),
        ({"slip": "{}"}, "bad_value"),
    ],
)
def test_nonsense_is_refused(done: tuple[Phone, str], change: dict[str, Any], code: str) -> None:
    li, visit = done
    receipt = sent(li, inked(li, visit, **change))
    assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", code)


def test_a_stranger_signs_nothing(
    done: tuple[Phone, str], phone_of: Phones, client_for: ClientFor
) -> None:
    li, visit = done
    stranger = phone_of("stranger")
    operation = {**inked(li, visit), "made_by": stranger.person}
    assert sent(stranger, operation)["reason"]["code"] == "not_tied"
    assert stranger.client.post(f"/visits/{visit}/slip/ink", data={}).status_code == 404


def test_the_web_door_keeps_what_was_typed(done: tuple[Phone, str], client_for: ClientFor) -> None:
    li, visit = done
    typed = {"satisfaction": "poor", "comments": "写过的", "signer_name": "赵敏"}
    answer = li.client.post(f"/visits/{visit}/slip/ink", data=typed)
    assert answer.status_code == 422
    assert "写过的" in answer.text
    assert "请拍下双方签字的纸质确认单" in answer.text
