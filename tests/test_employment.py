"""Contracts of employment and months of insurance, each with its paper."""

from __future__ import annotations

import io

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.db import today


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


def test_a_month_that_is_still_to_come_is_refused_and_a_proof_stands_once(
    client_for: ClientFor, database: Database
) -> None:
    admin, month = client_for("admin"), today()[:7]
    ahead = admin.post("/office/insurance", data={"month": "2099-01"})
    assert (ahead.status_code, "还没有到" in ahead.text) == (422, True)
    for _ in range(2):
        typed = {"month": month, "scan": (io.BytesIO(PDF), "a.pdf")}
        assert admin.post("/office/insurance", data=typed).status_code == 303
    sql = "select count(*) from insurance_proofs where month = :month"
    assert one(database, sql, month=month) == 1
    proof = one(database, "select id from insurance_proofs where month = :month", month=month)
    remove = f"/office/insurance/proofs/{proof}/remove"
    unsure = admin.post(remove)
    assert (unsure.status_code, "请先勾选确认" in unsure.text) == (422, True)
    for name in ("li", "wang", "zhao"):
        assert client_for(name).post(remove, data={"sure": "yes"}).status_code == 404
    assert admin.post(remove, data={"sure": "yes"}).status_code == 303
    assert "证明 1" not in words(admin.get(f"/office/insurance?month={month}").text)
    assert admin.post(remove, data={"sure": "yes"}).status_code == 404
    assert "去掉社会保险缴费证明" in admin.get("/office/audit?kind=change").text
    typed = {"month": month, "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post("/office/insurance", data=typed).status_code == 303
    assert "证明 1" in words(admin.get(f"/office/insurance?month={month}").text)
