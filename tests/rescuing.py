"""What a phone held, as the parts of a rescue file, and the door it comes in by."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones, one
from tests.sync.sealing import Part, end
from tests.test_hazards import fields, picture
from tests.test_visits import start

RED = picture()
SHA256 = hashlib.sha256(RED).hexdigest()
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def public(database: Database) -> str:
    return str(one(database, "select value from meta where key = 'rescue_key'"))


@pytest.fixture
def li(phone_of: Phones) -> Phone:
    return phone_of("li")


@pytest.fixture
def admin(client_for: ClientFor) -> FlaskClient:
    return client_for("admin")


@pytest.fixture
def held(li: Phone, visit: str, engagement: str) -> dict[str, Any]:
    """What a phone of li holds, and nobody else: a visit begun, a hazard with a photo."""
    listed = {"sha256": SHA256, "size": len(RED), "type": "image/jpeg"}
    return {
        "start": li.operation("visit.start", start(visit, engagement)),
        "hazard": li.operation("hazard.record", fields(visit, photos=[SHA256]), photos=[listed]),
    }


def record(operation: dict[str, Any]) -> Part:
    about = {"kind": "operation", "person": operation["made_by"], "id": operation["id"]}
    return about, json.dumps(operation).encode()


def photo(of: dict[str, Any], data: bytes = RED, **more: Any) -> Part:
    about = {"kind": "photo", "person": of["made_by"], "operation": of["id"], "sha256": SHA256}
    return {**about, "type": "image/jpeg", **more}, data


def draft(person: str, **typed: Any) -> Part:
    about = {"kind": "draft", "person": person, "address": "/visits/x/hazards/new#"}
    return about, json.dumps({name: [words] for name, words in typed.items()}).encode()


def parts(held: dict[str, Any]) -> list[Part]:
    return [record(held["start"]), record(held["hazard"]), photo(held["hazard"]), end()]


def upload(client: FlaskClient, data: bytes, name: str = "a.takan") -> Any:
    return client.post("/office/rescue", data={"file": (io.BytesIO(data), name)})


def imported(client: FlaskClient, data: bytes) -> str:
    """The page that follows, without its tags' noise."""
    answer = upload(client, data)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200
    return str(page.text)


def report(database: Database) -> dict[str, Any]:
    sql = "select report from rescues order by imported_at desc, id desc"
    found: dict[str, Any] = json.loads(one(database, sql))
    return found
