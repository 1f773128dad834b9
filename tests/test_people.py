"""人员与证书: who sees what, who counts and why not."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp.db import today
from webapp.standard.credentials import month_before

NOBODY = "01900000-0000-7000-8000-000000000000"


def person(database: Database, name: str) -> str:
    found: str = one(database, "select id from people where name = :name", name=name)
    return found


def credential(database: Database, name: str) -> str:
    sql = "select id from credentials where person_id = :id and removed_at is null"
    found: str = one(database, sql, id=person(database, name))
    return found


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def jpeg() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    Image.new("RGB", (400, 300), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_list_says_who_counts_and_why_not(client_for: ClientFor) -> None:
    seen = words(client_for("admin").get("/office/people").text)
    assert "✓ 5 人" in seen  # 4.1 c
    assert "✓ 6 人" in seen  # the engineer title too
    for gap in ("证书已过期", "没有登记计入的证书", "30天内到期", "90天内到期"):
        assert gap in seen, gap
    # What is expired comes first, what never ends last.
    assert seen.index("徐静怡") < seen.index("吴志强") < seen.index("李晓峰") < seen.index("孙立新")


def test_another_day_gives_another_answer(client_for: ClientFor) -> None:
    admin = client_for("admin")
    later = words(admin.get("/office/people?day=2099-01-01").text)
    assert "✕ 0 人，至少要 5 人" in later
    wrong = admin.get("/office/people?day=morgen")
    assert "日期不能识别" in wrong.text


@pytest.mark.parametrize("name", ["li", "zhao", "stranger"])
def test_others_do_not_see_the_desk_of_people(
    client_for: ClientFor, database: Database, name: str
) -> None:
    client, held = client_for(name), credential(database, "王建国")
    who = person(database, "王建国")
    for address in (
        "/office/people", "/office/insurance", "/office/trainings", f"/office/people/{who}",
        f"/office/credentials/{held}", "/office/institution", "/office/conditions", "/office/audit",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    for address in (
        "/office/people", f"/office/people/{who}/profile", f"/office/people/{who}/credentials",
        f"/office/people/{who}/consent", f"/office/people/{who}/consent/withdraw",
        f"/office/people/{who}/labour-contracts", f"/office/credentials/{held}",
        f"/office/credentials/{held}/check", f"/office/credentials/{held}/remove",
        f"/office/credentials/{held}/number", "/office/insurance", "/office/trainings",
    ):  # fmt: skip
        assert client.post(address, data={}).status_code == 404, address


def test_a_person_sees_the_own_file_without_the_forms(
    client_for: ClientFor, database: Database
) -> None:
    own = f"/office/people/{person(database, '李晓峰')}"
    li = client_for("li")
    assert own in li.get("/me").text
    seen = li.get(own)
    assert seen.status_code == 200
    assert "****1001" in seen.text
    for form in ("/profile", "/role", "/invite", "labour-contracts", "/office/credentials/x"):
        assert f'action="{own}{form}"' not in seen.text


def test_the_home_page_begins_with_what_is_over(client_for: ClientFor) -> None:
    seen = words(client_for("admin").get("/office").text)
    assert seen.index("徐静怡 中级注册安全工程师 已过期") < seen.index(
        "吴志强 注册消防工程师 30天内到期"
    )
    assert seen.index("30天内到期") < seen.index("无佐证")
    assert "机构与人员" not in client_for("li").get("/office").text


def test_home_names_what_ends_and_what_was_not_written_down(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "吴志强")
    admin.post(f"/office/people/{who}/consent/withdraw")
    contract = one(database, "select id from labour_contracts where person_id = :id", id=who)
    soon = {"ends_on": one(database, "select date(:day, '+20 day')", day=today())}
    admin.post(f"/office/labour-contracts/{contract}/end", data=soon)
    month = month_before(today()[:7])
    admin.post("/office/insurance", data={"month": month, "person": person(database, "李晓峰")})
    seen = words(admin.get("/office").text)
    assert "吴志强 没有公示同意" in seen
    assert f"吴志强 劳动合同 30天内到期 {soon['ends_on']}" in seen
    assert f"{month} 社会保险还没有登记：吴志强、周海燕" in seen
    assert "租赁合同 90天内到期" not in seen
    typed = {"name": "机构", "lease_to": soon["ends_on"]}
    admin.post("/office/institution", data=typed)
    assert "租赁合同 30天内到期" in words(admin.get("/office").text)
