"""What keeps a file from being deleted: a hold, an open major hazard, what waits for a decision."""

from __future__ import annotations

import json

import pytest

from tests.conftest import one
from tests.kept import Office, read, write
from webapp import db
from webapp.queries import belongings
from webapp.queries import keeping as queries
from webapp.verify import broken


def test_a_hold_blocks_every_deletion_in_one_tap(office: Office) -> None:
    office.age()
    address = f"/enterprises/{office.enterprise}/hold"
    told = {"cause": "accident", "note": "11月3日机械伤害", "back": "list"}
    answer = office.client.post(address, data=told)
    assert answer.location == "/office/keeping"
    page = office.client.get(f"/enterprises/{office.enterprise}").text
    assert "11月3日机械伤害" in page
    assert "陈静" in page
    refused = office.delete(office.name)
    assert refused.status_code == 422
    assert "还不能删除" in refused.text
    assert office.client.post(address, data=told).status_code == 422  # it stands already
    lifted = office.client.post(f"{address}/lift", data={"cause": "settled"})
    assert lifted.location == f"/enterprises/{office.enterprise}"
    assert office.client.post(f"{address}/lift", data={"cause": "settled"}).status_code == 422
    # After an accident the years are counted anew.
    assert office.delete(office.name).status_code == 422
    assert "11月3日机械伤害" in office.client.get(address).text
    assert broken(office.settings.folder) == []


def test_an_accident_while_a_dispute_holds_counts_its_years(office: Office) -> None:
    office.age()
    address = f"/enterprises/{office.enterprise}/hold"
    office.client.post(address, data={"cause": "dispute", "note": "合同争议"})
    assert "改为发生事故" in office.client.get(address).text
    for cause, status in (("authority", 422), ("accident", 303), ("accident", 422)):
        told = {"cause": cause, "note": "11月3日机械伤害"}
        assert office.client.post(address, data=told).status_code == status
    assert "合同争议 11月3日机械伤害" in office.client.get(address).text
    assert "改为发生事故" not in office.client.get(address).text
    assert "保全改为发生事故" in office.client.get("/office/audit").text
    assert office.client.post(f"{address}/lift", data={"cause": "settled"}).status_code == 303
    assert office.delete(office.name).status_code == 422
    kept = queries.file(read(office.settings), db.today(), office.enterprise)["keeping"]
    assert kept.why == "accident"
    assert broken(office.settings.folder) == []


def test_a_hold_set_by_mistake_leaves_nothing_behind(office: Office) -> None:
    office.age()
    address = f"/enterprises/{office.enterprise}/hold"
    assert office.client.post(address, data={"cause": "accident"}).status_code == 303
    assert office.client.post(f"{address}/lift", data={"cause": "mistake"}).status_code == 303
    assert office.delete(office.name).status_code == 303


@pytest.mark.parametrize("form", [{}, {"cause": "tired"}, {"cause": "other"}])
def test_a_hold_needs_a_reason(office: Office, form: dict[str, str]) -> None:
    typed = {**form, "note": " "}
    answer = office.client.post(f"/enterprises/{office.enterprise}/hold", data=typed)
    assert answer.status_code == 422
    assert queries.hold(read(office.settings), office.enterprise) is None


def test_an_open_major_hazard_keeps_the_file(office: Office) -> None:
    office.age()
    write(
        office.settings,
        "update hazards set severity = 'suspected_major' where id = (select h.id from hazards as h"
        " join visits as v on v.id = h.visit_id join engagements as e on e.id = v.engagement_id"
        " where e.enterprise_id = :id and h.withdrawn_at is null limit 1)",
        id=office.enterprise,
    )
    assert office.delete(office.name).status_code == 422


def test_what_waits_for_a_decision_goes_first(office: Office) -> None:
    office.age()
    gone = belongings.of(read(office.settings), office.enterprise)
    sql = "insert into set_aside (operation_id, digest) select id, digest from operations where id = :id"
    write(office.settings, sql, id=gone.operations[0])
    answer = office.delete(office.name)
    assert answer.status_code == 422
    assert "等待决定" in answer.text


@pytest.mark.parametrize("noun", ["visits", "engagements"])
def test_what_is_held_unread_goes_first(office: Office, noun: str) -> None:
    """A newer app's kind, about its visit or engagement."""
    office.age()
    rows = belongings.of(read(office.settings), office.enterprise).rows
    about = belongings.identities(read(office.settings), {noun: rows[noun]})[0]
    write(
        office.settings,
        "insert into held_operations (id, digest, body, kind, made_by, received_at)"
        " values ('x', 'd', cast(:body as blob), 'new.kind', 'p', '2026-01-01T00:00:00.000Z')",
        body=json.dumps({"payload": {"about": about}}),
    )
    answer = office.delete(office.name)
    assert answer.status_code == 422
    assert "等待决定" in answer.text
    assert one(read(office.settings), "select count(*) from held_operations") == 1
