"""Plans and sketches drawn for the demo: believable, and nobody's real plant."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

Box = tuple[int, int, int, int]
INK, LINE, GROUND, ROAD = "#3a4149", "#8c959e", "#f7f8f6", "#e6e9e8"


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(sans_path()), size)


def _room(draw: ImageDraw.ImageDraw, box: Box, name: str, fill: str = "#ffffff") -> None:
    draw.rectangle(box, fill=fill, outline=INK, width=4)
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    draw.text(centre, name, fill=INK, font=font(30), anchor="mm", align="center")


def _sheet(title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (1600, 1100), GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 1580, 1080), outline=LINE, width=3)
    draw.text((800, 62), title, fill=INK, font=font(40), anchor="mm")
    draw.line((1500, 150, 1500, 90), fill=INK, width=5)
    draw.polygon([(1500, 80), (1488, 108), (1512, 108)], fill=INK)
    draw.text((1500, 172), "N", fill=INK, font=font(28), anchor="mm")
    return image, draw


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def plant(name: str, rooms: list[tuple[Box, str]]) -> bytes:
    """A site plan: a road around, rooms as given in pixels of a 1600 × 1100 sheet."""
    image, draw = _sheet(f"{name}  厂区平面示意图")
    draw.rectangle((80, 120, 1440, 1020), outline=LINE, width=3)
    draw.rectangle((100, 560, 1420, 640), fill=ROAD)
    draw.rectangle((720, 140, 790, 1000), fill=ROAD)
    for box, label in rooms:
        _room(draw, box, label)
    draw.text((755, 1040), "大门", fill=INK, font=font(28), anchor="mm")
    return _jpeg(image)


def workshop(name: str, machines: list[tuple[int, int, str]]) -> bytes:
    """A workshop: walls, a passage with dashes, machines as boxes of 130 × 90."""
    image, draw = _sheet(f"{name}  平面示意图")
    draw.rectangle((100, 130, 1460, 1020), fill="#ffffff", outline=INK, width=6)
    draw.rectangle((110, 530, 1450, 620), fill="#eef3ee")
    for x in range(120, 1440, 60):
        draw.line((x, 575, x + 30, 575), fill="#7fa58a", width=4)
    draw.text((780, 575), "主通道", fill="#3c6b4a", font=font(26), anchor="mm")
    for x, y, label in machines:
        draw.rectangle((x, y, x + 150, y + 100), fill="#dfe5ea", outline=INK, width=3)
        draw.text((x + 75, y + 50), label, fill=INK, font=font(24), anchor="mm", align="center")
    return _jpeg(image)


def sketch(what: str, ground: str = "#5d6873") -> bytes:
    """In place of a photo: a dim hall with one thing in it, and what it stands for."""
    image = Image.new("RGB", (1280, 960), ground)
    draw = ImageDraw.Draw(image)
    for step in range(12):  # a floor that runs away from the camera
        draw.line((640, 380, step * 240 - 700, 960), fill="#77838e", width=3)
    draw.rectangle((0, 0, 1280, 380), fill="#4a535c")
    for x in (140, 520, 900):
        draw.rectangle((x, 60, x + 240, 200), fill="#8fa3b3")
    draw.rectangle((380, 330, 900, 760), fill="#c2a14a", outline="#2d2f33", width=8)
    draw.ellipse((520, 420, 760, 660), fill="#8d7330", outline="#2d2f33", width=8)
    draw.rectangle((0, 850, 1280, 960), fill="#22272c")
    draw.text((640, 905), f"演示照片 · {what}", fill="#ffffff", font=font(44), anchor="mm")
    return _jpeg(image)
