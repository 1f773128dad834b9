"""保存与删除: holds, the deletion of one file of the year, places after a year."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import erasing as sync_erasing
from sync import inbox
from sync import photos as claims
from tests import recount
from tests.conftest import ClientFor, one
from webapp import commands, create_app, db, durable, leaving
from webapp.config import Settings
from webapp.demo_year import make_year
from webapp.domain import enterprises as enterprise_verbs
from webapp.domain import keeping as verbs
from webapp.domain import staff
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.queries import belongings
from webapp.queries import keeping as queries
from webapp.routes import keeping as keeping_routes
from webapp.verify import broken, erased

# One enterprise of the year, long over.


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("kept")
    database = db.create(data / "institution" / "takan.db")
    database.execute("begin immediate")
    found = make_year(database, data / "institution", rounds=1, seed=7, scale=0.1)
    database.execute("commit")
    database.close()
    (data / "institution" / "demo.json").write_text(json.dumps(found))
    return data


@pytest.fixture
def old(year: Path, tmp_path: Path) -> Settings:
    shutil.copytree(year, tmp_path / "data")
    for place in (tmp_path / "data").rglob("*"):
        aged(place)
    return replace(Settings(), data=tmp_path / "data", password_rounds=1, disk_reserve=0)


def aged(place: Path) -> None:
    """As a file that was there long before."""
    os.utime(place, (0, 0))


def write(settings: Settings, sql: str, **params: Any) -> None:
    database = db.connect(settings.folder / "takan.db", readonly=False)
    database.execute(sql, params)
    database.close()


def read(settings: Settings) -> Database:
    return db.connect(settings.folder / "takan.db")


MOST = (
    "select e.enterprise_id from hazards as h join visits as v on v.id = h.visit_id"
    " join engagements as e on e.id = v.engagement_id join follow_ups as f on f.engagement_id = e.id"
    " where e.enterprise_id not in (select enterprise_id from holds)"
    " group by 1 order by count(*) desc limit 1"
)


class Office:
    """The manager at the desk of the year, years later for one enterprise."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self.settings, self.app = settings, app
        password = json.loads((settings.folder / "demo.json").read_text())["password"]
        self.client = app.test_client()
        self.client.post("/sign-in", data={"name": "admin", "password": password})
        with app.app_context():
            self.enterprise = one(read(settings), MOST)
        self.name = one(read(settings), "select name from enterprises where id = :id",
                        id=self.enterprise)  # fmt: skip

    def files(self) -> list[dict[str, Any]]:
        return queries.files(read(self.settings), db.today())

    def age(self) -> None:
        """Its contracts ended, and its visits were, long ago."""
        of = "(select id from engagements where enterprise_id = :id)"
        for sql in (
            "update engagements set starts_on = '2019-01-01', ends_on = '2019-12-31',"
            " ended_on = null where enterprise_id = :id",
            "update visits set started_at = '2019-05-01T01:00:00.000Z',"
            f" ended_at = '2019-05-01T03:00:00.000Z' where started_at is not null"
            f" and engagement_id in {of}",
            "update hazards set severity = 'general' where visit_id in"
            f" (select id from visits where engagement_id in {of})",
            f"update follow_ups set followed_up_on = '2019-12-30' where engagement_id in {of}",
            "update oversights set happened_on = '2019-12-30' where enterprise_id = :id",
        ):
            write(self.settings, sql, id=self.enterprise)

    def delete(self, name: str) -> Any:
        return self.client.post(f"/enterprises/{self.enterprise}/delete", data={"name": name})


@pytest.fixture
def office(old: Settings) -> Any:
    app = create_app(old)
    app.testing = True
    yield Office(old, app)
    db.drop_connection()


