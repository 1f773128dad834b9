"""The rescue file of PROTOCOL.md, frame by frame: what is whole comes out, the rest is named."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = "takan-rescue/1"
LONGEST_HEADER = 4096
LARGEST_FRAME = 64 * 1024 * 1024  # one photo, as a phone keeps it, is at most half of that
CURVE = ec.SECP256R1()
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
NONSENSE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


class NotReadable(Exception):
    """Not one frame can be read; `code` is not_rescue or another_key."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Header:
    """The first line, bound to every frame; `key` is empty when nothing is sealed; `announced` is
    how many of each kind were to follow."""

    line: bytes
    device: str
    person: str
    made_at: str
    key: bytes
    salt: bytes
    to: str
    announced: dict[str, int]


@dataclass(frozen=True)
class Frame:
    """One whole part; `about` says what it is, by its `kind`."""

    number: int
    about: dict[str, Any]
    content: bytes


@dataclass(frozen=True)
class Broken:
    """Why a part is not there: damaged · cut · no_end · after_end."""

    number: int
    code: str


def new_key() -> tuple[str, str]:
    """(private, public) of an institution: the number, and the point as 65 raw bytes."""
    private = ec.generate_private_key(CURVE)
    number = private.private_numbers().private_value.to_bytes(32, "big")
    return encoded(number), encoded(_raw(private.public_key()))


def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    if not BASE64URL.fullmatch(text):
        raise ValueError(text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(file: BinaryIO, private: str) -> tuple[Header, Iterator[Frame | Broken]]:
    """The header, then every part in order. Raises NotReadable."""
    header = _header(file.readline(LONGEST_HEADER))
    return header, _parts(file, header, _opener(header, private))


def _raw(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _header(line: bytes) -> Header:
    try:
        found = _json(line)
        if not line.endswith(b"\n") or found["format"] != FORMAT:
            raise NotReadable("not_rescue")
        return Header(
            line=line,
            device=str(found["device"])[:200],
            person=str(found["person"])[:200],
            made_at=str(found["made_at"])[:40],
            key=decoded(found["key"]),
            salt=decoded(found["salt"]),
            to=str(found["to"]),
            announced={kind: int(found[f"{kind}s"]) for kind in ("operation", "draft", "photo")},
        )
    except NONSENSE as error:
        raise NotReadable("not_rescue") from error


def _json(line: bytes) -> Any:
    """A lone surrogate can hide in an escape; it would fail later, at the first write."""
    found = json.loads(line)
    json.dumps(found, ensure_ascii=False).encode()
    return found


Opener = Callable[[bytes, bytes], bytes | None]


def _opener(header: Header, private: str) -> Opener:
    """`open(nonce, sealed)` → the part, or None when it is not what was sealed."""
    if not header.key:
        return lambda nonce, given: _checked(header, nonce, given)
    secret = ec.derive_private_key(int.from_bytes(decoded(private), "big"), CURVE)
    own = _raw(secret.public_key())
    if header.to != fingerprint(own):
        raise NotReadable("another_key")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, header.key)
    except ValueError as error:
        raise NotReadable("not_rescue") from error
    shared = secret.exchange(ec.ECDH(), theirs)
    info = FORMAT.encode() + header.key + own
    cipher = AESGCM(HKDF(hashes.SHA256(), 32, header.salt, info).derive(shared))

    def opened(nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            return cipher.decrypt(nonce, sealed, header.line)
        except InvalidTag:
            return None

    return opened


def _checked(header: Header, nonce: bytes, given: bytes) -> bytes | None:
    """Without a key, a hash finds damage; it proves nothing else."""
    plain, found = given[:-32], given[-32:]
    return plain if hashlib.sha256(header.line + nonce + plain).digest() == found else None


def _parts(file: BinaryIO, header: Header, opened: Opener) -> Iterator[Frame | Broken]:
    """A damaged frame is named and the next one tried: its length still says where that begins."""
    number = 0
    while prefix := file.read(4):
        length = int.from_bytes(prefix, "big")
        if len(prefix) == 4 and length > LARGEST_FRAME:
            yield Broken(number, "damaged")  # no telling where the next one begins
            return
        sealed = file.read(length) if len(prefix) == 4 else b""
        if len(prefix) < 4 or len(sealed) < length:
            yield Broken(number, "cut")
            return
        frame = _frame(number, opened(number.to_bytes(12, "big"), sealed))
        yield frame
        number += 1
        if isinstance(frame, Frame) and frame.about["kind"] == "end":
            if file.read(1):
                yield Broken(number, "after_end")
            return
    yield Broken(number, "no_end")


def _frame(number: int, plain: bytes | None) -> Frame | Broken:
    if plain is None:
        return Broken(number, "damaged")
    line, _, content = plain.partition(b"\n")
    try:
        about = _json(line)
        if not isinstance(about["kind"], str):
            return Broken(number, "damaged")
    except NONSENSE:
        return Broken(number, "damaged")
    return Frame(number, about, content)
