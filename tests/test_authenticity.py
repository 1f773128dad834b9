"""真实性核对: times, place, gate photo and people of a visit side by side, and what to ask about."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, Phone, one
from tests.test_engagement_steps import picture
from tests.test_people import words
from webapp.config import Settings
from webapp.db import connect
from webapp.standard import authenticity as standard

GATE = (31.8, 120.5)
SOUND: dict[str, Any] = {
    "started_at": "2026-03-02T01:00:00.000Z", "started_received_at": "2026-03-02T04:00:00.000Z",
    "ended_at": "2026-03-02T03:30:00.000Z", "served_on": "2026-03-02",
    "service_date": "2026-03-02", "accuracy": 20, "distance": 80,
    "consultants": [{"signer_id": "li", "signer_name": "李", "made_at": "2026-03-02T03:40:00.000Z"}],
    "enterprise": [{"reason": "", "made_at": "2026-03-02T03:45:00.000Z"}],
    "present": ["li"], "elsewhere": [], "photos": ["x"], "recorded": True,
    "lead_holds": True,
}  # fmt: skip


def signed(at: str, **more: str) -> list[dict[str, str]]:
    return [{"signer_id": "li", "reason": "", "made_at": at, **more}]


def test_a_sound_visit_asks_for_nothing() -> None:
    assert standard.doubts(SOUND) == ()
    assert standard.doubts({**SOUND, "started_at": None}) == ()
    said = signed("2026-03-02T03:45:00.000Z", reason="deputy")
    assert standard.doubts({**SOUND, "enterprise": said}) == ()


@pytest.mark.parametrize(
    ("wrong", "doubt"),
    [
        ({"accuracy": None, "distance": None}, "no_place"),
        ({"accuracy": 501}, "coarse_place"),
        ({"distance": 1021}, "far_off"),
        ({"ended_at": None}, "not_ended"),
        ({"ended_at": "2026-03-02T01:19:59.000Z"}, "short_visit"),
        ({"started_received_at": "2026-03-02T00:49:00.000Z"}, "clock_ahead"),
        ({"started_received_at": "2026-03-05T01:00:01.000Z"}, "late_delivery"),
        ({"enterprise": signed("2026-03-03T03:00:00.000Z")}, "signed_other_day"),
        ({"consultants": signed("2026-03-02T00:59:00.000Z")}, "signed_before_start"),
        ({"service_date": "2026-03-01"}, "other_service_date"),
        ({"present": ["wang"]}, "signer_not_there"),
        ({"enterprise": signed("2026-03-02T03:45:00.000Z", reason="unsaid")}, "signer_unknown"),
        ({"consultants": []}, "no_signature"),
        ({"enterprise": []}, "not_confirmed"),
        ({"elsewhere": [{"name": "李"}]}, "elsewhere"),
        ({"photos": []}, "no_photo"),
        ({"recorded": False}, "no_record"),
        ({"lead_holds": False}, "lead_lapsed"),
    ],
)
def test_each_doubt_is_raised_alone(wrong: dict[str, Any], doubt: str) -> None:
    assert standard.doubts({**SOUND, **wrong}) == (doubt,)


def test_at_the_limit_nothing_is_asked() -> None:
    edge = {"distance": 1020, "accuracy": 20, "ended_at": "2026-03-02T01:20:00.000Z"}
    signed_late = signed("2026-03-02T15:59:00.000Z")  # one minute to midnight in Shanghai
    assert standard.doubts({**SOUND, **edge, "enterprise": signed_late}) == ()


def test_metres_over_the_ground() -> None:
    assert standard.distance(GATE, GATE) == 0
    assert standard.distance(GATE, (31.801, 120.5)) == pytest.approx(111, abs=1)
    assert standard.distance(GATE, (31.8, 120.51)) == pytest.approx(945, abs=3)


@pytest.fixture
def served(database: Database) -> str:
    return one(database, "select id from visits where number = 1 and started_at is not null"
               " and planned_on > '2026' order by planned_on desc limit 1")  # fmt: skip


def test_the_page_lays_it_side_by_side(client_for: ClientFor, served: str) -> None:
    for name in ("admin", "wang", "li"):
        page = client_for(name).get(f"/office/visits/{served}/evidence").text
        for word in ("时间", "位置", "门头照", "人员", "签到没有位置", "赵敏", "本次第一张照片"):
            assert word in page, (name, word)
    assert f"/office/visits/{served}/evidence" in client_for("admin").get(
        f"/office/visits/{served}").text  # fmt: skip
    for name in ("zhao", "stranger"):
        assert client_for(name).get(f"/office/visits/{served}/evidence").status_code == 404


def test_a_photo_is_chosen_as_the_one_of_the_gate(
    client_for: ClientFor, database: Database, served: str
) -> None:
    mine = "select p.sha256 from hazard_photos as p join hazards as h on h.id = p.hazard_id"
    second = one(database, f"{mine} where h.visit_id = :id order by h.label desc", id=served)
    place = f"/office/visits/{served}/gate-photo"
    wang = client_for("wang")
    assert wang.post(place, data={"photo": second}).status_code == 303
    page = wang.get(f"/office/visits/{served}/evidence").text
    assert "选定为门头照：王建国" in page
    assert one(database, "select action from trail order by seq desc") == "gate_photo.choose"
    other = one(database, "select sha256 from photos where sha256 not in (select sha256 from"
                " hazard_photos)")  # fmt: skip
    for nonsense in ({}, {"photo": "x"}, {"photo": other}):
        assert wang.post(place, data=nonsense).status_code == 422
    for name in ("zhao", "stranger"):
        assert client_for(name).post(place, data={"photo": second}).status_code == 404
    assert one(database, "select count(*) from gate_photos") == 1


def test_a_photo_of_the_gate_is_brought_by_itself(
    client_for: ClientFor, database: Database, visit: str
) -> None:
    """A visit without a hazard has none to choose from."""
    begin(client_for, database, visit, None)
    place, li = f"/office/visits/{visit}/gate-photo", client_for("li")
    assert "没有现场照片" in li.get(f"/office/visits/{visit}/evidence").text

    def brought(data: bytes) -> dict[str, Any]:
        return {"brings": "yes", "photo": (io.BytesIO(data), "gate.jpg")}

    for name in ("zhao", "stranger"):
        assert client_for(name).post(place, data=brought(picture())).status_code == 404
    for nonsense in ({"brings": "yes"}, brought(b"x"), brought(b"")):
        assert li.post(place, data=nonsense).status_code == 422
    assert li.post(place, data=brought(picture())).status_code == 303
    page = words(li.get(f"/office/visits/{visit}/evidence").text)
    assert "补传 选定为门头照：李晓峰" in page
    kept = one(database, "select sha256 from gate_photos")
    assert li.get(f"/photos/{kept}", buffered=True).status_code == 200
    assert client_for("stranger").get(f"/photos/{kept}").status_code == 404
    assert trail.verify(database) is None


def begin(client_for: ClientFor, database: Database, visit: str, place: Any) -> None:
    engagement = one(database, "select engagement_id from visits where id = :id", id=visit)
    person = one(database, "select id from people where sign_in_name = 'li'")
    payload = {
        "visit_id": visit, "engagement_id": engagement, "number": 2, "place": place,
        "also_present": "", "accompanied_by": "", "service_date": "",
    }  # fmt: skip
    Phone(client_for("li"), person).do("visit.start", payload)


def test_the_gates_place_is_taken_from_a_visit_and_measured_from(
    client_for: ClientFor, database: Database, visit: str, served: str
) -> None:
    begin(client_for, database, visit, {"latitude": 31.8, "longitude": 120.5, "accuracy": 12})
    admin, place = client_for("admin"), f"/office/visits/{visit}/place"
    assert "企业位置还没有记下" in admin.get(f"/office/visits/{visit}/evidence").text
    assert admin.post(place).status_code == 303
    assert "0 米" in admin.get(f"/office/visits/{visit}/evidence").text
    assert one(database, "select action from trail order by seq desc") == "enterprise.place"
    assert admin.post(f"/office/visits/{served}/place").status_code == 422  # it has none
    for name in ("li", "wang", "zhao", "stranger"):
        assert client_for(name).post(place).status_code == 404


def test_two_places_at_one_time_are_asked_about(
    client_for: ClientFor, database: Database, visit: str, settings: Settings
) -> None:
    begin(client_for, database, visit, None)
    other = one(database, "select v.id from visits as v join engagements as e on e.id ="
                " v.engagement_id join enterprises as n on n.id = e.enterprise_id where"
                " n.short_name = '示范仓储' and v.started_at is null limit 1")  # fmt: skip
    begin(client_for, database, other, None)
    admin = client_for("admin")
    question = "同一时间在另一家企业服务"
    assert question not in admin.get(f"/office/visits/{visit}/evidence").text  # not ended yet
    over = {"visit_id": visit, "also_present": "", "accompanied_by": ""}
    person = one(database, "select id from people where sign_in_name = 'li'")
    Phone(client_for("li"), person).do("visit.end", over)
    page = admin.get(f"/office/visits/{visit}/evidence").text
    assert question in page
    assert "李晓峰" in page[page.index(question) :]
    assert "示范仓储" in page[page.index(question) :]
    forget = (
        "delete from engagement_people where person_id = :li and engagement_id in (select id from"
        " engagements where enterprise_id = (select enterprise_id from engagements where id = :other))"
    )
    wide = connect(next(iter(settings.data.glob("*/takan.db"))), readonly=False)
    of_other = one(database, "select engagement_id from visits where id = :id", id=other)
    wide.execute(forget, {"li": person, "other": of_other})
    wide.close()
    page = client_for("li").get(f"/office/visits/{visit}/evidence").text
    assert question in page
    assert "示范仓储" not in page  # whom others serve is not for everyone of ours
