"""续期、换证: the new credential stands beside the old one, which still proves its own days."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_import_rows import PEOPLE, book, confirm, seen, upload
from tests.test_people import NOBODY, credential, person, words
from tests.test_suspensions import days, visited
from webapp.config import Settings
from webapp.db import connect, today
from webapp.queries import credentials, duties, leads


def test_a_renewal_keeps_the_old_one_for_the_visits_of_its_days(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "王建国")
    who, (engagement, _day) = person(database, "王建国"), visited(database, "王建国")
    page = admin.get(f"/office/credentials/{held}").text
    assert "只用来更正当时登记错的内容" in page
    assert f'action="/office/credentials/{held}/renew"' in page
    old = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    typed = {
        "kind": old["kind"], "registered_unit": old["registered_unit"], "number": "",
        "valid_from": today(), "valid_to": days(today(), 1800),
    }  # fmt: skip
    assert admin.post(f"/office/credentials/{held}/renew", data=typed).status_code == 303
    new = next(iter(database.query("select * from credentials where follows = :id", {"id": held})))
    assert (new["number"], new["person_id"]) == (old["number"], who)
    after = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    assert after == old
    assert not leads.lapsed_visits(database, engagement)
    assert "已续期或换证" in words(admin.get(f"/office/people/{who}").text)
    assert old["number"] not in admin.get(f"/office/people/{who}").text
    assert trail.verify(database) is None


def test_who_renewed_in_time_is_not_warned_of_the_old_one(
    client_for: ClientFor, database: Database
) -> None:
    admin, held = client_for("admin"), credential(database, "徐静怡")
    who = person(database, "徐静怡")

    def warned() -> list[str]:
        return [
            one["state"]
            for one in duties.of(database, today())
            if one["what"] == "credential" and one["person"] == who
        ]

    assert warned() == ["expired"]
    row = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    typed = {"kind": row["kind"], "valid_from": days(today(), -1), "valid_to": days(today(), 900)}
    assert admin.post(f"/office/credentials/{held}/renew", data=typed).status_code == 303
    assert warned() == []
    states = [credentials.shown(one, today()) for one in credentials.of_person(database, who)]
    assert sorted(one["state"] for one in states) == ["expired", "valid"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"valid_from": ""}, "必填"),
        ({"valid_from": "2000-01-01"}, "要晚于"),
        ({"kind": "x"}, "选一项"),
    ],
)
def test_a_renewal_without_a_later_first_day_is_refused(
    client_for: ClientFor,
    database: Database,
    settings: Settings,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    admin, held = client_for("admin"), credential(database, "李晓峰")
    change = connect(settings.folder / "takan.db", readonly=False)
    change.execute("update credentials set valid_from = '2010-01-01'")
    change.close()
    before = one(database, "select count(*) from credentials")
    typed = {"kind": "safety_engineer", "valid_from": today(), "valid_to": days(today(), 900)}
    answer = admin.post(f"/office/credentials/{held}/renew", data={**typed, **wrong})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert one(database, "select count(*) from credentials") == before
    assert admin.post(f"/office/credentials/{NOBODY}/renew", data=typed).status_code == 404
    for name in ("li", "stranger"):
        form = f"/office/credentials/{held}/renew"
        assert client_for(name).post(form, data=typed).status_code == 404


def test_a_workbook_with_later_days_renews_and_twice_brings_nothing(
    client_for: ClientFor, database: Database
) -> None:
    admin, who = client_for("admin"), person(database, "李晓峰")
    typed = {
        "kind": "special_operation", "number": "TZ77", "valid_from": "2020-01-01",
        "valid_to": "2026-01-01",
    }  # fmt: skip
    assert admin.post(f"/office/people/{who}/credentials", data=typed).status_code == 303
    heads = [*PEOPLE[:6], "有效期起", *PEOPLE[6:]]
    row = ["李晓峰", "", "", "", "特种作业操作证", "TZ77", "2026-01-02", "2032-01-01", ""]
    page = upload(admin, "people", book(heads, row))
    assert page.headers["Cache-Control"] == "no-store"
    assert "续期：另登记新证，原证书保留" in seen(page)
    assert confirm(admin, "people", page).status_code == 303
    sql = "select valid_to, follows is not null as f from credentials where number = 'TZ77' order by 1"
    kept = [(one["valid_to"], one["f"]) for one in database.query(sql)]
    assert kept == [("2026-01-01", 0), ("2032-01-01", 1)]
    assert "没有新的内容" in seen(upload(admin, "people", book(heads, row)))


def test_what_was_exchanged_holds_no_more_when_its_renewal_is_suspended(
    client_for: ClientFor, settings: Settings, database: Database
) -> None:
    """The old term runs on on paper; whom it would let lead the new one has stopped."""
    admin, held = client_for("admin"), credential(database, "王建国")
    who = person(database, "王建国")
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute(
        "update credentials set removed_at = 'x' where person_id = :who and id <> :id",
        {"who": who, "id": held},
    )
    other.execute("update credentials set valid_to = '2099-01-01' where id = :id", {"id": held})
    other.close()
    row = next(iter(database.query("select * from credentials where id = :id", {"id": held})))
    typed = {"kind": row["kind"], "valid_from": today(), "valid_to": days(today(), 900)}
    assert admin.post(f"/office/credentials/{held}/renew", data=typed).status_code == 303
    assert leads.holds_on(database, who, today())
    assert leads.holds_on(database, who, days(today(), -1))
    new = one(database, "select id from credentials where follows = :id", id=held)
    address = f"/office/credentials/{new}/suspend"
    assert admin.post(address, data={"suspended_on": today()}).status_code == 303
    assert not leads.holds_on(database, who, today())
    assert leads.holds_on(database, who, days(today(), -1))
