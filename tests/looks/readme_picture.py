"""docs/walkthrough.png: four screens of a walkthrough, taken with the server killed.

python -m tests.looks.readme_picture      needs Chromium and a build
"""

from __future__ import annotations

import io
import math
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e import walk
from tests.e2e.browsers import FLAGS, new_context
from tests.e2e.server import Server
from tests.looks.field_looks import fonts
from tests.test_templates import ROOT
from webapp.demo_pictures import sketch

GAP, GROUND = 24, "#c9cfcc"


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    fonts(folder)
    server = Server(folder / "data")
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = new_context(browser, device_scale_factor=1.5).new_page()
        screens = walkthrough(page, server)
        browser.close()
    server.kill()
    few = beside(screens).quantize(256, dither=Image.Dither.NONE)
    few.save(ROOT / "docs/walkthrough.png", optimize=True)
    shutil.rmtree(folder)


def walkthrough(page: Page, server: Server) -> list[Image.Image]:
    walk.sign_in(page, server, "li")
    visit = walk.start_visit_due_today(page)
    server.kill()
    page.goto(f"{visit}/hazards/new")
    picture = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": sketch("3#冲床光电保护")}
    page.locator("input[data-camera]").set_input_files(picture)  # type: ignore[arg-type]
    walk.pin_hazard(page)
    words = "光电保护装置接线被短接"
    page.locator("[data-photos] img").wait_for()
    page.get_by_label("部位").first.fill("冲压车间 3#冲床")
    page.get_by_label("隐患描述").fill(words)
    walk.choose(page, "机械")
    page.get_by_label("整改建议").fill("立即停用，恢复保护并试验合格。")
    walk.choose(page, "3天")
    walk.save_hazard(page)
    screens = [taken(page)]
    page.goto(visit)
    screens.append(taken(page))
    page.goto(f"{visit}/map")
    page.locator(".leaflet-image-layer").wait_for()
    screens.append(taken(page))
    walk.end_visit(page, visit)
    walk.write_record(page, visit)
    page.goto(f"{visit}/slip")
    page.get_by_role("link", name="技术服务人员签字").click()
    sign(page)
    page.get_by_role("button", name="确认签字").click()
    page.locator("#slip").wait_for()
    return [*screens, taken(page)]


def sign(page: Page) -> None:
    """A name as a finger writes it: loops that grow smaller."""
    canvas = page.locator("signature-field canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    for step in range(90):
        x = box["x"] + 60 + step * (box["width"] - 140) / 90
        height = box["height"] * 0.3 * (1 - step / 120)
        page.mouse.move(x + 14 * math.cos(step / 2.2), middle + height * math.sin(step / 2.2))
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def taken(page: Page) -> Image.Image:
    page.wait_for_timeout(3500)  # until 已存本机 has faded
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def beside(screens: list[Image.Image]) -> Image.Image:
    width, height = screens[0].size
    whole = Image.new("RGB", ((width + GAP) * len(screens) + GAP, height + 2 * GAP), GROUND)
    for number, screen in enumerate(screens):
        whole.paste(screen, (GAP + number * (width + GAP), GAP))
    return whole


if __name__ == "__main__":
    main()
