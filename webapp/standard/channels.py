"""提醒渠道: the address a product gives, read; and as apprise wants it. Four kinds and no other: a
scheme of one's own could ask the server for any address, file or command."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit

KINDS = ("wecom", "dingtalk", "feishu", "mail")
# Host, path and token of the webhook, as each product shows it.
WEBHOOKS = {
    "wecom": ("qyapi.weixin.qq.com", r"/cgi-bin/webhook/send", "key"),
    "dingtalk": ("oapi.dingtalk.com", r"/robot/send", "access_token"),
    "feishu": ("open.feishu.cn", r"/open-apis/bot/v2/hook/([\w-]+)/?", ""),
}
SCHEMES = {"wecom": "wecombot", "dingtalk": "dingtalk", "feishu": "feishu"}
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}", re.ASCII)
MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}", re.ASCII)
# Seconds to connect and to wait for an answer; mail servers take their time.
LIMITS = {"cto": "5", "rto": "8", "redirect": "no", "format": "text"}


def read(kind: str, typed: str) -> str:
    """What is kept of it: the robot's token or the mailbox; "" when it is not of this kind."""
    if kind == "mail":
        return typed if MAIL.fullmatch(typed) else ""
    if kind not in WEBHOOKS:
        return ""
    host, path, name = WEBHOOKS[kind]
    try:
        parts = urlsplit(typed)
    except ValueError:
        return ""
    found = re.fullmatch(path, parts.path, re.ASCII)
    if parts.scheme != "https" or parts.netloc.lower() != host or not found:
        return ""
    token = parse_qs(parts.query).get(name, [""])[0] if name else found[1]
    fits = TOKEN.fullmatch(token) and (kind != "dingtalk" or token.isalnum())
    return token if fits else ""


def masked(kind: str, address: str) -> str:
    """Enough to tell two apart."""
    if kind != "mail":
        return f"****{address[-4:]}"
    name, _, host = address.partition("@")
    return f"{name[0]}***@{host}"


def apprise_url(kind: str, address: str, smtp: str = "", sender: str = "") -> str:
    """`smtp`: smtps://user:password@host:port, or smtp:// for STARTTLS; without TLS on loopback
    alone. `sender`: the mailbox it comes from."""
    if kind != "mail":
        return f"{SCHEMES[kind]}://{quote(address, safe='')}/?{urlencode(LIMITS)}"
    server = urlsplit(smtp)
    near = server.hostname in {"localhost", "127.0.0.1", "::1"}
    mode = "ssl" if server.scheme == "smtps" else "insecure" if near else "starttls"
    given = {**LIMITS, "to": address, "from": sender, "smtp": server.hostname or "", "mode": mode}
    place = server.netloc.rpartition("@")
    return f"mailto{'' if mode == 'insecure' else 's'}://{''.join(place)}/?{urlencode(given)}"
