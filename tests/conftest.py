"""An institution with a consultant on it, one who is a stranger to it, and the office."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.robots import KEY, Robot, real
from tests.second_app import serving
from webapp import db, messages, reminders
from webapp.config import Settings
from webapp.db import connect
from webapp.demo import make_demo
from webapp.demo_year import make_year
from webapp.domain import notices
from webapp.ids import new_id

if TYPE_CHECKING:
    from tests.kept import Office
    from tests.pair import Pair

# A property holds on a busy machine too: how long it takes is what `make bench` asks.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


def pytest_configure(config: pytest.Config) -> None:
    """Tests know one today: a run begun minutes before midnight in Shanghai waits for it."""
    now = datetime.now(db.SHANGHAI)
    left = (datetime.combine(now.date() + timedelta(1), time(), db.SHANGHAI) - now).total_seconds()
    if left < 240 and not hasattr(config, "workerinput"):
        print(f"Waiting {left:.0f} s for midnight in Shanghai to pass…", flush=True)
        sleep(left + 1)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo made once, with cheap password hashing; tests work on copies."""

    def make(database: Database, folder: Path, rounds: int) -> dict[str, Any]:
        found = make_demo(database, folder, rounds)
        stranger(database)
        return found

    return made(tmp_path_factory.mktemp("demo"), make)


def made(data: Path, make: Callable[..., dict[str, Any]]) -> Path:
    database = db.create(data / "institution" / "takan.db")
    database.execute("begin immediate")
    found = make(database, data / "institution", rounds=1)
    database.execute("commit")
    database.close()
    (data / "institution" / "demo.json").write_text(json.dumps(found))
    return data


tenth_of_a_year = partial(make_year, seed=7, scale=0.1)


@pytest.fixture(scope="session")
def year_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tests that write work on copies of it."""
    return made(tmp_path_factory.mktemp("year"), tenth_of_a_year)


def stranger(database: Database) -> None:
    """`mallory`: a consultant of the same institution who is on no engagement of the plant."""
    database.execute(
        "insert into people (id, sign_in_name, name, role, letter, session_stamp, password_hash)"
        " select :id, 'stranger', '局外人', 'consultant', 'Q', 'stamp', password_hash"
        " from people where sign_in_name = 'li'",
        {"id": new_id()},
    )


@pytest.fixture
def settings(demo_folder: Path, tmp_path: Path) -> Settings:
    shutil.copytree(demo_folder, tmp_path / "data")
    return replace(Settings(), data=tmp_path / "data", password_rounds=1, disk_reserve=0)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = serving(settings)
    app.testing = True
    yield app
    db.drop_connection()


@pytest.fixture
def database(app: Flask, settings: Settings) -> Iterator[Database]:
    """A look at what was written; opened anew, read-only."""
    found = connect(settings.folder / "takan.db")
    yield found
    found.close()


@pytest.fixture
def writable(settings: Settings) -> Iterator[Database]:
    database = connect(settings.folder / "takan.db", readonly=False)
    yield database
    database.close()


@pytest.fixture
def demo(settings: Settings) -> dict[str, str]:
    found: dict[str, str] = json.loads((settings.folder / "demo.json").read_text())
    return found


ClientFor = Callable[[str], FlaskClient]
Told = Callable[..., str]  # (a sign-in name or None, a mail address)


@pytest.fixture
def client_for(app: Flask, demo: dict[str, str]) -> ClientFor:
    """A signed-in browser of li, wang, zhao, admin or stranger; "" is nobody."""

    def make(name: str) -> FlaskClient:
        client = app.test_client()
        if name:
            typed = {"name": name, "password": demo["password"]}
            assert client.post("/sign-in", data=typed).status_code == 303
        return client

    return make


@pytest.fixture
def write(settings: Settings) -> Callable[..., None]:
    """Puts into the database what would take a long story to come about."""

    def run(sql: str, **params: Any) -> None:
        found = connect(settings.folder / "takan.db", readonly=False)
        found.execute(sql, params)
        found.close()

    return run


@pytest.fixture
def visit(database: Database) -> str:
    """The plant's visit due today, not begun."""
    return one(database, "select id from visits where number = 2 order by planned_on limit 1")


@pytest.fixture
def engagement(database: Database, visit: str) -> str:
    return one(database, "select engagement_id from visits where id = :id", id=visit)


def one(database: Database, sql: str, **params: Any) -> Any:
    """The first column of the first row."""
    return next(iter(next(iter(database.query(sql, params))).values()))


# 李晓峰 no longer wants to be named in public.
WITHDRAWN = (
    "update consents set withdrawn_on = '2026-11-01' where withdrawn_on is null and person_id ="
    " (select id from people where name = '李晓峰')"
)


class Phone:
    """A phone of one person: numbers its operations and sends them over the wire."""

    def __init__(self, client: FlaskClient, person: str) -> None:
        self.client, self.person, self.seq = client, person, 0

    def operation(self, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.seq += 1
        return {
            "id": new_id(), "kind": kind, "payload": payload, "made_at": db.now(),
            "made_by": self.person, "device": f"phone-{self.person}", "seq": self.seq,
            "base": None, "photos": [], "app": "test", **more,
        }  # fmt: skip

    def send(self, operation: dict[str, Any]) -> Any:
        return self.client.put(f"/sync/operations/{operation['id']}", data=json.dumps(operation))

    def do(self, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Send; the receipt."""
        answer = self.send(self.operation(kind, payload, **more))
        assert answer.status_code in {200, 201}, answer.text
        receipt: dict[str, Any] = answer.json["receipt"]
        return receipt


Phones = Callable[[str], Phone]


@pytest.fixture
def phone_of(client_for: ClientFor, database: Database) -> Phones:
    def make(name: str) -> Phone:
        sql = "select id from people where sign_in_name = :name"
        return Phone(client_for(name), one(database, sql, name=name))

    return make


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    """Hears what would go to a Feishu group."""
    found = Robot()
    monkeypatch.setattr(messages.plugins()["feishu"], "notify_url", f"{found.url}/{{token}}")
    yield found
    found.close()


@pytest.fixture
def told(settings: Settings, app: Flask) -> Told:
    """A channel of this person, or of the institution; nobody here is a demo."""
    real(settings)

    def make(name: str | None, mail: str = "") -> str:
        kind, address = ("mail", mail) if mail else ("feishu", f"{KEY}{name or ''}")
        database = connect(settings.folder / "takan.db", readonly=False)
        row = {"id": new_id(), "kind": kind, "address": address, "name": name}
        database.execute(
            "insert into channels (id, person_id, kind, address, language, added_by, added_at)"
            " select :id, (select id from people where sign_in_name = :name), :kind, :address, 'zh',"
            " id, '2026-11-01T00:00:00.000Z' from people where sign_in_name = 'admin'",
            row,
        )
        database.close()
        return str(row["id"])

    return make


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The clock of the round."""

    def make(moment: str) -> None:
        monkeypatch.setattr(reminders, "now", lambda: moment)
        monkeypatch.setattr(reminders, "today", lambda: notices.shanghai_day(moment))

    return make


@pytest.fixture
def pair(phone_of: Phones, visit: str) -> Pair:
    """Li and Wang on one hazard that Li recorded."""
    from tests.pair import Pair  # which imports this file

    return Pair(phone_of, visit)


@pytest.fixture
def office(year_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """The manager at the desk of the year."""
    from tests.kept import Office, copied  # which imports this file

    settings = copied(year_folder, tmp_path / "data")
    app = serving(settings)
    app.testing = True
    yield Office(settings, app)
    db.drop_connection()
