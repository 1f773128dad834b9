"""Codes on boards and slips as QR drawings. The only place that knows qrcode."""

from __future__ import annotations

import io

import qrcode
from qrcode.image.svg import SvgPathFillImage


def address(public_url: str, path: str) -> str:
    """In capitals, which a QR code packs much tighter; our routes ignore case."""
    return f"{public_url}{path}".upper()


def svg(text: str, border: int = 4) -> str:
    """A vector drawing on white ground: dark mode must not break scanning; level Q for dirt."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=border)
    code.add_data(text)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(out)
    return out.getvalue().decode()
