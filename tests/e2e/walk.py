"""What people do on a field page, in their words: each step waits until the page says it is done."""

from __future__ import annotations

import contextlib
import io
import re
import time
from datetime import UTC, datetime

from PIL import Image, ImageDraw
from playwright.sync_api import Error, Page, expect

from tests.e2e.server import Server


def photo(word: str, size: tuple[int, int] = (1600, 1200)) -> dict[str, object]:
    """A picture no other test has, as the camera would hand it over."""
    image = Image.new("RGB", size, "#68737d")
    draw = ImageDraw.Draw(image)
    for step in range(0, size[0], 40):
        draw.line((step, 0, size[0] - step, size[1]), fill="#9aa5ae", width=3)
    draw.text((60, 60), f"{word} {datetime.now(UTC).isoformat()}", fill="white", font_size=48)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return {"name": f"{word}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def noise(name: str) -> dict[str, object]:
    """A picture that stays large when it is shrunk: several pieces on the wire."""
    out = io.BytesIO()
    Image.effect_noise((1000, 750), 90).save(out, "JPEG", quality=80)
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def sign_in(page: Page, server: Server, name: str, url: str = "") -> None:
    page.goto(f"{url or server.url}/sign-in")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(server.demo["password"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("^[^?]+/(today|office)"))


def ready(page: Page) -> None:
    """The worker answers, and every visit is preloaded."""
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-worker", "yes")
    expect(page.get_by_text("未离线就绪")).to_have_count(0)
    expect(page.get_by_text("离线就绪", exact=True).first).to_be_visible()


def until(page: Page, promised: str, arg: object = None, seconds: float = 15) -> None:
    """Until the page says true to a question of its own that it answers later: `wait_for_function`
    takes a promise itself for a yes. A page that goes meanwhile is asked again."""
    late = "new Promise(answered => setTimeout(answered, left, false))"
    asking = f"([arg, left]) => Promise.race([({promised})(arg), {late}])"
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        with contextlib.suppress(Error):
            if page.evaluate(asking, [arg, left * 1000]):
                return
        page.wait_for_timeout(50)
    raise AssertionError(promised)


def start_visit_due_today(page: Page) -> str:
    """From 今日 to a visit in progress; the visit's address."""
    ready(page)
    card = page.locator("article", has_text="今日应服务")
    card.get_by_role("link").click()
    page.wait_for_url(re.compile("/visits/"))
    page.get_by_label("陪同人员").fill("赵敏（安全总监）")
    page.get_by_role("button", name="签到开始").click()
    expect(page.get_by_text("服务中")).to_be_visible()
    return page.url


def fill_hazard(page: Page, description: str, picture: bool = True, major: bool = False) -> None:
    if picture:
        page.locator("input[data-camera]").set_input_files(photo(description))
        expect(page.locator("[data-photos] img")).to_have_count(1)
    else:
        choose(page, "防爆区域")
    page.get_by_label("部位").first.fill("冲压车间 3#冲床")
    page.get_by_label("隐患描述").fill(description)
    if major:
        choose(page, "疑似重大隐患")
    choose(page, "机械")
    page.get_by_label("整改建议").fill("立即停用，恢复防护并试验合格。")
    choose(page, "3天")


def choose(page: Page, word: str) -> None:
    label = page.locator("label").filter(has=page.get_by_text(word, exact=True))
    label.click()
    expect(label.locator("input")).to_be_checked()


def save_hazard(page: Page) -> None:
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("再拍一条")).to_be_visible()


def pin_hazard(page: Page) -> None:
    page.get_by_role("button", name="在图上标点").click()
    expect(page.locator("dialog .leaflet-image-layer")).to_be_visible()
    page.get_by_role("button", name="定在这里").click()
    expect(page.get_by_text("已标点位")).to_be_visible()


def draw_signature(page: Page) -> None:
    canvas = page.locator("signature-field canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(30):
        x = box["x"] + 30 + step * (box["width"] - 60) / 30
        page.mouse.move(x, box["y"] + box["height"] * (0.3 if step % 4 < 2 else 0.7), steps=2)
    page.mouse.up()


def write_record(page: Page, visit: str) -> None:
    page.goto(f"{visit}/record")
    page.get_by_label("服务过程").fill("由企业安全总监陪同，逐区检查并当场告知。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#visit")).to_be_visible()


def sign_as_consultant(page: Page, visit: str) -> None:
    page.goto(f"{visit}/slip")
    page.get_by_role("link", name="技术服务人员签字").click()
    draw_signature(page)
    page.get_by_role("button", name="确认签字").click()
    expect(page.locator("#slip")).to_be_visible()


def sign_as_enterprise(page: Page, visit: str) -> None:
    page.get_by_role("link", name="请企业人员签字").click()
    choose(page, "满意")
    page.get_by_label("意见和建议").fill("建议清楚，同意整改。")
    page.get_by_label("签字人").fill("赵敏")
    page.get_by_label("职务").fill("安全总监")
    draw_signature(page)
    page.get_by_role("button", name="确认签字").click()
    expect(page.get_by_text("签字完成，谢谢您")).to_be_visible()


def take_back(page: Page, pin: str) -> None:
    page.get_by_text("技术服务人员返回").click()
    page.get_by_label("交接密码").fill(pin)
    page.get_by_role("button", name="返回").click()
    page.wait_for_url(re.compile("/slip$"))


def end_visit(page: Page, visit: str) -> None:
    page.goto(visit)
    page.get_by_text("结束服务").first.click()
    page.get_by_role("button", name="结束服务").click()
    expect(page.get_by_text("接下来")).to_be_visible()


def delivered(page: Page, server: Server, url: str = "") -> None:
    """The outbox has nothing left that waits or needs a person."""
    page.goto(f"{url or server.url}/outbox")
    page.get_by_role("button", name="立即重试").click()
    expect(page.get_by_text("本机没有待上传的记录")).to_be_visible(timeout=60_000)
