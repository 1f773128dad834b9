"""One visit to deliver, the folder it is delivered into, and the template that forks servers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Phone as Maker
from tests.conftest import one
from tests.faults.delivery import Planned
from tests.faults.points import Bench
from tests.faults.serving import Template
from tests.test_hazards import fields
from tests.test_visits import signature, start
from webapp import create_app, db
from webapp.config import Settings
from webapp.ids import new_id


@pytest.fixture(scope="session")
def planned(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """A start, a hazard with two photos, a signature, and an edit that comes too late: made on a
    scratch copy, so that the signature is of the slip that will stand."""
    data = tmp_path_factory.mktemp("scratch") / "data"
    shutil.copytree(demo_folder, data)
    settings = replace(Settings(), data=data, password_rounds=1, disk_reserve=0)
    database = db.connect(settings.folder / "takan.db")
    client = create_app(settings).test_client()
    found = made(client, database, sign_in(client, settings.folder))
    database.close()
    db.drop_connection()
    return found


def sign_in(client: FlaskClient, folder: Path) -> str:
    demo = json.loads((folder / "demo.json").read_text())
    answer = client.post("/sign-in", data={"name": "li", "password": demo["password"]})
    return str(answer.headers["Set-Cookie"]).split(";")[0]


def made(client: FlaskClient, database: Any, cookie: str) -> Planned:
    li = Maker(client, one(database, "select id from people where sign_in_name = 'li'"))
    visit = one(database, "select id from visits where number = 2 order by planned_on limit 1")
    engagement = one(database, "select engagement_id from visits where id = :id", id=visit)
    pictures = {hashlib.sha256(data).hexdigest(): data for data in (picture(1), picture(2))}
    listed = [
        {"sha256": name, "size": len(data), "type": "image/jpeg"} for name, data in pictures.items()
    ]
    hazard = fields(visit, photos=list(pictures), no_photo_reason="")
    operations = [li.operation("visit.start", start(visit, engagement))]
    operations.append(li.operation("hazard.record", hazard, photos=listed))
    for operation in operations:
        assert li.send(operation).status_code == 201
    context = client.get(f"/visits/{visit}", headers={"Accept": "application/json"}).json
    operations.append(signature(li, context, "consultant"))
    late = {**hazard, "hazard_id": operations[1]["id"], "description": "晚到的修改"}
    operations.append(li.operation("hazard.edit", late, base=new_id()))
    bodies = tuple(json.dumps(operation).encode() for operation in operations)
    device = str(operations[0]["device"])
    return Planned(li.person, device, cookie, bodies, pictures, frozenset([next(iter(pictures))]))


def picture(number: int) -> bytes:
    """A JPEG by its first bytes, and a few kilobytes of anything: the server hashes, it need not
    see."""
    seed = hashlib.sha256(str(number).encode()).digest()
    return b"\xff\xd8\xff\xe0" + seed * 200


@pytest.fixture(scope="session")
def template(
    demo_folder: Path, planned: Planned, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Template]:
    scratch = tmp_path_factory.mktemp("template")
    found = Template(scratch / "server.log")
    shutil.copytree(demo_folder, scratch / "data")
    found.ask(data=str(scratch / "data"), requests=requests(planned))
    yield found
    found.close()


def requests(planned: Planned) -> list[dict[str, Any]]:
    """The delivery once through, as werkzeug's client takes it."""
    headers = {"Cookie": planned.cookie}
    found: list[dict[str, Any]] = []
    for body in planned.operations:
        operation = json.loads(body)
        path = f"/sync/operations/{operation['id']}"
        found.append({"path": path, "data": body.decode(), "method": "PUT", "headers": headers})
        for photo in operation["photos"]:
            path = f"/sync/photos/{photo['sha256']}?operation={operation['id']}"
            found.append({"path": path, "data": "x", "method": "PUT", "headers": headers})
            found.append(
                {
                    "path": path,
                    "data": "x",
                    "method": "PUT",
                    "headers": {**headers, "Upload-Offset": "0"},
                }
            )
    return found


@pytest.fixture
def bench(template: Template, planned: Planned, demo_folder: Path) -> Iterator[Bench]:
    """In memory where there is such a disk: what a kill leaves is the same, and fsync is quick."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        yield Bench(template, planned, demo_folder, Path(place))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many megabytes, in memory: to be filled to the brim."""
    mounted = []

    def mount(megabytes: int) -> Path:
        place = tmp_path / "small"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
        if subprocess.run(command, check=False).returncode:
            pytest.skip("a small disk needs the right to mount one (root): NOT PROVED HERE")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)