def test_a_file_goes_whole_and_leaves_a_log(office: Office) -> None:
    settings, enterprise = office.settings, office.enterprise
    before = read(settings)
    gone = belongings.of(before, enterprise)
    words = unique_words(before, enterprise)
    body = sent(before, gone.operations)
    receipt = one(before, "select receipt from operations where id = :id", id=body["id"])
    others = {row["id"] for row in office.files()} - {enterprise}
    pages = {
        address: seen(office.client, address) for address in map("/enterprises/{}".format, others)
    }
    before.close()
    assert all(word.encode() in bytes_of(settings) for word in words)

    assert office.client.post(f"/enterprises/{enterprise}/delete").status_code == 422  # not yet
    office.age()
    preview = office.client.get(f"/enterprises/{enterprise}/delete").text
    assert f"/enterprises/{enterprise}/file.zip" in preview
    wrong = office.delete("别的企业")
    assert wrong.status_code == 422
    assert "输入的名称与企业全称不一致" in wrong.text
    assert 'value="别的企业"' in wrong.text
    assert office.delete(office.name).status_code == 303

    assert broken(settings.folder) == []
    assert erased(settings.folder) >= len(gone.operations)
    after = read(settings)
    for table, rows in gone.rows.items():
        left = {row["n"] for row in after.query(f"select rowid as n from {table}")}
        assert not left & rows or table == "audit", table
    for word in words:
        assert word.encode() not in bytes_of(settings), word
    for folder, sha256 in gone.files:
        assert not any(place.exists() for place in leaving.places(settings.folder, folder, sha256))
    assert list(after.query("select * from files_to_go")) == []
    assert one(after, "select count(*) from people where id in (select value from json_each(:ids))"
               " and name <> ''", ids=json.dumps(gone.signers)) == 0  # fmt: skip
    listed = office.client.get("/office/keeping").text
    assert office.name in listed
    assert f"/enterprises/{enterprise}" not in listed
    # The others are as they were, and every number is what the raw rows say.
    assert {address: seen(office.client, address) for address in pages} == pages
    raw, asked = recount.Raw(after, db.today()), recount.asked_on(db.today())
    assert list(recount.differences(office.client, raw, asked)) == []
    # A phone that never heard the answer sends again, its photos too.
    for photo_of in body["photos"]:
        about = (body["id"], photo_of["sha256"], body["made_by"])
        assert claims.expected_size(after, *about) is None
    again = replay(office, body)
    assert json.loads(again)["receipt"] == json.loads(receipt)
    assert json.loads(again)["photos_missing"] == []
    assert (
        one(after, "select count(*) from visits where id = :id", id=body["payload"]["visit_id"])
        == 0
    )
    assert broken(settings.folder) == []
    office.client.get("/office/audit").close()
    assert office.client.get(f"/enterprises/{enterprise}/delete").status_code == 404
    after.close()


def unique_words(database: Database, enterprise: str) -> list[str]:
    """What stands nowhere but in its file."""
    found = next(
        iter(database.query("select * from enterprises where id = :id", {"id": enterprise}))
    )
    of = "visit_id in (select v.id from visits as v join engagements as e on e.id ="
    of += " v.engagement_id where e.enterprise_id = :id) limit 1"
    code = one(database, f"select code from confirmations where {of}", id=enterprise)
    ink = one(database, "select hash from signatures where confirmation_id in (select id from"
              f" confirmations where {of})", id=enterprise)  # fmt: skip
    return [found["credit_code"], found["phone"], found["address"], code, ink]


def seen(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.text)


def sent(database: Database, operations: list[str]) -> dict[str, Any]:
    """One of its hazards, as the phone sent it."""
    rows = database.query(
        "select cast(body as text) as body from operations where kind = 'hazard.record' and id in"
        " (select value from json_each(:ids)) order by server_seq limit 1",
        {"ids": json.dumps(operations)},
    )
    found: dict[str, Any] = {"text": next(iter(rows))["body"]}
    return {**json.loads(found["text"]), **found}


def replay(office: Office, body: dict[str, Any]) -> str:
    """The same bytes, from their author."""
    with office.app.app_context(), db.writing() as database:
        taken = inbox.take(database, body["text"].encode(), body["made_by"], HANDLERS, db.now())
    assert taken.status == 200
    return taken.answer.decode()


def bytes_of(settings: Settings) -> bytes:
    return b"".join(place.read_bytes() for place in settings.folder.glob("takan.db*"))


@pytest.mark.parametrize(
    "tampering",
    [
        "update operations set body = cast('{\"payload\":{}}' as blob) where id = (select id from erasures where noun = 'operation' limit 1)",
        "update operations set made_at = '2020-01-01T00:00:00.000Z' where id = (select id from erasures where noun = 'operation' limit 1)",
        "update trail set person = 'x' where seq = (select id from erasures where noun = 'link' limit 1)",
        "update trail set detail = '{\"a\":1}' where seq = (select id from erasures where noun = 'link' limit 1)",
        "insert into erasures select 3, 'operation', id, digest, 'x' from operations where id not in (select id from erasures) limit 1",
        "delete from erasures where rowid = (select min(rowid) from erasures)",
        "update operations set body = cast('{}' as blob) where id = (select id from operations where id not in (select id from erasures) limit 1)",
        "update trail set detail = replace(detail, '\"digest\":\"', '\"digest\":\"0') where action = 'erase'",
    ],
)  # fmt: skip
def test_verify_still_finds_what_was_tampered_with(office: Office, tampering: str) -> None:
    office.age()
    assert office.delete(office.name).status_code == 303
    assert broken(office.settings.folder) == []
    write(office.settings, tampering)
    assert broken(office.settings.folder) != []


