"""County daily checks and complaints: recorded, shown until answered, exported; who complained is
masked everywhere and looked at only with a note."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp import db

CHECK = {
    "kind": "check", "happened_on": "2026-01-05", "source": "张家港市应急管理局", "enterprise_id": "",
    "found": "服务公示牌未更新人员。", "answer_by": "2026-01-20",
}  # fmt: skip
COMPLAINT = {
    **CHECK,
    "kind": "complaint",
    "source": "钱先生13812345678",
    "found": "顾问迟到一小时。",
}


@pytest.fixture
def plant(database: Database) -> str:
    return one(database, "select id from enterprises where short_name = '示范金属'")


def test_a_check_waits_on_the_home_page_until_it_is_answered(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    assert admin.post("/office/oversights", data=CHECK).status_code == 303
    page = admin.get("/office").text
    assert "属地日常检查" in page
    assert "逾期未答复" in page
    assert "逾期未答复" not in client_for("wang").get("/office").text
    row = one(database, "select id from oversights")
    said = {"answered_on": "2026-01-18", "answer": "已更新并拍照。"}
    assert admin.post(f"/office/oversights/{row}/answer", data=said).status_code == 303
    assert "服务公示牌未更新" not in admin.get("/office").text
    assert "已更新并拍照" in admin.get(f"/office/oversights/{row}").text
    done = [r["action"] for r in database.query("select action from trail order by seq desc")][:2]
    assert done == ["oversight.answer", "oversight.record"]


def test_by_when_is_filled_in_and_a_late_answer_says_so(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    admin.post("/office/oversights", data={**CHECK, "answer_by": ""})
    row = one(database, "select id from oversights")
    assert one(database, "select answer_by from oversights") == "2026-01-20"
    late = {"answered_on": "2026-01-21", "answer": "已整改"}
    admin.post(f"/office/oversights/{row}/answer", data=late)
    assert "晚于期限" in admin.get("/office/oversights").text


def test_who_complained_is_masked_and_looking_is_noted(
    client_for: ClientFor, database: Database, plant: str
) -> None:
    admin = client_for("admin")
    admin.post("/office/oversights", data={**COMPLAINT, "enterprise_id": plant})
    row = one(database, "select id from oversights")
    for page in ("/office", "/office/oversights", f"/office/oversights/{row}"):
        assert "13812345678" not in admin.get(page).text
    for address in ("/office/ledger.xlsx", f"/enterprises/{plant}/file.zip"):
        assert b"13812345678" not in everything(admin.post(address).data)
    looked = admin.post(f"/office/oversights/{row}/source")
    assert "13812345678" in looked.text
    assert one(database, "select count(*) from audit where action = 'source.look'") == 1
    assert "查看投诉人" in admin.get("/office/audit?kind=export").text
    assert all("1381234" not in r["detail"] for r in database.query("select detail from trail"))


def everything(data: bytes) -> bytes:
    """All that lies in a zip, also in zips within it."""
    found = b""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            inner = book.read(name)
            found += everything(inner) if name.endswith(".xlsx") else inner
    return found


def test_it_leaves_with_the_ledger_and_the_enterprises_file(
    client_for: ClientFor, database: Database, plant: str
) -> None:
    admin = client_for("admin")
    admin.post("/office/oversights", data={**CHECK, "enterprise_id": plant})
    admin.post("/office/oversights", data={**COMPLAINT, "found": "与本企业无关的事"})
    ledger = everything(admin.post("/office/ledger.xlsx").data).decode("utf-8", "ignore")
    file = everything(admin.post(f"/enterprises/{plant}/file.zip").data).decode("utf-8", "ignore")
    assert "服务公示牌未更新人员。" in ledger
    assert "与本企业无关的事" in ledger
    assert "服务公示牌未更新人员。" in file
    assert "与本企业无关的事" not in file
    admin.set_cookie("language", "en")
    for place in ("/office/ledger.xlsx", f"/enterprises/{plant}/file.zip"):
        assert "检查部门或投诉人" in everything(admin.post(place).data).decode("utf-8", "ignore")


def test_what_was_recorded_by_mistake_is_taken_out_with_a_reason(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    admin.post("/office/oversights", data=CHECK)
    row = one(database, "select id from oversights")
    assert admin.post(f"/office/oversights/{row}/remove", data={}).status_code == 422
    assert (
        admin.post(f"/office/oversights/{row}/remove", data={"reason": "重复"}).status_code == 303
    )
    assert "服务公示牌未更新" not in admin.get("/office").text
    assert "已作废" in admin.get("/office/oversights").text
    assert admin.post(f"/office/oversights/{row}/answer", data={}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gossip"}, {"happened_on": ""}, {"happened_on": "2999-01-01"},
        {"happened_on": "yesterday"}, {"source": ""}, {"found": " "}, {"answer_by": "2026-01-04"},
        {"enterprise_id": "x"}, {"found": "长" * 4001}, {"source": "长" * 81},
    ],
)  # fmt: skip
def test_nonsense_is_refused(
    client_for: ClientFor, database: Database, wrong: dict[str, str]
) -> None:
    answer = client_for("admin").post("/office/oversights", data={**CHECK, **wrong})
    assert answer.status_code == 422
    assert "服务公示牌" in answer.text or "found" in wrong
    assert one(database, "select count(*) from oversights") == 0


def test_an_answer_is_given_once_and_not_before_the_matter(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    admin.post("/office/oversights", data=CHECK)
    place = f"/office/oversights/{one(database, 'select id from oversights')}/answer"
    for wrong in (
        {"answered_on": "2026-01-04", "answer": "早了"},
        {"answered_on": "2026-01-06", "answer": ""},
        {"answered_on": "2999-01-01", "answer": "晚了"},
    ):
        assert admin.post(place, data=wrong).status_code == 422
    said = {"answered_on": db.today(), "answer": "已整改"}
    assert admin.post(place, data=said).status_code == 303
    assert admin.post(place, data=said).status_code == 422


def test_strangers_find_nothing(client_for: ClientFor, database: Database) -> None:
    client_for("admin").post("/office/oversights", data=CHECK)
    row = one(database, "select id from oversights")
    for name in ("li", "wang", "zhao", "stranger"):
        client = client_for(name)
        for page in ("/office/oversights", f"/office/oversights/{row}"):
            assert client.get(page).status_code == 404
        for deed in ("", f"/{row}/answer", f"/{row}/remove", f"/{row}/source"):
            assert client.post(f"/office/oversights{deed}", data=CHECK).status_code == 404
    assert client_for("").post("/office/oversights", data=CHECK).status_code == 303
    assert one(database, "select count(*) from oversights") == 1
    assert client_for("admin").get("/office/oversights/nothing").status_code == 404
