"""平面图 and its zones (6.2.2): drawn at the desk, each change in the trail."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_hazards import picture

SQUARE = "0.1,0.1 0.4,0.1 0.4,0.4"
STRANGERS = ("li", "zhao", "stranger", "")


@pytest.fixture
def enterprise(database: Database, engagement: str) -> str:
    sql = "select enterprise_id from engagements where id = :id"
    return str(one(database, sql, id=engagement))


@pytest.fixture
def plan(database: Database, enterprise: str) -> str:
    sql = "select id from plans where enterprise_id = :id and name = '厂区' and retired_on is null"
    return str(one(database, sql, id=enterprise))


def upload(client: FlaskClient, enterprise: str, **more: Any) -> Any:
    """`image`: bytes, or None for a form without a file."""
    form = {"name": "厂区", "kind": "plant", "image": picture(), **more}
    data = form.pop("image")
    if data is not None:
        form["image"] = (io.BytesIO(data), "plan.png")
    return client.post(f"/enterprises/{enterprise}/plans", data=form)


def told(database: Database, action: str) -> list[dict[str, Any]]:
    sql = "select subject, detail from trail where action = :action and operation_id is null"
    return list(database.query(sql, {"action": action}))


def refused(answer: Any, sign_in: bool) -> bool:
    """Nobody is sent to the sign-in page, everybody else finds nothing."""
    code, place = answer.status_code, answer.headers.get("Location", "")
    return place.startswith("/sign-in?next=") if sign_in else code == 404


def test_a_new_image_is_the_next_version_and_retires_the_old(
    client_for: ClientFor, database: Database, enterprise: str, plan: str
) -> None:
    answer = upload(client_for("admin"), enterprise)
    assert answer.status_code == 303
    new = answer.location.split("/")[2]
    rows = {row["id"]: row for row in database.query("select * from plans")}
    assert rows[plan]["retired_on"]
    assert (rows[new]["version"], rows[new]["retired_on"]) == (2, None)
    with client_for("li").get(f"/plans/{new}/image") as image:
        assert image.mimetype == "image/jpeg"
    [link] = told(database, "plan.upload")
    assert link["subject"] == f"plan {new}"
    assert json.loads(link["detail"])["retired"] == plan
    assert "上传平面图" in client_for("admin").get("/office/audit").text
    assert trail.verify(database) is None


@pytest.mark.parametrize("name", STRANGERS)
def test_only_a_manager_uploads_a_plan(
    client_for: ClientFor, database: Database, enterprise: str, name: str
) -> None:
    before = one(database, "select count(*) from plans")
    assert refused(upload(client_for(name), enterprise), name == "")
    assert one(database, "select count(*) from plans") == before


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"kind": "moon"}, {"image": b"no picture"}, {"image": None}]
)
def test_a_plan_that_is_none_is_refused(
    client_for: ClientFor, database: Database, enterprise: str, plan: str, wrong: dict[str, Any]
) -> None:
    before = one(database, "select count(*) from plans")
    assert upload(client_for("admin"), enterprise, **wrong).status_code == 422
    assert one(database, "select count(*) from plans") == before
    assert one(database, "select retired_on from plans where id = :id", id=plan) is None
    assert not told(database, "plan.upload")


def zone(client: FlaskClient, plan: str, **more: str) -> Any:
    form = {"name": "危化品库", "level": "major", "points": SQUARE, **more}
    return client.post(f"/plans/{plan}/zones", data=form)


def test_a_zone_is_drawn_and_removed_once(
    client_for: ClientFor, database: Database, plan: str
) -> None:
    admin = client_for("admin")
    answer = zone(admin, plan)
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan}/zones")
    assert "危化品库" in admin.get(f"/plans/{plan}/zones").text
    sql = "select id from zones where name = '危化品库' and plan_id = :id"
    made = one(database, sql, id=plan)
    for _ in range(2):
        assert admin.post(f"/zones/{made}/remove").status_code == 303
    assert "危化品库" not in admin.get(f"/plans/{plan}/zones").text
    assert one(database, "select removed_at from zones where id = :id", id=made)
    for action in ("zone.add", "zone.remove"):
        [link] = told(database, action)
        assert link["subject"] == f"plan {plan}"
        assert json.loads(link["detail"])["zone"] == made
    page = admin.get("/office/audit").text
    assert "画风险分区" in page
    assert "移除风险分区" in page
    assert trail.verify(database) is None


@pytest.mark.parametrize("name", STRANGERS)
def test_only_a_manager_draws_and_removes_zones(
    client_for: ClientFor, database: Database, plan: str, name: str
) -> None:
    standing = "select count(*) from zones where removed_at is null"
    before = one(database, standing)
    client = client_for(name)
    assert refused(zone(client, plan), name == "")
    there = one(database, "select id from zones where plan_id = :id", id=plan)
    assert refused(client.post(f"/zones/{there}/remove"), name == "")
    assert one(database, standing) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"level": "purple"},
        {"points": ""},
        {"points": "0.1,0.1 0.2,0.2"},
        {"points": "0.1,0.1 0.2,0.2 3.5,0.2"},
    ],
)
def test_a_zone_that_is_none_is_refused_and_what_was_typed_stays(
    client_for: ClientFor, database: Database, plan: str, wrong: dict[str, str]
) -> None:
    before = one(database, "select count(*) from zones")
    answer = zone(client_for("admin"), plan, **{"name": "调漆间", **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "name" in wrong or "调漆间" in answer.text
    assert one(database, "select count(*) from zones") == before
    assert not told(database, "zone.add")


def test_a_zone_that_is_not_there_is_not_removed(client_for: ClientFor) -> None:
    nowhere = "/zones/01900000-0000-7000-8000-000000000000/remove"
    assert client_for("admin").post(nowhere).status_code == 404