def test_an_erased_mark_without_a_log_is_a_breach(office: Office) -> None:
    """Somebody blanks an operation and writes a stub that fits: the trail does not name it."""
    database = db.connect(office.settings.folder / "takan.db", readonly=False)
    row = next(iter(database.query("select * from operations limit 1")))
    row["body"] = b"{}"
    stub = sync_erasing.stub_of_operation(row)
    database.execute("update operations set body = :body where id = :id", row)
    database.execute(
        "insert into erasures values (1, 'operation', :id, :digest, :stub)", {**row, "stub": stub}
    )
    database.close()
    assert broken(office.settings.folder) == ["erasure 1 not as the trail logs it"]


def test_a_photo_that_two_enterprises_have_stays(office: Office) -> None:
    settings = office.settings
    office.age()
    sql = ("select h.id from hazards as h join visits as v on v.id = h.visit_id join engagements"
           " as e on e.id = v.engagement_id where (e.enterprise_id = :id) = :own limit 1")  # fmt: skip
    database = read(settings)
    own = one(database, sql, id=office.enterprise, own=1)
    others = one(database, sql, id=office.enterprise, own=0)
    database.close()
    alone, shared = photo(settings, b"alone", own), photo(settings, b"shared", own)
    photo(settings, b"shared", others)
    thumbnail = leaving.places(settings.folder, "photos", alone)[1]
    thumbnail.parent.mkdir(parents=True, exist_ok=True)
    thumbnail.write_bytes(b"small")
    assert office.delete(office.name).status_code == 303
    assert not any(place.exists() for place in leaving.places(settings.folder, "photos", alone))
    assert leaving.places(settings.folder, "photos", shared)[0].exists()
    sql = "select count(*) from photos where sha256 = :sha256"
    assert one(read(settings), sql, sha256=shared) == 1
    assert one(read(settings), sql, sha256=alone) == 0
    assert broken(settings.folder) == []


def photo(settings: Settings, data: bytes, hazard: str) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    place = leaving.places(settings.folder, "photos", sha256)[0]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    aged(place)
    row = {"sha256": sha256, "hazard": hazard, "place": len(data) + 90}
    write(settings, "insert into photos values (:sha256, 5, 'image/jpeg', '2026-01-01T00:00:00.000Z')"
          " on conflict do nothing", **row)  # fmt: skip
    write(settings, "insert into hazard_photos values (:hazard, :place, :sha256, 'x')", **row)
    return sha256


def test_a_start_finishes_what_a_kill_left(office: Office) -> None:
    """The rows were gone and the files not yet."""
    settings = office.settings
    database = read(settings)
    kept = one(database, "select sha256 from photos limit 1")
    database.close()
    stray = settings.folder / "photos" / "ab" / "ab00"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left")
    aged(stray)
    write(settings, "insert into files_to_go values ('photos', 'ab00')")
    write(settings, "insert into files_to_go values ('photos', :kept)", kept=kept)
    create_app(settings)
    assert not stray.exists()
    assert leaving.places(settings.folder, "photos", kept)[0].exists()


def test_a_start_takes_no_file_that_somebody_is_about_to_name(office: Office) -> None:
    """The same bytes came again: the file is written, its row waits for the lock."""
    settings = office.settings
    place = settings.folder / "photos" / "ab" / "ab00"
    durable.write(settings.folder, place, b"again")
    write(settings, "insert into files_to_go values ('photos', 'ab00')")
    create_app(settings)
    assert place.exists()
    write(
        settings, "insert into photos values ('ab00', 5, 'image/jpeg', '2026-01-01T00:00:00.000Z')"
    )
    aged(place)
    create_app(settings)
    assert place.exists()
    assert list(read(settings).query("select * from files_to_go")) == []


