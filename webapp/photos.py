"""Bytes by hash, on disk. The only place that knows Pillow."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from webapp import durable
from webapp.domain.refusal import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 64_000_000
THUMBNAIL = 320
PLAN_EDGE = 4096
HEAD = 4 * 1024 * 1024  # bytes; a picture says what it is before them
_decoders = threading.Semaphore(2)  # a 48 MP picture takes 100 to 400 MB while it is decoded


def path(folder: Path, sha256: str) -> Path:
    return folder / "photos" / sha256[:2] / sha256


def store(folder: Path, sha256: str, source: durable.Source) -> int:
    """Whole and durable, or not at all; returns the size read back from the disk.

    Refuses bytes that are not what they are called.
    """
    place = path(folder, sha256)
    durable.write(folder, place, _hashed(source, sha256))
    return place.stat().st_size


def _hashed(source: durable.Source, sha256: str) -> Iterator[bytes]:
    """The bytes, as long as they may still be what they are called."""
    hash_ = hashlib.sha256()
    for block in durable.blocks(source):
        hash_.update(block)
        yield block
    if hash_.hexdigest() != sha256:
        raise Refusal("wrong_hash")


def whole(folder: Path, sha256: str) -> int | None:
    """The size of the photo on the disk, judged by its bytes and not by its name."""
    place = path(folder, sha256)
    if not place.exists():
        return None
    with place.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell() if found == sha256 else None


def _open(data: bytes, edge: int | None = None) -> Image.Image:
    """Upright and decoded to the last byte; `edge` lets JPEG decode small from the start."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Refusal("picture_too_large", megapixels=MOST_PIXELS // 1_000_000)
        if edge and image.format == "JPEG":
            image.draft("RGB", (edge, edge))
        image.load()  # verify() lets a picture cut in half pass
        return ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError as error:
        raise Refusal("picture_too_large", megapixels=MOST_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refusal("not_a_picture") from error


def kind_of(folder: Path, sha256: str) -> str:
    with path(folder, sha256).open("rb") as file:
        return kind(file.read(HEAD))


def kind(data: bytes) -> str:
    """`image/jpeg` and so on, by the bytes and never by what the sender says.

    What we cannot decode (an iPhone's HEIC) is kept as it is and only ever downloaded.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception:  # whatever a decoder stumbles on: these bytes are evidence all the same
        return "application/octet-stream"
    return f"image/{(image.format or '').lower()}"


BRANDS = {b"heic": ".heic", b"heix": ".heic", b"mif1": ".heic", b"avif": ".avif"}


def suffix_of(folder: Path, sha256: str) -> str:
    """For whoever saves it as a file: by its bytes, as they came."""
    known = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
    if found := known.get(kind_of(folder, sha256)):
        return found
    with path(folder, sha256).open("rb") as file:
        head = file.read(12)
    return BRANDS.get(head[8:], ".bin") if head[4:8] == b"ftyp" else ".bin"


def upright_jpeg(data: bytes, edge: int = 1920) -> bytes:
    """Turned as the camera meant it, at most `edge` long, without any metadata."""
    with _decoders:
        image = _open(data, edge)
        image.thumbnail((edge, edge))
        return _jpeg(image, 82)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def thumbnail(folder: Path, sha256: str) -> bytes:
    """A WebP of 320 px, made the first time someone looks."""
    place = folder / "thumbnails" / sha256[:2] / f"{sha256}.webp"
    if place.exists():
        return place.read_bytes()
    with _decoders:
        image = _open(path(folder, sha256).read_bytes(), THUMBNAIL * 2)
        image.thumbnail((THUMBNAIL, THUMBNAIL))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=72)
    with contextlib.suppress(OSError):  # a full disk hides no picture: it is made again
        durable.write(folder, place, out.getvalue())
    return out.getvalue()


def shrink_plan(data: bytes) -> tuple[bytes, int, int]:
    """(JPEG bytes, width, height) of a plan image, at most 4096 px long."""
    with _decoders:
        image = _open(data, PLAN_EDGE)
        image.thumbnail((PLAN_EDGE, PLAN_EDGE))
        return _jpeg(image, 88), image.width, image.height
