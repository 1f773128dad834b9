"""What clause 5 still owes, on the home page of who leads and of managers."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_engagements import TODAY, ahead, staff
from tests.test_visits import start
from webapp.config import Settings
from webapp.db import connect
from webapp.queries import owed


def codes(database: Database, engagement: str, day: str = TODAY) -> set[str]:
    found = owed.of(database, "", "manager", day)
    return {row["what"] for row in found if any(engagement in one["link"] for one in row["rows"])}


CHANGES = {
    "steps": "delete from assessment_people where engagement_id = :id;"
    " delete from assessments where engagement_id = :id",
    "not_uploaded": "update contracts set uploaded_on = '', signed_on = '2026-01-05'"
    " where engagement_id = :id",
    "no_board": "update boards set revoked_on = '2026-11-01' where engagement_id = :id",
    "follow_up": f"update engagements set ended_on = '{TODAY}' where id = :id",
    "ending": f"update engagements set ends_on = '{ahead(20)}' where id = :id",
}


@pytest.mark.parametrize("code", CHANGES)
def test_each_gap_is_on_the_home_page(
    client_for: ClientFor, settings: Settings, engagement: str, database: Database, code: str
) -> None:
    before = codes(database, engagement)
    assert code not in before
    other = connect(settings.folder / "takan.db", readonly=False)
    sql = f"delete from follow_ups where engagement_id = '{engagement}'"
    other.execute(sql)
    for sql in CHANGES[code].split(";"):
        other.execute(sql, {"id": engagement})
    other.close()
    assert codes(database, engagement) - before == {code}
    for name in ("admin", "wang"):
        assert f'id="agenda-{code}"' in client_for(name).get("/office").text
    assert f'id="agenda-{code}"' not in client_for("li").get("/office").text


def test_a_visit_never_ended_is_seen_the_day_after(
    client_for: ClientFor, visit: str, engagement: str, phone_of: Phones, database: Database
) -> None:
    phone_of("li").do("visit.start", start(visit, engagement))

    def unended(day: str) -> list[str]:
        found = owed.of(database, "", "manager", day)
        return [one["id"] for row in found if row["what"] == "unended" for one in row["rows"]]

    assert visit not in unended(TODAY)
    assert visit in unended(ahead(1))


def test_a_later_engagement_or_an_answer_settles_it(
    client_for: ClientFor, settings: Settings, engagement: str, database: Database
) -> None:
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute(CHANGES["ending"], {"id": engagement})
    other.close()
    assert "ending" in codes(database, engagement)
    plant = one(database, "select enterprise_id from engagements where id = :id", id=engagement)
    typed = staff(database, "王建国", ends_on=ahead(300))
    assert (
        client_for("admin").post(f"/enterprises/{plant}/engagements/new", data=typed).status_code
        == 303
    )
    assert "ending" not in codes(database, engagement)


def test_the_enterprise_sees_what_waits_for_its_signature(
    client_for: ClientFor, visit: str, engagement: str, phone_of: Phones
) -> None:
    assert 'id="agenda-unsigned"' not in client_for("zhao").get("/office").text
    li = phone_of("li")
    li.do("visit.start", start(visit, engagement))
    li.do("visit.end", {"visit_id": visit})
    page = client_for("zhao").get("/office").text
    assert 'id="agenda-unsigned"' in page
    assert f"/office/visits/{visit}" in page
