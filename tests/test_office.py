"""The desk: who sees what, papers handed out once, boards made and taken back."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from webapp.config import Settings
from webapp.db import connect


@pytest.fixture
def plant(database: Database) -> str:
    return one(database, "select id from enterprises where short_name = '示范金属'")


@pytest.fixture
def finished(database: Database) -> str:
    return one(database, "select visit_id from confirmations")


@pytest.fixture
def board(database: Database, demo: dict[str, str]) -> str:
    return one(database, "select id from boards where code = :code", code=demo["board_code"])


@pytest.mark.parametrize(("name", "count"), [("admin", 3), ("li", 3), ("zhao", 1), ("stranger", 0)])
def test_home_lists_what_a_person_is_tied_to(client_for: ClientFor, name: str, count: int) -> None:
    for address in ("/office", "/enterprises"):
        page = client_for(name).get(address)
        assert page.status_code == 200
        assert page.text.count('card__link" href="/enterprises/') == count


def test_many_enterprises_are_found_by_name(
    client_for: ClientFor, settings: Settings, database: Database
) -> None:
    admin = client_for("admin")
    assert 'role="search"' not in admin.get("/office").text
    other = connect(settings.folder / "takan.db", readonly=False)
    for number in range(12):
        other.execute(
            "insert into enterprises (id, name, short_name) values (:id, :name, :name)",
            {"id": f"more-{number}", "name": f"第{number}纺织厂"},
        )
    other.close()
    assert 'role="search"' in admin.get("/office").text
    page = admin.get("/office?q=第1").text
    assert page.count('card__link" href="/enterprises/') == 3  # 1, 10, 11
    assert "3 / 15" in " ".join(page.split())


def test_a_lead_who_is_on_no_list_still_comes_in(
    client_for: ClientFor, settings: Settings, plant: str, database: Database
) -> None:
    database.execute("pragma query_only = off")
    database.execute(
        "delete from engagement_people where person_id = (select id from people where sign_in_name = 'wang')"
    )
    assert client_for("wang").get(f"/enterprises/{plant}").status_code == 200


def pages_of(plant: str, visit: str, board: str) -> list[str]:
    return [
        f"/enterprises/{plant}",
        f"/office/visits/{visit}",
        f"/visits/{visit}/slip.pdf",
        f"/boards/{board}.pdf",
    ]


def test_those_tied_see_pages_and_papers(
    client_for: ClientFor, plant: str, finished: str, board: str
) -> None:
    for name in ("admin", "li", "zhao"):
        client = client_for(name)
        for address in pages_of(plant, finished, board):
            assert client.get(address).status_code == 200, (name, address)


def test_strangers_do_not(client_for: ClientFor, plant: str, finished: str, board: str) -> None:
    for address in pages_of(plant, finished, board):
        assert client_for("stranger").get(address).status_code == 404, address
        assert client_for("").get(address).status_code == 303, address


def test_a_safety_manager_sees_no_other_enterprise(
    client_for: ClientFor, database: Database
) -> None:
    other = one(database, "select id from enterprises where short_name <> '示范金属'")
    assert client_for("zhao").get(f"/enterprises/{other}").status_code == 404


def test_a_signed_slip_is_made_once(
    client_for: ClientFor, finished: str, database: Database, settings: Settings
) -> None:
    first = client_for("zhao").get(f"/visits/{finished}/slip.pdf")
    # From another address the same paper: it was made once, not printed again.
    again = client_for("li").get(f"/visits/{finished}/slip.pdf", base_url="http://other.example")
    assert first.data.startswith(b"%PDF")
    assert first.headers["Cache-Control"] == "no-store"
    assert one(database, "select count(*) from papers") == 1
    assert again.status_code == 303 or again.data == first.data
    assert [file.suffix for file in (settings.folder / "papers").iterdir()] == [".pdf"]


def test_a_lost_paper_is_made_again(
    client_for: ClientFor, finished: str, settings: Settings
) -> None:
    client = client_for("li")
    first = client.get(f"/visits/{finished}/slip.pdf").data
    for file in (settings.folder / "papers").iterdir():
        file.unlink()
    assert client.get(f"/visits/{finished}/slip.pdf").data == first


def test_an_unsigned_slip_is_printed_for_ink_and_not_kept(
    client_for: ClientFor, visit: str, database: Database
) -> None:
    answer = client_for("li").get(f"/visits/{visit}/slip.pdf")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert "第 2 次现场服务" in text
    assert "手写签字" in text
    assert one(database, "select count(*) from papers") == 0


def test_the_slip_of_both_stands_while_a_later_one_waits(
    client_for: ClientFor, finished: str, settings: Settings, database: Database
) -> None:
    """A consultant signed again after a change and the enterprise has not."""
    admin = client_for("admin")
    paper = admin.get(f"/visits/{finished}/slip.pdf").data
    code = one(database, "select code from confirmations where visit_id = :id", id=finished)
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute(
        "insert into confirmations (id, visit_id, slip, hash, code, made_at, received_at)"
        " select 'later', visit_id, slip, hash, 'LATERLATER', '2099-01-01T00:00:00.000Z',"
        " received_at from confirmations where visit_id = :id",
        {"id": finished},
    )
    other.close()
    page = admin.get(f"/office/visits/{finished}").text
    assert f"/verify/{code}" in page
    assert "变更后的确认单，企业还没有签字" in page
    assert admin.get(f"/visits/{finished}/slip.pdf").data == paper
    assert admin.get(f"/visits/{finished}/slip.pdf?slip=later").data != paper
    # what is printed for ink on the phone is what the phone shows
    phone = client_for("li").get(f"/visits/{finished}/slip.pdf?slip=newest").data
    assert "LATERLATER" in pypdfium2.PdfDocument(phone)[0].get_textpage().get_text_range()
    assert admin.get(f"/visits/{finished}/slip.pdf?slip=x").status_code == 404
    engagement = one(database, "select engagement_id from visits where id = :id", id=finished)
    assert "双方已确认" in admin.get(f"/office/engagements/{engagement}").text
    # the phone goes on with the newest
    context = client_for("li").get(f"/visits/{finished}", headers={"Accept": "application/json"})
    assert context.json["confirmation"]["id"] == "later"


def test_the_board_in_both_sizes_leads_to_its_page(client_for: ClientFor, board: str) -> None:
    client = client_for("admin")
    for size, scale in (("a4", 2), ("60x90", 0.7)):
        pdf = client.get(f"/boards/{board}.pdf?size={size}").data
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil()
        [found] = zxingcpp.read_barcodes(page)
        path = found.text.removeprefix("HTTP://LOCALHOST")
        assert client_for("").get(path).status_code == 200, found.text
    assert client.get(f"/boards/{board}.pdf?size=a0").status_code == 422


def test_what_cannot_be_printed_is_told_in_words(
    client_for: ClientFor, board: str, database: Database
) -> None:
    database.execute("pragma query_only = off")
    database.execute("update institution set name = '踏勘👍'")
    answer = client_for("admin").get(f"/boards/{board}.pdf")
    assert answer.status_code == 422
    assert "👍 U+1F44D" in answer.text


def test_a_manager_makes_a_board(
    client_for: ClientFor, plant: str, engagement: str, database: Database
) -> None:
    before = one(database, "select count(*) from boards")
    answer = client_for("admin").post(
        f"/enterprises/{plant}/boards", data={"engagement_id": engagement}
    )
    assert answer.status_code == 303
    assert one(database, "select count(*) from boards") == before + 1
    assert one(database, "select action from trail order by seq desc limit 1") == "board.make"
    assert trail.verify(database) is None
    assert "board-row" in client_for("admin").get(f"/enterprises/{plant}").text


def test_making_a_board_refuses_strangers_and_nonsense(
    client_for: ClientFor, plant: str, engagement: str, database: Database
) -> None:
    before = one(database, "select count(*) from boards")
    address, typed = f"/enterprises/{plant}/boards", {"engagement_id": engagement}
    for name in ("zhao", "li", "stranger"):
        assert client_for(name).post(address, data=typed).status_code == 404
    assert client_for("").post(address, data=typed).status_code == 303
    assert client_for("admin").post(address, data={"engagement_id": "x"}).status_code == 422
    assert client_for("admin").post("/enterprises/x/boards", data=typed).status_code == 404
    assert one(database, "select count(*) from boards") == before


def test_a_manager_takes_a_board_back(
    client_for: ClientFor, board: str, demo: dict[str, str], database: Database
) -> None:
    client = client_for("admin")
    for _ in range(2):  # a second tap changes nothing
        assert revoke(client, board, "yes") == 303
    assert client_for("").get(f"/b/{demo['board_code']}").status_code == 404
    assert client.get(f"/boards/{board}.pdf").status_code == 404
    assert one(database, "select count(*) from trail where action = 'board.revoke'") == 1


def test_taking_back_needs_the_tick_and_a_manager(
    client_for: ClientFor, board: str, database: Database
) -> None:
    assert revoke(client_for("admin"), board, "") == 422
    for name in ("zhao", "li", "stranger"):
        assert revoke(client_for(name), board, "yes") == 404
    assert revoke(client_for("admin"), "x", "yes") == 404
    assert one(database, "select count(*) from boards where revoked_on is not null") == 0


def revoke(client: FlaskClient, board: str, sure: str) -> int:
    return client.post(f"/boards/{board}/revoke", data={"sure": sure}).status_code
