"""What a person does on a field page in WebKit; each step waits until the page says it is done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.e2e.server import Server


class Hand:
    """`driver` and the server behind it; addresses are paths of the server."""

    def __init__(self, driver: WebDriver, server: Server) -> None:
        self.driver, self.server = driver, server

    def goto(self, path: str) -> None:
        self.driver.get(path if "://" in path else f"{self.server.url}{path}")
        self.until("document.readyState === 'complete'")

    def until(self, condition: str, seconds: float = 20) -> Any:
        """The JavaScript expression's first true value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.driver.execute_script(f"return {condition}")
            if found:
                return found
            time.sleep(0.05)
        words = self.driver.execute_script("return document.body.innerText")
        raise AssertionError(f"{condition} at {self.driver.current_url}:\n{words}")

    def ask(self, function: str) -> Any:
        """What an asynchronous JavaScript function comes to."""
        script = f"const done = arguments[arguments.length - 1]; ({function})().then(done)"
        return self.driver.execute_async_script(script)

    def see(self, words: str, seconds: float = 20) -> None:
        self.until(f"document.body.innerText.includes({words!r})", seconds)

    def one(self, css: str) -> WebElement:
        self.until(f"document.querySelector({css!r})")
        found = self.driver.find_element(By.CSS_SELECTOR, css)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        return found

    def type(self, css: str, words: str) -> None:
        field = self.one(css)
        field.clear()
        field.send_keys(words)

    def tap(self, css: str) -> None:
        self.one(css).click()

    def choose(self, name: str, value: str) -> None:
        """A radio's chip: what is tapped is its label."""
        self.tap(f'label:has(> input[name="{name}"][value="{value}"])')

    def sign_in(self, name: str) -> None:
        self.goto("/sign-in")
        self.type("[name=name]", name)
        self.type("[name=password]", self.server.demo["password"])
        self.tap("[type=submit]")
        self.until("location.pathname === '/today'")
        self.until("document.documentElement.dataset.worker === 'ready'")
        self.goto("/today")
        self.until("document.body.dataset.worker === 'yes'")
        self.until("document.body.innerText.split('离线就绪').length > 3")
        self.until("!document.body.innerText.includes('未离线就绪')")

    def save(self, kind: str, sign: str) -> None:
        self.tap(f'form[data-operation="{kind}"] [type=submit]')
        self.see(sign)

    def hazard(self, visit: str, description: str, picture: Path | None) -> None:
        self.goto(f"{visit}/hazards/new")
        if picture:
            self.driver.find_element(By.CSS_SELECTOR, "input[data-camera]").send_keys(str(picture))
            self.until("document.querySelectorAll('[data-photos] img').length === 1")
        else:
            self.choose("no_photo_reason", "explosive")
        self.type("[name=location]", "冲压车间 3#冲床")
        self.type("[name=description]", description)
        self.save("hazard.record", "再拍一条")

    def draw(self) -> None:
        """A signature: a line up and down in the pad."""
        pad = self.one("signature-field canvas")
        hand = ActionChains(self.driver, duration=20)
        hand.move_to_element_with_offset(pad, -120, 0).click_and_hold()
        for step in range(12):
            hand.move_by_offset(20, 30 if step % 2 else -30)
        hand.release().perform()
        self.until("document.querySelector('input[name=strokes]').value.length > 100")

    def sign(self, visit: str, party: str) -> None:
        self.goto(f"{visit}/slip/sign/{party}")
        if party == "enterprise":
            self.choose("satisfaction", "satisfied")
            self.type("[name=signer_name]", "赵敏")
        self.draw()
        self.save(
            "confirmation.sign", "签字完成，谢谢您" if party == "enterprise" else "待企业签字"
        )

    def drain(self) -> None:
        self.goto("/outbox")
        self.tap("[data-send-now]")
        self.see("本机没有待上传的记录", 60)
