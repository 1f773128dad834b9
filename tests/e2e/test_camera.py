"""Real photos in all nine orientations through the phone's own shrinking: all come out alike."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e import walk
from tests.e2e.server import Server
from tests.test_photos import REAL, difference, made_orientations

pytestmark = pytest.mark.browser

STORED = """async () => {
  const name = (await indexedDB.databases()).map(d => d.name).find(n => n !== 'takan-device');
  const db = await new Promise(ok => { const a = indexedDB.open(name); a.onsuccess = () => ok(a.result); });
  const all = await new Promise(ok => {
    const a = db.transaction('photos').objectStore('photos').getAll(); a.onsuccess = () => ok(a.result); });
  return all.map(({bytes}) => btoa(Array.from(new Uint8Array(bytes), b => String.fromCharCode(b)).join('')));
}"""


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_all_orientations_come_out_alike(page: Page, server: Server, kind: str) -> None:
    pictures = orientations(kind)
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    page.goto(f"{visit}/hazards/new")
    page.locator("input[data-album]").set_input_files(pictures)
    expect(page.locator("[data-busy]")).to_be_hidden(timeout=60_000)
    expect(page.locator("[data-photos] img").first).to_be_visible()
    alike(page.evaluate(STORED), pictures)


def orientations(kind: str) -> list[Path]:
    return sorted(REAL.glob(f"{kind}_*.jpg")) or made_orientations()


def alike(found: list[str], pictures: list[Path]) -> None:
    """What the phone stored, in base 64: every picture the same way up, small, and telling nothing."""
    stored = [Image.open(io.BytesIO(base64.b64decode(one))) for one in found]
    # Pictures that shrink to the very same bytes are one photo: that is as alike as can be.
    assert 1 <= len(stored) <= len(pictures)
    assert len({image.size for image in stored}) == 1
    width, height = stored[0].size
    assert (width > height) == pictures[0].name.startswith("Landscape")
    assert max(width, height) <= 1920
    assert all(difference(stored[0], other) < 8 for other in stored)
    assert all(not image.getexif() for image in stored)
