"""Real photos in all nine orientations, bombs, halves, and what leaves in public."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.conftest import Phone
from tests.test_hazards import fields
from webapp import durable, photos
from webapp.domain.refusal import Refusal

# Beside a checkout in development and in CI; not part of the project (see its README).
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "exif-orientation"


def jpeg(size: tuple[int, int] = (640, 480), grain: int = 1) -> bytes:
    """Squares of `grain` pixels by chance: drawing each pixel takes longest."""
    out = io.BytesIO()
    few = Image.effect_noise((size[0] // grain, size[1] // grain), 60)
    few.resize(size, Image.Resampling.NEAREST).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0..255."""
    small = [image.convert("RGB").resize((64, 64)) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_all_nine_orientations_come_out_alike(kind: str) -> None:
    files = sorted(REAL.glob(f"{kind}_*.jpg"))
    if not REAL.exists():
        files = made_orientations()
    upright = [Image.open(io.BytesIO(photos.upright_jpeg(data.read_bytes()))) for data in files]
    assert len({image.size for image in upright}) == 1
    assert all(difference(upright[0], other) < 8 for other in upright)
    assert all(not image.getexif() for image in upright)


def made_orientations() -> list[Path]:
    """Where the real pictures are absent: one picture stored in each orientation."""
    import tempfile

    folder = Path(tempfile.mkdtemp())
    turns = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}
    plain = Image.linear_gradient("L").resize((640, 480))
    for orientation, turn in turns.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = plain.transpose(turn) if turn is not None else plain
        stored.save(folder / f"Landscape_{orientation}.jpg", exif=exif)
    return sorted(folder.glob("*.jpg"))


def test_bytes_are_stored_whole_under_their_hash(tmp_path: Path) -> None:
    data = jpeg()
    sha256 = hashlib.sha256(data).hexdigest()
    assert photos.store(tmp_path, sha256, data) == len(data)
    assert photos.store(tmp_path, sha256, data) == len(data), "again is no matter"
    assert photos.path(tmp_path, sha256).read_bytes() == data
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [sha256]


def test_a_torn_file_under_the_name_is_written_again(tmp_path: Path) -> None:
    data = jpeg()
    sha256 = hashlib.sha256(data).hexdigest()
    photos.store(tmp_path, sha256, data)
    photos.path(tmp_path, sha256).write_bytes(data[:100] + bytes(len(data) - 100))
    assert photos.whole(tmp_path, sha256) is None
    assert photos.store(tmp_path, sha256, data) == len(data)
    assert photos.path(tmp_path, sha256).read_bytes() == data
    assert photos.whole(tmp_path, sha256) == len(data)


def test_other_bytes_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="wrong_hash"):
        photos.store(tmp_path, "0" * 64, jpeg())
    assert list(tmp_path.rglob("*.*")) == []


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable.os, "fsync", full)
    data = jpeg()
    with pytest.raises(OSError, match="No space"):
        photos.store(tmp_path, hashlib.sha256(data).hexdigest(), data)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_half_a_picture_is_refused() -> None:
    whole = jpeg()
    with pytest.raises(Refusal, match="not_a_picture"):
        photos.upright_jpeg(whole[: len(whole) // 2])


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(Refusal, match="picture_too_large"):
        photos.upright_jpeg(out.getvalue())


def test_a_thumbnail_is_small_and_made_once(tmp_path: Path) -> None:
    data = jpeg((2000, 1500))
    sha256 = hashlib.sha256(data).hexdigest()
    photos.store(tmp_path, sha256, data)
    made = photos.thumbnail(tmp_path, sha256)
    with Image.open(io.BytesIO(made)) as image:
        assert max(image.size) == 320
    [kept] = (tmp_path / "thumbnails").rglob("*.webp")
    first = kept.stat().st_mtime_ns
    assert photos.thumbnail(tmp_path, sha256) == made == kept.read_bytes()
    assert kept.stat().st_mtime_ns == first


def test_a_full_disk_hides_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg((2000, 1500))
    sha256 = hashlib.sha256(data).hexdigest()
    photos.store(tmp_path, sha256, data)
    monkeypatch.setattr(durable.os, "fsync", full)
    assert photos.thumbnail(tmp_path, sha256)
    assert not list((tmp_path / "thumbnails").rglob("*.webp"))


def test_the_type_comes_from_the_bytes() -> None:
    assert photos.kind(jpeg()) == "image/jpeg"
    assert photos.kind(b"<script>alert(1)</script>") == "application/octet-stream"


def test_evidence_no_decoder_can_stand_is_kept() -> None:
    """Its header promises 400,000 × 400,000 pixels: Pillow refuses to look at it."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    bomb = bytearray(out.getvalue())
    bomb[16:24] = (400_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    assert photos.kind(bytes(bomb)) == "application/octet-stream"


def test_a_plan_is_scaled_to_what_a_phone_can_pan() -> None:
    data, width, height = photos.shrink_plan(jpeg((6000, 3000), grain=10))
    assert (width, height) == (4096, 2048)
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_a_picture_that_claims_to_be_endless_is_refused() -> None:
    """A few bytes that say 60000 × 60000: Pillow stops before it decodes, and so do we."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + head
    chunk = struct.pack(">I", len(head)) + body + struct.pack(">I", zlib.crc32(body))
    end = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(Refusal) as refused:
        photos.upright_jpeg(b"\x89PNG\r\n\x1a\n" + chunk + end)
    assert refused.value.code == "picture_too_large"


def test_a_photo_of_somebody_else_waits_and_is_not_judged(
    phone_of: Callable[[str], Phone], visit: str
) -> None:
    """A tab of one person still sends while another signs in: nothing is wrong with the photo."""
    li, wang = phone_of("li"), phone_of("wang")
    data = jpeg()
    sha256 = hashlib.sha256(data).hexdigest()
    listed = {"sha256": sha256, "size": len(data), "type": "image/jpeg"}
    operation = li.operation("hazard.record", fields(visit, photos=[sha256]), photos=[listed])
    li.send(operation)
    address = f"/sync/photos/{sha256}?operation={operation['id']}"
    named = {"Takan-Person": li.person}
    refused = wang.client.put(address, data=data, headers=named)
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "other_person")
    assert wang.client.put(address, data=data).status_code == 404
    assert li.client.put(address, data=data, headers=named).json["size"] == len(data)
