"""A deletion that a kill or a stubborn file cut short is finished by the next start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tests.conftest import one
from tests.kept import Office, aged, bytes_of, photo, read, unique_words, write
from webapp import create_app, db, durable, leaving
from webapp.domain import keeping as verbs
from webapp.routes import keeping as keeping_routes
from webapp.verify import broken


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
