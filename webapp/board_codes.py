"""Codes on boards and slips as QR drawings. The only place that knows qrcode."""

from __future__ import annotations

import io

import qrcode
from qrcode.image.svg import SvgPathFillImage

# What people read into a printed code: Crockford's alphabet has no O, I and L.
MISREAD = str.maketrans("OIL", "011", " -")


def normal(typed: str) -> str:
    """A code as it is stored, from how it was typed or scanned."""
    return typed.strip().upper().translate(MISREAD)


def address(public_url: str, path: str) -> str:
    """In capitals, which a QR code packs much tighter; our routes ignore case."""
    return f"{public_url}{path}".upper()


def short_address(public_url: str, code: str) -> str:
    """What a person types who cannot scan: no scheme, host in small letters."""
    return f"{public_url.partition('://')[2] or public_url}/b/".lower() + code


def svg(text: str, border: int = 4) -> str:
    """A vector drawing on white ground: dark mode must not break scanning; level Q for dirt."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=border)
    code.add_data(text)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(out)
    return out.getvalue().decode()
