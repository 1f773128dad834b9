"""回访: our own, and the enterprise's by a private link; satisfaction over time."""

from __future__ import annotations

import re

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_engagements import TODAY, ahead
from webapp.config import Settings
from webapp.db import connect
from webapp.queries import follow_ups, service_steps

ANSWER = {
    "answered_by": "赵敏",
    "answered_post": "安全总监",
    "findings": "按时到场",
    "satisfaction": "satisfied",
    "comments": "多来",
}
OURS = {**ANSWER, "followed_up_on": TODAY, "way": "telephone"}


def test_a_follow_up_is_written_by_the_lead(client_for: ClientFor, engagement: str) -> None:
    address = f"/office/engagements/{engagement}/follow-up"
    assert client_for("wang").get(address).status_code == 200
    assert client_for("wang").post(address, data=OURS).status_code == 303
    assert "按时到场" in client_for("admin").get(f"/office/engagements/{engagement}").text
    again = client_for("wang").post(address, data=OURS)
    assert (again.status_code, "已经登记过" in again.text) == (422, True)
    for wrong in (
        {"followed_up_on": "2001-01-01"},
        {"satisfaction": ""},
        {"findings": ""},
        {"way": "link"},
        {"followed_up_on": ahead(1)},
        {"answered_by": ""},
    ):
        answer = client_for("wang").post(address, data={**OURS, **wrong})
        assert answer.status_code == 422, wrong
        assert "多来" in answer.text
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post(address, data=OURS).status_code == 404


@pytest.fixture
def link(client_for: ClientFor, engagement: str) -> str:
    page = client_for("wang").post(f"/office/engagements/{engagement}/follow-up-links")
    [address] = re.findall(r"http://localhost(/follow-up/[\w-]+)", page.text)
    return address


def test_the_enterprise_answers_once(
    client_for: ClientFor, engagement: str, link: str, database: Database
) -> None:
    nobody = client_for("")
    page = nobody.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "checked" not in page.text  # nothing is chosen for them
    refused = nobody.post(link, data={**ANSWER, "satisfaction": ""})
    assert refused.status_code == 422
    assert "多来" in refused.text
    assert "已收到" in nobody.post(link, data=ANSWER).text
    for again in (nobody.get(link), nobody.post(link, data=ANSWER)):
        assert again.status_code == 404
        assert "已经失效" in again.text
    assert "企业在线填写" in client_for("admin").get(f"/office/engagements/{engagement}").text
    assert (
        one(database, "select way from follow_ups where engagement_id = :id", id=engagement)
        == "link"
    )
    token = link.rsplit("/", 1)[1]
    assert not any(token in str(row) for row in database.query("select * from follow_up_links"))


def test_a_link_is_taken_back_and_expires(
    client_for: ClientFor, engagement: str, link: str, database: Database
) -> None:
    nobody = client_for("")
    row = one(database, "select id from follow_up_links where engagement_id = :id", id=engagement)
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post(f"/office/follow-up-links/{row}/revoke").status_code == 404
    database.execute("pragma query_only = off")
    database.execute(
        "update follow_up_links set expires_on = :day where id = :id", {"day": ahead(-1), "id": row}
    )
    assert nobody.post(link, data=ANSWER).status_code == 404
    database.execute(
        "update follow_up_links set expires_on = :day where id = :id", {"day": TODAY, "id": row}
    )
    assert nobody.get(link).status_code == 200
    assert client_for("wang").post(f"/office/follow-up-links/{row}/revoke").status_code == 303
    assert nobody.get(link).status_code == 404
    assert nobody.get("/follow-up/x").status_code == 404
    address = f"/office/engagements/{engagement}/follow-up-links"
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post(address).status_code == 404
    assert client_for("admin").post("/office/follow-up-links/x/revoke").status_code == 404


