"""保存与删除: periods, places that go after a year, and who may."""

from __future__ import annotations

import json

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.kept import Office, bytes_of, read, write
from webapp.domain import keeping as verbs
from webapp.queries import keeping as queries
from webapp.verify import broken


def test_places_go_after_a_year(office: Office) -> None:
    settings = office.settings
    database = read(settings)
    begun = list(database.query("select id, place, engagement_id from visits where place is not null"
                                " order by id"))  # fmt: skip
    held = one(database, "select enterprise_id from engagements where id = :id",
               id=begun[0]["engagement_id"])  # fmt: skip
    database.close()
    assert office.client.post("/office/keeping/places").status_code == 422
    assert "签到位置已满一年" not in office.client.get("/office").text
    write(settings, "update operations set received_at = '2020-01-01T00:00:00.000Z'")
    office.client.post(f"/enterprises/{held}/hold", data={"cause": "dispute"})
    assert "签到位置已满一年" in office.client.get("/office").text
    assert office.client.post("/office/keeping/places").status_code == 303
    database = read(settings)
    assert broken(settings.folder) == []
    for row in database.query("select v.*, e.enterprise_id from visits as v join engagements as e"
                              " on e.id = v.engagement_id where started_at is not null"):  # fmt: skip
        assert row["place"] is None or queries.hold(database, row["enterprise_id"])
    gone = [
        row
        for row in begun
        if one(database, "select place_erased_at from visits where id = :id", id=row["id"])
    ]
    assert gone
    assert "签到位置已满一年" not in office.client.get("/office").text
    for row in gone:
        number = str(json.loads(row["place"])["latitude"]).encode()
        assert number not in bytes_of(settings)
        page = office.client.get(f"/office/visits/{row['id']}/evidence").text
        assert "位置已满一年" in page
        assert "签到没有位置" not in page
    assert office.client.post("/office/keeping/places").status_code == 422


def test_a_file_goes_after_its_places_went(office: Office) -> None:
    """An operation erased twice: the last erasure counts, both are logged."""
    write(office.settings, "update operations set received_at = '2020-01-01T00:00:00.000Z'")
    assert office.client.post("/office/keeping/places").status_code == 303
    office.age()
    assert office.delete(office.name).status_code == 303
    assert broken(office.settings.folder) == []


@pytest.mark.parametrize(("years", "status"), [("3", 303), ("5", 303), ("2", 422), ("x", 422)])
def test_periods_are_never_below_the_floor(office: Office, years: str, status: int) -> None:
    typed = {"keep_years": years, "rating_years": "4"}
    answer = office.client.post("/office/keeping/periods", data=typed)
    assert answer.status_code == status
    if status == 422:
        assert f'value="{years}"' in answer.text
    assert queries.periods(read(office.settings)).service == (int(years) if status == 303 else 3)


@pytest.mark.parametrize("name", ["li", "zhao", "stranger"])
def test_only_a_manager_may(client_for: ClientFor, database: Database, name: str) -> None:
    client, enterprise = client_for(name), one(database, "select id from enterprises limit 1")
    assert client.get("/office/keeping").status_code == 404
    for address in ("/office/keeping/periods", "/office/keeping/places"):
        assert client.post(address).status_code == 404
    for part in ("hold", "hold/lift", "delete"):
        assert client.post(f"/enterprises/{enterprise}/{part}").status_code == 404
    assert 'action="/enterprises' not in client.get(f"/enterprises/{enterprise}").text


def test_a_place_is_taken_out_of_any_text() -> None:
    said = '{"payload":{"place":{"latitude":1.5},"number":1}}'
    assert verbs.without_place(said) == '{"payload":{"place":null,"number":1}}'
    assert verbs.without_place('{"after":{"place":null}}') == '{"after":{"place":null}}'