def test_a_start_waits_for_who_is_writing(office: Office) -> None:
    write(office.settings, "insert into files_to_go values ('photos', 'ab00')")
    with ThreadPoolExecutor() as other:
        with office.app.app_context(), db.writing():
            started = other.submit(create_app, office.settings)
            assert not wait([started], timeout=1).done
        started.result(timeout=20)
    assert one(read(office.settings), "select count(*) from files_to_go") == 0


def test_a_file_that_cannot_be_removed_stops_neither_the_deletion_nor_a_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = office.settings
    office.age()
    words = unique_words(read(settings), office.enterprise)
    own = (
        "select h.id from hazards as h join visits as v on v.id = h.visit_id join engagements as e"
    )
    own += " on e.id = v.engagement_id where e.enterprise_id = :id limit 1"
    photo(settings, b"alone", one(read(settings), own, id=office.enterprise))
    unlink, scrub = Path.unlink, keeping_routes.scrub

    def stuck(place: Path, missing_ok: bool = False) -> None:
        if place.parts[-3] in {"photos", "papers"}:
            raise PermissionError(place)
        unlink(place, missing_ok)

    monkeypatch.setattr(Path, "unlink", stuck)
    monkeypatch.setattr(keeping_routes, "scrub", lambda: None)  # killed before it
    assert office.delete(office.name).status_code == 303
    left = list(read(settings).query("select * from files_to_go"))
    assert left
    monkeypatch.setattr(db, "scrub", lambda: None)
    create_app(settings)
    assert list(read(settings).query("select * from files_to_go")) == left
    monkeypatch.setattr(Path, "unlink", unlink)
    monkeypatch.setattr(db, "scrub", scrub)
    create_app(settings)
    database = read(settings)
    assert not verbs.owes(database)
    database.close()
    assert not any(word.encode() in bytes_of(settings) for word in words)
    assert broken(settings.folder) == []


def test_a_backup_of_what_is_left_is_whole(office: Office, tmp_path: Path) -> None:
    """And what was deleted is not in it."""
    office.age()
    words = unique_words(read(office.settings), office.enterprise)
    assert office.delete(office.name).status_code == 303
    commands.backup(office.settings, Namespace(place=str(tmp_path / "copy")))
    again = replace(office.settings, data=tmp_path / "again")
    commands.restore(again, Namespace(place=str(tmp_path / "copy")))
    assert broken(again.folder) == []
    assert erased(again.folder) == erased(office.settings.folder) > 0
    assert not any(word.encode() in bytes_of(again) for word in words)


def test_a_new_record_about_a_deleted_visit_is_refused_and_kept(office: Office) -> None:
    """Nobody's words are lost, and nothing comes back."""
    office.age()
    before = read(office.settings)
    body = sent(before, belongings.of(before, office.enterprise).operations)
    assert office.delete(office.name).status_code == 303
    new = {key: value for key, value in body.items() if key != "text"} | {"id": new_id()}
    with office.app.app_context(), db.writing() as database:
        text = json.dumps(new).encode()
        taken = inbox.take(database, text, body["made_by"], HANDLERS, db.now())
    assert taken.receipt["outcome"] == "refused"
    assert office.client.get("/office/set-aside").status_code == 200
    assert broken(office.settings.folder) == []


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


def test_a_removed_safety_manager_goes_with_the_only_enterprise_that_had_them(
    office: Office,
) -> None:
    settings, own = office.settings, office.enterprise
    other = one(read(settings), "select id from enterprises where id <> :id limit 1", id=own)
    office.age()

    def person(name: str, *enterprises: str) -> str:
        """Written down with their first enterprise, tied to the others, removed from the last."""
        with office.app.app_context(), db.writing() as database:
            form = {"name": name, "role": "safety_manager", "enterprise": enterprises[0]}
            found = staff.add(database, form, "x", db.now())
            for enterprise in enterprises[1:]:
                tie = {"e": enterprise, "p": found}
                database.execute(
                    "insert into enterprise_people (enterprise_id, person_id) values (:e, :p)", tie
                )
            enterprise_verbs.remove_signer(database, enterprises[-1], found, "x", db.now())
        return found

    only, both = person("只在这家", own), person("也在别家", own, other)
    assert office.delete(office.name).status_code == 303
    sql = "select name from people where id = :id"
    assert [one(read(settings), sql, id=one_) for one_ in (only, both)] == ["", "也在别家"]


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
