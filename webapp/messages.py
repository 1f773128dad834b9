"""What is said to people outside the app, through apprise, which lives here alone and is opened
when something goes out: it takes a tenth of a second that starting need not wait for."""

from __future__ import annotations

import logging
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from webapp.standard.channels import apprise_url

if TYPE_CHECKING:
    from webapp.config import Settings

_heard = threading.local()


class Listening:
    """`requests` as apprise's plugins use it. WeCom and DingTalk say no with status 200 and an
    `errcode`, which apprise takes for sent; here it becomes a no that apprise understands."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *given: Any, **more: Any) -> Any:
        _heard.error = "not_reached"  # until an answer came
        answer = self._requests.post(*given, **more)
        _heard.error = refusal(answer)
        if _heard.error and answer.ok:
            answer.status_code = self._requests.codes.bad_request
        return answer


def refusal(answer: Any) -> str:
    """ "" for a yes, `not_taken` with the product's own number where it gave one."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    number = (said.get("errcode") or said.get("code") or "") if isinstance(said, dict) else ""
    return f"not_taken {number}"[:30].strip() if number or not answer.ok else ""


@cache
def plugins() -> dict[str, Any]:
    """kind → the one class of apprise that may be used for it."""
    from apprise.plugins import dingtalk, email, feishu, wecombot

    robots: tuple[Any, ...] = (dingtalk, feishu, wecombot)

    # Its warnings and debug lines quote robots' addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    for module in robots:
        module.requests = Listening(module.requests)
    return {
        "wecom": wecombot.NotifyWeComBot,
        "dingtalk": dingtalk.NotifyDingTalk,
        "feishu": feishu.NotifyFeishu,
        "mail": email.NotifyEmail,
    }


def send(kind: str, address: str, text: str, settings: Settings) -> str:
    """Nothing ("") when it went; else not_reached, not_taken (and a number), or no_mail_server.
    Takes about thirteen seconds at most. `text`: the first line is the title."""
    if kind == "mail" and not settings.smtp:
        return "no_mail_server"
    title, _, body = text.strip().partition("\n")
    known = plugins()[kind]
    _heard.error = "not_reached" if kind == "mail" else "not_taken"
    try:
        url = apprise_url(kind, address, settings.smtp, settings.mail_from)
        went = known(**known.parse_url(url)).notify(body=body.strip(), title=title)
    except (OSError, TypeError, ValueError):  # apprise's word for an address it cannot read
        went = False
    return "" if went else str(_heard.error or "not_taken")
