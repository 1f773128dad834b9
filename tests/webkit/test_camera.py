"""Real photos in all nine orientations, shrunk by WebKit: all come out alike."""

from __future__ import annotations

import pytest

from tests.e2e.test_camera import STORED, alike, orientations
from tests.webkit.hand import Hand
from tests.webkit.test_walk import start_visit

pytestmark = pytest.mark.webkit


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_all_orientations_come_out_alike(hand: Hand, kind: str) -> None:
    pictures = orientations(kind)
    hand.sign_in("li")
    hand.goto(f"{start_visit(hand)}/hazards/new")
    album = hand.driver.find_element("css selector", "input[data-album]")
    album.send_keys("\n".join(map(str, pictures)))
    hand.until("document.querySelectorAll('[data-photos] img').length > 0")
    hand.until("document.querySelector('[data-busy]').hidden", 60)
    alike(hand.ask(STORED), pictures)