def test_our_own_wrong_one_is_withdrawn_and_stays(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    wang = client_for("wang")
    wang.post(f"/office/engagements/{engagement}/follow-up", data={**OURS, "satisfaction": "poor"})
    own = one(database, "select id from follow_ups where engagement_id = :id", id=engagement)
    before = follow_ups.satisfaction(database, TODAY)
    address, reason = f"/office/follow-ups/{own}/withdraw", {"reason": "登记到别家了"}
    for name in ("li", "zhao", "stranger"):
        assert client_for(name).post(address, data=reason).status_code == 404
    for wrong in ({}, {"reason": " "}, {"reason": "长" * 201}):
        assert wang.post(address, data=wrong).status_code == 422
    assert follow_ups.satisfaction(database, TODAY) == before
    assert wang.post(address, data=reason).status_code == 303
    page = wang.get(f"/office/engagements/{engagement}").text
    assert "登记到别家了" in page
    assert "按时到场" in page
    assert address not in page
    after = follow_ups.satisfaction(database, TODAY)
    assert sum(row["poor"] for row in after) == sum(row["poor"] for row in before) - 1
    assert not service_steps.facts(database, engagement, TODAY).followed_up_on
    assert wang.post(address, data=reason).status_code == 422  # once
    admin = client_for("admin")
    assert admin.post("/office/follow-ups/x/withdraw", data=reason).status_code == 404
    assert "作废回访" in admin.get("/office/audit?kind=change").text
    assert trail.verify(database) is None


def test_what_the_enterprise_answered_is_not_ours_to_withdraw(
    client_for: ClientFor, engagement: str, link: str, database: Database
) -> None:
    client_for("").post(link, data={**ANSWER, "satisfaction": "poor"})
    answered = one(database, "select id from follow_ups where engagement_id = :id", id=engagement)
    address = f"/office/follow-ups/{answered}/withdraw"
    assert address not in client_for("admin").get(f"/office/engagements/{engagement}").text
    assert client_for("admin").post(address, data={"reason": "不喜欢"}).status_code == 422
    assert one(database, "select withdrawn_at from follow_ups where id = :id", id=answered) is None


def test_the_enterprise_reads_its_page_in_either_language(client_for: ClientFor, link: str) -> None:
    nobody = client_for("")
    page = nobody.get(link).text
    assert f"/language/en?next={link}" in page
    nobody.get(f"/language/en?next={link}")
    assert ">中文</a>" in nobody.get(link).text


def test_a_follow_up_counts_in_the_month_it_was_made_and_no_month_vanishes(
    client_for: ClientFor, engagement: str, database: Database
) -> None:
    database.execute("pragma query_only = off")
    database.execute("delete from follow_ups")
    database.execute("update confirmations set satisfaction = null")
    database.execute("update engagements set starts_on = '2023-01-01'")
    address = f"/office/engagements/{engagement}/follow-up"
    for on, satisfaction in (("2025-01-31", "poor"), ("2025-04-01", "satisfied")):
        typed = {**OURS, "followed_up_on": on, "satisfaction": satisfaction}
        assert client_for("wang").post(address, data=typed).status_code == 303
    found = [
        (row["month"], row["satisfied"], row["average"], row["poor"])
        for row in follow_ups.satisfaction(database, TODAY)
    ]
    assert found == [
        ("2025-01", 0, 0, 1),
        ("2025-02", 0, 0, 0),
        ("2025-03", 0, 0, 0),
        ("2025-04", 1, 0, 0),
    ]
    page = client_for("admin").get("/office/satisfaction").text
    assert "<text" in page
    for month in ("25-01", "25-02", "25-03", "25-04"):
        assert f">{month}</text>" in page
    typed = {**OURS, "followed_up_on": "2023-12-31"}
    client_for("wang").post(address, data=typed)
    page = client_for("admin").get("/office/satisfaction").text
    named = re.findall(r">(\d\d-\d\d)</text>", page)
    assert named == ["24-01", "24-04", "24-07", "24-10", "25-01", "25-04"]  # no label on another


def test_satisfaction_is_drawn_by_month(client_for: ClientFor) -> None:
    page = client_for("admin").get("/office/satisfaction").text
    assert page.count('class="chart__satisfied"') >= 2
    assert "style=" not in page
    assert client_for("li").get("/office/satisfaction").status_code == 404


def test_what_was_asked_before_the_last_visit_is_no_follow_up(
    settings: Settings, engagement: str, database: Database
) -> None:
    """5.5: after the service."""
    other = connect(settings.folder / "takan.db", readonly=False)
    last = one(
        other,
        "select max(date(started_at, '+8 hours')) from visits where engagement_id = :id",
        id=engagement,
    )
    other.execute("delete from follow_ups where engagement_id = :id", {"id": engagement})
    for number, day in enumerate(("date(:last, '-1 day')", ":last")):
        assert not service_steps.facts(database, engagement, TODAY).followed_up_on
        other.execute(
            "insert into follow_ups (id, engagement_id, followed_up_on, way, answered_by,"
            " findings, satisfaction, made_at)"
            f" values (:n, :id, {day}, 'telephone', '赵敏', '按时到场', 'satisfied', '2026-11-01T00:00:00.000Z')",
            {"n": f"asked-{number}", "id": engagement, "last": last},
        )
    other.close()
    assert service_steps.facts(database, engagement, TODAY).followed_up_on == last
