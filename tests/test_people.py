"""人员与证书: who sees what, who counts, credentials, employment, consent, scans."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries import staff
from webapp.routes import evidence
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


def test_a_credential_is_added_corrected_and_taken_out(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = {
        "kind": "special_operation", "number": "T320500198001011234",
        "valid_from": "2024-01-01", "valid_to": "2030-01-01", "review_on": "2027-01-01",
    }  # fmt: skip
    assert admin.post(f"/office/people/{who}/credentials", data=typed).status_code == 303
    held = one(database, "select id from credentials where kind = 'special_operation'")
    seen = admin.get(f"/office/people/{who}").text
    assert "T320500198001011234" not in seen
    assert "****1234" in seen
    assert "编号里有身份证号" in seen
    edited = {**typed, "number": "", "valid_to": "2031-01-01"}
    assert admin.post(f"/office/credentials/{held}", data=edited).status_code == 303
    row = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    assert (row["number"], row["valid_to"]) == ("T320500198001011234", "2031-01-01")
    assert admin.post(f"/office/credentials/{held}/remove").status_code == 422
    assert admin.post(f"/office/credentials/{held}/remove", data={"sure": "yes"}).status_code == 303
    assert "****1234" not in admin.get(f"/office/people/{who}").text
    assert one(database, "select count(*) from credentials where id = :id", id=held) == 1
    assert trail.verify(database) is None
    told = [row["detail"] for row in database.query("select detail from trail")]
    assert not any("T3205" in detail for detail in told)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "driver"}, "请选一项"),
        ({"valid_to": "2026-02-30"}, "日期不能识别"),
        ({"valid_to": "20260230"}, "日期不能识别"),
        ({"valid_from": "2030-01-02"}, "结束日期早于开始日期"),
        ({"number": "9" * 61}, "填写太长"),
    ],
)
def test_a_nonsense_credential_is_refused_and_kept_on_the_page(
    client_for: ClientFor, database: Database, change: dict[str, str], sentence: str
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    before = one(database, "select count(*) from credentials")
    typed = {"kind": "fire_engineer", "registered_unit": "写了一半的单位", "valid_to": "2030-01-01"}
    answer = admin.post(f"/office/people/{who}/credentials", data={**typed, **change})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "写了一半的单位" in answer.text
    assert one(database, "select count(*) from credentials") == before
    assert admin.post(f"/office/people/{NOBODY}/credentials", data=typed).status_code == 404


def test_the_whole_number_is_shown_once_and_the_look_is_noted(
    client_for: ClientFor, database: Database
) -> None:
    held, whole = credential(database, "李晓峰"), "32050000DEMO1001"
    for name in ("admin", "li"):
        client = client_for(name)
        answer = client.post(f"/office/credentials/{held}/number")
        assert whole in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        own = client.get(f"/office/people/{person(database, '李晓峰')}")
        assert whole not in own.text
    assert one(database, "select count(*) from audit where action = 'number.look'") == 2
    assert client_for("admin").post(f"/office/credentials/{NOBODY}/number").status_code == 404


def test_a_check_is_written_down(client_for: ClientFor, database: Database) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")
    typed = {"checked_on": today(), "note": "全国注册查询，状态正常"}
    address = f"/office/credentials/{held}/check"
    assert "未核验" in admin.get(f"/office/credentials/{held}").text
    assert admin.post(address, data=typed).status_code == 303
    assert "全国注册查询，状态正常" in admin.get(f"/office/credentials/{held}").text
    ahead = admin.post(address, data={**typed, "checked_on": "2099-01-01"})
    assert (ahead.status_code, "还没有到" in ahead.text) == (422, True)
    assert admin.post(address, data={**typed, "note": " "}).status_code == 422


def test_a_scan_is_stripped_kept_and_seen_by_few(client_for: ClientFor, database: Database) -> None:
    admin, held = client_for("admin"), credential(database, "李晓峰")
    fields = {"kind": "safety_engineer", "valid_to": "2030-01-01"}
    for data, kind in ((jpeg(), "image/jpeg"), (PDF, "application/pdf")):
        typed = {**fields, "scan": (io.BytesIO(data), "证书")}
        assert admin.post(f"/office/credentials/{held}", data=typed).status_code == 303
        kept = one(database, "select evidence_id from credentials where id = :id", id=held)
        for name in ("admin", "li"):
            seen = client_for(name).get(f"/evidence/{kept}")
            assert (seen.status_code, seen.mimetype) == (200, kind)
            assert b"SECRET-CAMERA" not in seen.data
            assert seen.headers["Cache-Control"] == "no-store"
            seen.close()
        for name in ("wang", "zhao", "stranger"):
            assert client_for(name).get(f"/evidence/{kept}").status_code == 404
        sha256 = one(database, "select sha256 from evidence where id = :id", id=kept)
        assert client_for("li").get(f"/photos/{sha256}").status_code == 404
    assert one(database, "select count(*) from audit where action = 'evidence.look'") == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello", "不是可识别的图片"),
        (b"%PDF-1.4 cut", "PDF 不完整"),
        (b"%PDF-" + b"0" * 2000, "扫描件太大"),
    ],
)
def test_what_is_no_scan_is_refused(
    client_for: ClientFor,
    database: Database,
    data: bytes,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 1000)
    admin, who = client_for("admin"), person(database, "孙立新")
    typed = {"kind": "safety_assessor", "number": "DEMO9", "scan": (io.BytesIO(data), "a.pdf")}
    answer = admin.post(f"/office/people/{who}/credentials", data=typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "DEMO9" in answer.text
    assert one(database, "select count(*) from credentials where number = 'DEMO9'") == 0


def test_an_archived_slip_is_no_evidence_and_the_other_way_round(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "李晓峰")
    typed = {"kind": "safety_engineer", "scan": (io.BytesIO(PDF), "a.pdf")}
    admin.post(f"/office/credentials/{held}", data=typed)
    answer = client_for("").post("/verify", data={"paper": (io.BytesIO(PDF), "a.pdf")})
    assert "与存档不一致" in answer.text


def test_a_contract_begins_and_ends(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    address = f"/office/people/{who}/labour-contracts"
    assert admin.post(address, data={"starts_on": "2026-01-01"}).status_code == 303
    contract = one(database, "select id from labour_contracts where person_id = :id", id=who)
    end = f"/office/labour-contracts/{contract}/end"
    wrong = admin.post(end, data={"ends_on": "2025-12-31"})
    assert (wrong.status_code, "早于开始" in wrong.text) == (422, True)
    assert admin.post(end, data={"ends_on": "2026-03-01"}).status_code == 303
    assert "劳动合同已到期" in admin.get(f"/office/people/{who}").text
    remove = f"/office/labour-contracts/{contract}/remove"
    assert admin.post(remove).status_code == 422
    assert admin.post(remove, data={"sure": "yes"}).status_code == 303
    assert "没有登记劳动合同" in admin.get(f"/office/people/{who}").text
    assert admin.post(address, data={"starts_on": ""}).status_code == 422
    for one_address in (end, remove):
        assert admin.post(one_address, data={"sure": "yes"}).status_code == 404
        assert client_for("li").post(one_address, data={"sure": "yes"}).status_code == 404


def test_insurance_is_booked_by_month_with_one_paper_for_many(
    client_for: ClientFor, database: Database
) -> None:
    admin, month = client_for("admin"), today()[:7]
    two = [person(database, "李晓峰"), person(database, "王建国")]
    typed = {"month": month, "person": two, "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post("/office/insurance", data=typed).status_code == 303
    sql = "select count(*) from insurance_months where month = :month"
    assert one(database, sql, month=month) == 2
    assert "证明 1" in words(admin.get(f"/office/insurance?month={month}").text)
    assert (
        admin.post("/office/insurance", data={"month": month, "person": two[:1]}).status_code == 303
    )
    assert one(database, sql, month=month) == 1
    for wrong in ({"month": "2026-13"}, {"month": month, "person": NOBODY}):
        assert admin.post("/office/insurance", data=wrong).status_code == 422
    assert one(database, sql, month=month) == 1
    assert admin.get("/office/insurance?month=x").status_code == 422


def test_the_scan_of_a_contract_may_come_later(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "李晓峰")
    contract = one(database, "select id from labour_contracts where person_id = :id", id=who)
    form = f"/office/labour-contracts/{contract}/scan"
    assert f'action="{form}"' in admin.get(f"/office/people/{who}").text
    none = admin.post(form)
    assert (none.status_code, "请先选择扫描件" in none.text) == (422, True)
    broken = admin.post(form, data={"scan": (io.BytesIO(b"hello"), "a.pdf")})
    assert broken.status_code == 422
    assert admin.post(form, data={"scan": (io.BytesIO(PDF), "a.pdf")}).status_code == 303
    kept = one(database, "select evidence_id from labour_contracts where id = :id", id=contract)
    shown = client_for("li").get(f"/evidence/{kept}")
    assert shown.status_code == 200
    shown.close()
    assert f'action="{form}"' not in admin.get(f"/office/people/{who}").text
    assert client_for("li").post(form).status_code == 404
    assert admin.post(f"/office/labour-contracts/{NOBODY}/scan").status_code == 404


def test_a_plan_is_no_training_until_somebody_writes_down_who_came(
    client_for: ClientFor, database: Database, settings: Settings
) -> None:
    admin, li, wang = client_for("admin"), person(database, "李晓峰"), person(database, "王建国")
    change = connect(settings.folder / "takan.db", readonly=False)
    change.execute("delete from training_people")
    planned = {"held_on": "2099-05-01", "topic": "高处作业", "person": [li, wang]}
    assert admin.post("/office/trainings", data=planned).status_code == 303
    before = staff.facts(database, today()).untrained
    change.execute("update trainings set held_on = :day where topic = '高处作业'", {"day": today()})
    change.close()
    assert staff.facts(database, today()).untrained == before  # its day came and went
    training = one(database, "select id from trainings where topic = '高处作业'")
    form = f"/office/trainings/{training}/held"
    for wrong, sentence in (
        ({"held_on": "2099-05-01", "person": [li]}, "还没有到"),
        ({"held_on": today(), "person": []}, "至少"),
        ({"held_on": today(), "person": [NOBODY]}, ""),
    ):
        answer = admin.post(form, data=wrong)
        assert (answer.status_code, sentence in answer.text) == (422, True), wrong
    assert admin.post(form, data={"held_on": today(), "person": [li]}).status_code == 303
    assert staff.facts(database, today()).untrained == before - 1  # Wang did not come
    came = "select count(*) from training_people where training_id = :id"
    assert one(database, came, id=training) == 1
    sheet = {"held_on": today(), "person": [li, wang], "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post(form, data=sheet).status_code == 303
    assert one(database, came, id=training) == 2
    assert one(database, "select evidence_id from trainings where id = :id", id=training)
    assert client_for("li").post(form).status_code == 404
    assert admin.post(f"/office/trainings/{NOBODY}/held").status_code == 404


def test_a_missed_review_and_a_certificate_of_tomorrow_say_so(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    card = {"kind": "special_operation", "number": "A1", "valid_to": "2099-01-01"}
    typed = {**card, "review_on": "2020-01-01"}
    admin.post(f"/office/people/{who}/credentials", data=typed)
    seen = words(admin.get(f"/office/people/{who}").text)
    assert "特种作业操作证 待复审" in seen
    assert "已过期" not in seen
    coming = {**card, "kind": "fire_engineer", "number": "A2", "valid_from": "2098-01-01"}
    admin.post(f"/office/people/{who}/credentials", data=coming)
    seen = words(admin.get(f"/office/people/{who}").text)
    assert "注册消防工程师 尚未生效" in seen
    assert "证书尚未生效" in seen


def test_training_is_planned_and_held(client_for: ClientFor, database: Database) -> None:
    admin, li = client_for("admin"), person(database, "李晓峰")
    typed = {"held_on": "2099-05-01", "topic": "高处作业", "hours": "1.5", "person": [li]}
    assert admin.post("/office/trainings", data=typed).status_code == 303
    seen = words(client_for("li").get(f"/office/people/{li}").text)
    assert "2099年5月1日 高处作业 · 1.5 学时 计划" in seen
    for wrong in (
        {"person": []},
        {"topic": ""},
        {"hours": "-1"},
        {"hours": "nan"},
        {"person": [NOBODY]},
    ):
        answer = admin.post("/office/trainings", data={**typed, **wrong})
        assert answer.status_code == 422, wrong
    assert "高处作业" in answer.text
    training = one(database, "select id from trainings where topic = '高处作业'")
    remove = f"/office/trainings/{training}/remove"
    assert client_for("li").post(remove).status_code == 404
    assert admin.post(remove).status_code == 303
    assert admin.post(remove).status_code == 404


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
