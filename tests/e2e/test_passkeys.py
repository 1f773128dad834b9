"""通行密钥 with Chromium's own virtual authenticator: saved under 我的, then no password is typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e import walk
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def authenticator(page: Page) -> tuple[CDPSession, str]:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made: dict[str, Any] = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, made["authenticatorId"]


def test_a_finger_instead_of_a_password(page: Page, server: Server) -> None:
    url = server.url.replace("127.0.0.1", "localhost")  # an address has no passkeys
    cdp, made = authenticator(page)
    walk.sign_in(page, server, "li", url)
    page.goto(f"{url}/me")
    keys = page.locator("section", has=page.get_by_role("heading", name="通行密钥"))
    keys.get_by_label("登录密码").fill("x")
    keys.get_by_role("button", name="在本机保存通行密钥").click()
    expect(keys.get_by_text("登录密码不对，没有修改。")).to_be_visible()
    keys.get_by_label("登录密码").fill(server.demo["password"])
    keys.get_by_role("button", name="在本机保存通行密钥").click()
    expect(page.get_by_text("通行密钥已保存")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url(re.compile("/today$"))
    expect(page.get_by_text("李晓峰").first).to_be_visible()
    page.goto(f"{url}/me")
    page.get_by_role("button", name=re.compile("^删除")).click()
    expect(page.get_by_text("通行密钥已删除")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_text("这个通行密钥已被删除，请用登录密码登录。")).to_be_visible()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_text("通行密钥没有通过")).to_be_visible()
