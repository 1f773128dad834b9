"""The deletion of one file of the year: it goes whole, leaves a log, and nothing comes back."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from sync import erasing as sync_erasing
from sync import inbox
from sync import photos as claims
from tests import recount
from tests.conftest import one
from tests.kept import Office, bytes_of, photo, read, sent, unique_words, write
from webapp import commands, db, leaving
from webapp.domain import enterprises as enterprise_verbs
from webapp.domain import staff
from webapp.ids import new_id
from webapp.operations import HANDLERS
from webapp.queries import belongings
from webapp.verify import broken, erased


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


def seen(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.text)


def replay(office: Office, body: dict[str, Any]) -> str:
    """The same bytes, from their author."""
    with office.app.app_context(), db.writing() as database:
        taken = inbox.take(database, body["text"].encode(), body["made_by"], HANDLERS, db.now())
    assert taken.status == 200
    return taken.answer.decode()


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
