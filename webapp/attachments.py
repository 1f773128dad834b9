"""Files of a step by hash, on disk: a PDF as it came, a picture turned upright and stripped."""

from __future__ import annotations

import hashlib
from pathlib import Path

from webapp import durable, photos
from webapp.domain.refusal import Refusal

PDF, JPEG = "application/pdf", "image/jpeg"
SUFFIX = {PDF: ".pdf", JPEG: ".jpg"}


def path(folder: Path, sha256: str) -> Path:
    return folder / "attachments" / sha256[:2] / sha256


def store(folder: Path, data: bytes) -> tuple[str, str, int]:
    """(sha256, type, size); refuses what is neither a PDF nor a picture."""
    if not data:
        raise Refusal("no_attachment", field="file")
    kind = PDF if data[:1024].lstrip().startswith(b"%PDF-") else JPEG
    try:
        kept = data if kind == PDF else photos.upright_jpeg(data, 2600)
    except Refusal as refusal:
        raise Refusal("not_an_attachment", field="file") from refusal
    sha256 = hashlib.sha256(kept).hexdigest()
    durable.write(folder, path(folder, sha256), kept)
    return sha256, kind, len(kept)
