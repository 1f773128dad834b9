"""What a phone says it holds: kept for the office, and nonsense is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import Phone
from webapp.db import now

Phones = Callable[[str], Phone]
HOLDS = {
    "device": "d1", "operations_waiting": 2, "photos_waiting": 3, "highest_seq": 7,
    "oldest_waiting": None, "app": "t",
}  # fmt: skip


def test_a_phone_tells_what_it_holds(phone_of: Phones, database: Database) -> None:
    said = {**HOLDS, "device_now": now()}
    answer = phone_of("li").client.post("/sync/contact", json=said)
    assert answer.json["takan"] == "sync/1"
    assert answer.json["epoch"]
    [row] = database.query("select * from devices where id = 'd1'")
    assert (row["operations_waiting"], row["photos_waiting"], row["highest_seq"]) == (2, 3, 7)


@pytest.mark.parametrize(
    "wrong",
    [{"highest_seq": 10**30}, {"photos_waiting": -1}, {"device_now": "noon"}, {"device": None}],
)
def test_nonsense_is_malformed(phone_of: Phones, database: Database, wrong: dict[str, Any]) -> None:
    said = {**HOLDS, "device_now": now(), **wrong}
    said = {name: value for name, value in said.items() if value is not None or name != "device"}
    answer = phone_of("li").client.post("/sync/contact", json=said)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed")
    assert database["devices"].count == 0
