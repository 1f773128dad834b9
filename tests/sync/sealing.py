"""The writer of a rescue file, as sync/PROTOCOL.md says and static/js/rescue/seal.js does."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync import rescue

Part = tuple[dict[str, Any], bytes]
ABOUT = {
    "device": "phone-1", "person": "p1", "made_at": "2026-11-23T01:10:00.000Z", "app": "test",
    "operations": 0, "photos": 0, "drafts": 0,
}  # fmt: skip


def written(parts: list[Part], public: str, **about: Any) -> tuple[bytes, list[bytes]]:
    """(header line, frames); `public` empty: readable by anyone."""
    own = ec.generate_private_key(rescue.CURVE)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    salt = b"0123456789abcdef"
    keys = {"key": "", "salt": "", "to": ""}
    if public:
        keys = {"key": rescue.encoded(point), "salt": rescue.encoded(salt), "to": ""}
        keys["to"] = hashlib.sha256(rescue.decoded(public)).hexdigest()[:16]
    line = json.dumps({"format": "takan-rescue/1", **ABOUT, **about, **keys}).encode() + b"\n"
    frames = []
    for number, (what, content) in enumerate(parts):
        plain = json.dumps(what, ensure_ascii=False).encode() + b"\n" + content
        nonce = number.to_bytes(12, "big")
        if public:
            sealed = AESGCM(shared(own, point, public, salt)).encrypt(nonce, plain, line)
        else:
            sealed = plain + hashlib.sha256(line + nonce + plain).digest()
        frames.append(len(sealed).to_bytes(4, "big") + sealed)
    return line, frames


def shared(own: ec.EllipticCurvePrivateKey, point: bytes, public: str, salt: bytes) -> bytes:
    theirs = rescue.decoded(public)
    whole = ec.EllipticCurvePublicKey.from_encoded_point(rescue.CURVE, theirs)
    info = b"takan-rescue/1" + point + theirs
    return HKDF(hashes.SHA256(), 32, salt, info).derive(own.exchange(ec.ECDH(), whole))


def sealed(parts: list[Part], public: str, **about: Any) -> bytes:
    line, frames = written(parts, public, **about)
    return line + b"".join(frames)


def end(*lost: str) -> Part:
    return {"kind": "end", "lost": list(lost)}, b""
