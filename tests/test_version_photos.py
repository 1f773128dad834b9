"""Photos come with a version, can be seen, and are taken over without being sent again."""

from __future__ import annotations

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.pair import Pair, bring, named, seen
from tests.test_hazards import fields


def test_photos_of_a_version_come_are_seen_and_taken_over(
    pair: Pair, client_for: ClientFor, database: Database
) -> None:
    data, photo = named("green")
    latest = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    slower = pair.edit(pair.li, pair.hazard, "李", photos=[photo["sha256"]], brings=[photo])
    slower_id = slower["operation_id"]
    assert slower["outcome"] == "conflict"
    assert seen(pair.wang.client, photo["sha256"]) == 404, "not here yet"
    assert bring(pair.li, slower_id, data) == 200
    for name, status in {"wang": 200, "zhao": 200, "stranger": 404}.items():
        assert seen(client_for(name), photo["sha256"]) == status
    about = {"photos": [photo["sha256"]], "resolves": slower_id}
    assert pair.edit(pair.wang, latest, "李", **about)["outcome"] == "applied"
    assert pair.shown()["photos"] == [photo["sha256"]]
    sql = "select operation_id from hazard_photos where sha256 = :sha"
    assert one(database, sql, sha=photo["sha256"]) == slower_id


def test_an_edit_that_keeps_a_photo_another_took_away_is_a_version_not_a_refusal(
    pair: Pair,
) -> None:
    data, photo = named("blue")
    base = pair.edit(pair.li, pair.hazard, "有照片", photos=[photo["sha256"]], brings=[photo])
    bring(pair.li, base["operation_id"], data)
    pair.edit(pair.wang, base["operation_id"], "拿掉照片")
    slower = pair.edit(pair.li, base["operation_id"], "留着", photos=[photo["sha256"]])
    assert slower["outcome"] == "conflict"
    assert pair.shown()["versions"][0]["photos"] == [photo["sha256"]]
    assert seen(pair.wang.client, photo["sha256"]) == 200


def test_a_photo_of_another_hazard_cannot_be_named(pair: Pair) -> None:
    _, photo = named("pink")
    said = fields(pair.visit, "L2", photos=[photo["sha256"]])
    pair.li.do("hazard.record", said, photos=[photo])
    refused = pair.edit(pair.li, pair.hazard, "改", photos=[photo["sha256"]])
    assert refused["reason"]["code"] == "bad_value"
