"""The steps of an engagement: who writes them, their files, what is flagged and what gaps would cost."""

from __future__ import annotations

import io
from fractions import Fraction

from PIL import Image
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_engagements import TODAY, ahead, plant
from tests.test_people import person
from tests.test_service_steps import WHOLE
from webapp.standard import deductions
from webapp.standard.service_steps import Engagement

__all__ = ["plant"]


def test_an_initial_visit_needs_one_of_our_own(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    address = f"/office/engagements/{engagement}/write/initial-visit"
    typed = {"visited_on": TODAY, "met": "钱大成", "record": "谈了范围"}
    refused = client_for("wang").post(address, data=typed)
    assert refused.status_code == 422
    assert "至少要有一名本机构的技术服务人员" in refused.text
    assert "谈了范围" in refused.text
    own = {**typed, "people": [person(database, "吴志强")]}
    assert client_for("wang").post(address, data=own).status_code == 303
    assert "谈了范围" in client_for("li").get(f"/office/engagements/{engagement}").text
    for wrong in ({"visited_on": ahead(1)}, {"record": ""}, {"people": ["x"]}):
        assert client_for("wang").post(address, data={**own, **wrong}).status_code == 422


def test_only_the_lead_and_the_manager_write_the_steps(
    client_for: ClientFor, engagement: str
) -> None:
    for step in ("initial-visit", "assessment"):
        address = f"/office/engagements/{engagement}/write/{step}"
        for name in ("li", "zhao", "stranger"):
            assert client_for(name).get(address).status_code == 404
            assert client_for(name).post(address, data={}).status_code == 404
        assert client_for("wang").get(address).status_code == 200
    assert client_for("admin").get(f"/office/engagements/{engagement}/write/x").status_code == 404


def test_an_assessment_after_signing_is_flagged_and_not_hidden(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    lead = person(database, "王建国")
    typed = {
        "assessed_on": TODAY,
        "lead_id": lead,
        "people": [lead],
        "content": "规模",
        "criteria": "能力",
        "outcome": "accepted",
    }
    address = f"/office/engagements/{engagement}/write/assessment"
    assert client_for("admin").post(address, data=typed).status_code == 303
    assert "评估在合同签订之后" in client_for("admin").get(f"/office/engagements/{engagement}").text
    for wrong in ({"outcome": "x"}, {"content": ""}, {"lead_id": "x"}):
        assert client_for("admin").post(address, data={**typed, **wrong}).status_code == 422


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_files_of_a_step_are_kept_and_only_withdrawn(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    address = f"/office/engagements/{engagement}/attachments"
    for name, data in (("合同.pdf", b"%PDF-1.7 x"), ("扫描.jpg", picture())):
        file = {"step": "contract", "file": (io.BytesIO(data), name)}
        assert client_for("admin").post(address, data=file).status_code == 303
    row = next(iter(database.query("select * from attachments where name = '合同.pdf'")))
    answer = client_for("li").get(f"/attachments/{row['id']}")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7 x", "application/pdf")
    for name in ("zhao", "stranger"):
        assert client_for(name).get(f"/attachments/{row['id']}").status_code == 404
    looks = list(database.query("select subject from audit where action = 'attachment.look'"))
    assert looks == [{"subject": f"attachment {row['id']}"}]  # once, by who may
    assert "查看附件" in client_for("admin").get("/office/audit?kind=export").text
    assert "查看附件" not in client_for("admin").get("/office/audit?kind=change").text
    assert client_for("li").post(f"/attachments/{row['id']}/withdraw").status_code == 404
    assert client_for("wang").post(f"/attachments/{row['id']}/withdraw").status_code == 303
    assert "已作废" in client_for("wang").get(f"/office/engagements/{engagement}").text
    for wrong in (
        {"step": "x", "file": (io.BytesIO(b"%PDF-1"), "a.pdf")},
        {"step": "contract"},
        {"step": "contract", "file": (io.BytesIO(b"MZ"), "a.exe")},
    ):
        assert client_for("admin").post(address, data=wrong).status_code == 422


def test_a_lead_whose_credential_lapsed_is_flagged_on_each_visit(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    database.execute("pragma query_only = off")
    database.execute(
        "update credentials set valid_to = '2020-01-01' where person_id = :id",
        {"id": person(database, "王建国")},
    )
    page = client_for("admin").get(f"/office/engagements/{engagement}").text
    assert "项目负责人今天没有有效的负责人证书" in page
    assert "时，项目负责人的证书已失效" in page
    done = one(
        database, "select id from visits where engagement_id = :id and number = 1", id=engagement
    )
    address = f"/office/visits/{done}/lapse"
    assert client_for("admin").post(address, data={"reason": ""}).status_code == 422
    assert client_for("li").post(address, data={"reason": "x"}).status_code == 404
    assert client_for("wang").post(address, data={"reason": "换证办理中"}).status_code == 303
    assert "换证办理中" in client_for("admin").get(f"/office/engagements/{engagement}").text


def codes(of: Engagement, day: str = "2026-11-24") -> dict[str, Fraction]:
    return {one.code: one.points for one in deductions.of_engagement(of, day)}


def test_what_gaps_would_cost() -> None:
    assert codes(WHOLE) == {}
    served = Engagement(visited=("2026-05-01",), unconfirmed=("2026-05-01",))
    assert codes(served)["served_without_contract"] == Fraction(1, 2)
    signed = Engagement(signed_on="2026-03-09")
    found = codes(signed)
    assert found["not_uploaded"] == 1
    assert found["contract_unclear"] == Fraction(1, 2)  # three fields missing: one contract, once
    assert found["begun_late"] == Fraction(1, 2)
    assert found["no_board"] == 1
    assert "not_uploaded" not in codes(signed, "2026-03-24")
    assert codes(signed, "2026-03-25")["not_uploaded"] == 1
