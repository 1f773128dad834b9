"""The random days themselves are tried: broken builds live through them, and some day of the first
few must fail. `make faults` does not run this; `pytest -m random` does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests.e2e.browsers import new_context
from tests.e2e.proxy import Proxy
from tests.e2e.server import Server
from tests.faults.checkout import Change, checkout
from tests.faults.test_random import live

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.random]
DAYS = range(1, 9)

BROKEN: dict[str, tuple[Change, ...]] = {
    "the office answers a third of the records without storing them": (
        (
            "webapp/routes/sync.py",
            "        devices.heard(db, person.id, operation_id, now())\n    return answer(taken)",
            "        if int(operation_id[-1], 16) % 3 == 0:\n"
            '            db.execute("rollback")\n'
            '            db.execute("begin immediate")\n'
            "    return answer(taken)",
        ),
    ),
    "the phone forgets what met no network": (
        (
            "webapp/static/js/deliver.js",
            "  if (verdict.change) await withRoom(() => store.updateOperation",
            "  if (verdict.wait !== undefined) await store.remove('operations', record.id);\n"
            "  if (verdict.change) await withRoom(() => store.updateOperation",
        ),
    ),
    "the phone takes any photo it has begun to send for sent": (
        (
            "webapp/static/js/send_photos.js",
            "    if (verdict.arrived) return",
            "    if (verdict.arrived || !answer.status) return",
        ),
    ),
}


def caught(browser: Browser, data: Path, folder: Path, home: Path, day: int) -> bool:
    """Whether this day fails in this build."""
    shutil.copytree(data, folder / "data")
    server = Server(folder / "data")
    server.home = home
    server.start()
    proxy, context = Proxy(server.port), new_context(browser)
    try:
        live(context, server, proxy, day)
    except (AssertionError, Error) as error:
        print(f"caught by day {day}: {str(error)[:200]}")
        return True
    finally:
        context.close()
        proxy.close()
        server.kill()
    return False


@pytest.mark.row("three broken builds, each caught by one of the first random days")
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_build_fails(
    browser: Browser, demo_data: Path, tmp_path: Path, broken: str
) -> None:
    home = checkout(tmp_path / "home", *BROKEN[broken])
    days = (caught(browser, demo_data, tmp_path / str(day), home, day) for day in DAYS)
    assert any(days), "eight random days went by"
