"""Who agreed to be named or shown in public, and who is."""

from __future__ import annotations

import io
import re

from PIL import Image
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import PDF, jpeg, person
from webapp.db import today


def test_consent_decides_what_the_public_page_names(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    anyone, li, who = client_for(""), client_for("li"), person(database, "李晓峰")
    board, here = f"/b/{demo['board_code']}", f"/office/people/{who}/consent"
    assert "****1001" in anyone.get(board).text
    assert li.post(f"{here}/withdraw").status_code == 303
    page = anyone.get(board).text
    assert "李晓峰" not in page
    assert "****1001" not in page
    assert "（未公示）" in page
    assert li.post(here, data={"name": "yes"}).status_code == 303  # the name, not the credential
    page = anyone.get(board).text
    assert "李晓峰" in page
    assert "****1001" not in page
    assert "证书未公示" in page
    assert li.post(here, data={"credential": "yes"}).status_code == 422
    proofs = [
        row["proof"]
        for row in database.query(
            "select proof from consents where person_id = :id order by rowid", {"id": who}
        )
    ]
    assert proofs == ["书面同意书（演示）", "signed_in"]
    assert one(database, "select count(*) from trail where action like 'consent.%'") == 2


def test_a_face_is_shown_only_while_its_person_agrees(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    anyone, li, who = client_for(""), client_for("li"), person(database, "李晓峰")
    board, here = f"/b/{demo['board_code']}", f"/office/people/{who}/consent"
    agreed = {"name": "yes", "credential": "yes", "photo": "yes"}
    refused = li.post(here, data=agreed)
    assert (refused.status_code, "就要选一张照片" in refused.text) == (422, True)
    paper = {**agreed, "portrait": (io.BytesIO(PDF), "a.pdf")}
    assert li.post(here, data=paper).status_code == 422
    face = {**agreed, "portrait": (io.BytesIO(jpeg()), "a.jpg")}
    assert client_for("wang").post(here, data=face).status_code == 404
    face["portrait"] = (io.BytesIO(jpeg()), "a.jpg")
    assert li.post(here, data=face).status_code == 303
    [address] = re.findall(rf'src="({board}/[0-9]+\.webp)"', anyone.get(board).text)
    shown = anyone.get(address)
    assert shown.mimetype == "image/webp"
    assert not Image.open(io.BytesIO(shown.data)).getexif()
    assert anyone.get(address, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    assert li.post(here, data=agreed).status_code == 303  # the photo of before goes on
    assert anyone.get(address).status_code == 200
    for nobody in (f"{board}/0.webp", f"{board}/99.webp", "/b/NOSUCHBOARD0/1.webp"):
        assert anyone.get(nobody).status_code == 404
    assert li.post(here, data={"name": "yes"}).status_code == 303
    assert anyone.get(address).status_code == 404
    assert ".webp" not in anyone.get(board).text


def test_a_manager_records_a_consent_only_with_its_proof(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    address, typed = f"/office/people/{who}/consent", {"name": "yes", "given_on": today()}
    refused = admin.post(address, data=typed)
    assert (refused.status_code, "必填" in refused.text) == (422, True)
    late = admin.post(address, data={**typed, "proof": "书面", "given_on": "2099-01-01"})
    assert late.status_code == 422
    given = {**typed, "proof": "书面同意书", "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post(address, data=given).status_code == 303
    assert "书面同意书" in admin.get(f"/office/people/{who}").text


def test_only_who_was_there_is_named_at_a_confirmed_visit(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    """吴志强 was planned for it, and neither started, joined nor signed."""
    sql = "select p.name from visit_people as v join people as p on p.id = v.person_id join confirmations as c on c.visit_id = v.visit_id where v.joined_at is null"
    planned = {row["name"] for row in database.query(sql)}
    page = client_for("").get(f"/b/{demo['board_code']}").text
    confirmed = page[page.index("服务确认单（公示版）") :]
    assert "李晓峰" in confirmed
    assert planned
    for name in planned:
        assert name not in confirmed
