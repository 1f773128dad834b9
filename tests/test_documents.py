"""The papers, opened again: their words, their order, their drawings, their codes."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from sqlite_utils import Database

from tests.conftest import WITHDRAWN, one
from webapp.documents.board import board_pdf
from webapp.documents.slip import drawing, slip_pdf
from webapp.documents.typesetting import CannotPrint
from webapp.queries import boards, confirmations
from webapp.standard import slip as standard

URL = "https://takan.example.cn"
DAY = "2026-11-23"
FIELDS = [
    "安全生产技术服务机构服务确认单", "生产经营", "单位名称", "服务机构名称", "服务项目",
    "项目负责人", "服务时间", "服务记录（服务内容及过程）", "技术服务人员签字：", "日期：",
    "对服务人员的评价：", "满意", "一般", "差", "意见和建议：", "生产经营单位人员签字：", "日期：",
]  # fmt: skip


@pytest.fixture
def signed(database: Database) -> dict[str, Any]:
    """The demo's slip with both signatures."""
    return confirmations.latest_delivered(database)


def changed(confirmation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The same with other fields in its slip, hashed anew."""
    slip = standard.compact({**json.loads(confirmation["slip"]), **fields})
    sha256 = standard.sha256(slip)
    return {**confirmation, "slip": slip, "hash": sha256, "code": standard.code(sha256)}


def for_ink(confirmation: dict[str, Any]) -> dict[str, Any]:
    return {**confirmation, "id": "", "signatures": [], "satisfaction": "", "comments": ""}


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def scanned(pdf: bytes, page: int = 0, scale: float = 2) -> list[str]:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def paths(pdf: bytes) -> int:
    found = pypdfium2.PdfDocument(pdf)[0].get_objects(max_depth=6)
    return sum(thing.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH for thing in found)


def test_the_slip_is_table_c1_in_its_order(signed: dict[str, Any]) -> None:
    [text] = pages(slip_pdf(signed, URL))
    place = -1
    for field in FIELDS:
        place = text.find(field, place + 1)
        assert place >= 0, field
    for words in ("张家港示范金属制品有限公司", "王建国", "李晓峰", "赵敏", "检查细致，建议明确。"):
        assert words in text, words
    foot = text[text.index("安全生产主体责任") :]
    assert signed["code"] in foot
    assert signed["hash"] in foot
    assert "手写电子签名" in foot


def test_the_slip_is_one_a4_page_archivable_and_coded(signed: dict[str, Any]) -> None:
    pdf = slip_pdf(signed, URL)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    box = reader.pages[0].mediabox
    assert [round(float(side) / 72 * 25.4) for side in (box.width, box.height)] == [210, 297]
    assert (
        b"<pdfaid:part>2</pdfaid:part>" in reader.root_object["/Metadata"].get_object().get_data()
    )
    assert scanned(pdf) == [f"{URL}/verify/{signed['code']}".upper()]


def test_both_signatures_are_drawn_as_lines(signed: dict[str, Any]) -> None:
    both, none = paths(slip_pdf(signed, URL)), paths(slip_pdf(for_ink(signed), URL))
    strokes = [stroke for one_signed in signed["signatures"] for stroke in one_signed["strokes"]]
    assert len(strokes) > 4
    assert both > none


def test_a_dot_and_a_thin_line_can_be_drawn() -> None:
    assert "viewBox" in drawing([[[500, 200, 0]]])
    assert "M10 200 L900 200" in drawing([[[10, 200, 0], [900, 200, 9]]])


def test_the_same_slip_gives_the_same_bytes_in_another_process(signed: dict[str, Any]) -> None:
    script = (
        "import sys, json, hashlib; from webapp.documents.slip import slip_pdf;"
        "print(hashlib.sha256(slip_pdf(json.load(sys.stdin), sys.argv[1])).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script, URL],
        input=json.dumps(signed), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout.strip() == hashlib.sha256(slip_pdf(signed, URL)).hexdigest()


def test_a_slip_for_ink_is_empty_where_one_signs(signed: dict[str, Any]) -> None:
    """No code to scan either: nothing can be looked up before it was signed."""
    pdf = slip_pdf(for_ink(signed), URL)
    [text] = pages(pdf)
    assert "手写电子签名" not in text
    assert "本单供打印后由双方手写签字" in text
    assert "赵敏" not in text
    assert scanned(pdf) == []


def test_a_slip_of_a_visit_not_begun_has_room_for_the_time(signed: dict[str, Any]) -> None:
    blank = changed(for_ink(signed), service_date="", started_at="", ended_at="", content="")
    [text] = pages(slip_pdf(blank, URL))
    assert "时" in text[text.index("服务时间") : text.index("服务记录")]


def test_one_signature_still_waits_for_ink(signed: dict[str, Any]) -> None:
    half = {**signed, "signatures": signed["signatures"][:1], "satisfaction": "", "comments": ""}
    [text] = pages(slip_pdf(half, URL))
    assert "李晓峰" in text
    assert "请在本纸上手写签字" in text


@pytest.mark.parametrize("lines", [12, 60])
def test_a_long_record_goes_to_an_attached_sheet(signed: dict[str, Any], lines: int) -> None:
    """Never cut off: every line is printed once, on sheets of the same code and hash."""
    said = [f"第{n}条：检查设备防护装置、电气线路与通道。" for n in range(lines)]
    long = changed(signed, process="\n".join(said))
    found = [page.replace(" ", "") for page in pages(slip_pdf(long, URL))]
    fits = lines < 30
    assert len(found) == 1 if fits else len(found) > 1
    for line in said:
        assert sum(page.count(line) for page in found) == 1
    if not fits:
        assert "见附页" in found[0]
        assert said[0] not in found[0]
        assert "服务确认单附页" in found[1]
        assert all(long["code"] in page and long["hash"] in page for page in found)


def test_long_comments_go_there_too(signed: dict[str, Any]) -> None:
    first, second = pages(slip_pdf({**signed, "comments": "建议每次提前通知。" * 60}, URL))
    assert "建议每次提前通知" not in first
    assert second.replace("\n", "").count("建议每次提前通知。") == 60


@pytest.mark.parametrize("name", ["赵𠮷", "䶮小龙", "朱镕", "㙟喆堃珺玥昇煊翀燊䢺"])
def test_rare_names_print(signed: dict[str, Any], name: str) -> None:
    [text] = pages(slip_pdf(changed(signed, lead=name), URL))
    assert name in text


def test_what_no_font_has_is_named(signed: dict[str, Any]) -> None:
    with pytest.raises(CannotPrint) as no:
        slip_pdf(changed(for_ink(signed), content="好👍\x07"), URL)
    assert set(no.value.missing) == {"👍", "\x07"}
    assert "👍 U+1F44D" in no.value.character
    assert "U+0007" in no.value.character


def test_what_is_signed_prints_with_the_character_spelled_out(signed: dict[str, Any]) -> None:
    """It cannot be reworded any more, and must not be lost."""
    [text] = pages(slip_pdf({**signed, "comments": "服务很好👍🎉"}, URL))
    assert "服务很好〔U+1F44D〕〔U+1F389〕" in text
    assert "字库中没有的字符" in text


def test_markup_in_the_text_is_only_text(signed: dict[str, Any]) -> None:
    """Data never becomes template: no file is read, nothing is set in bold."""
    typed = '#read("/etc/passwd") *粗* $x^2$ <标签> \\ "引号"'
    [text] = pages(slip_pdf(changed(signed, content=typed), URL))
    assert '#read("/etc/passwd") *粗* $x^2$ <标签> \\ "引号"' in text.replace("“", '"').replace(
        "”", '"'
    )


@pytest.fixture
def shown(database: Database, demo: dict[str, str]) -> dict[str, Any]:
    found = boards.by_code(database, demo["board_code"])
    assert found
    return boards.shown(database, found, DAY)


@pytest.mark.parametrize(("size", "millimetres"), [("a4", (210, 297)), ("60x90", (600, 900))])
def test_the_board(shown: dict[str, Any], size: str, millimetres: tuple[int, int]) -> None:
    pdf = board_pdf(shown, size, DAY, URL)
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert tuple(round(float(side) / 72 * 25.4) for side in (box.width, box.height)) == millimetres
    [text] = pages(pdf)
    code = shown["board"]["code"]
    for words in (
        "安全生产技术服务公示牌", "示范金属", "苏州踏勘", "91320500DEMO00001X", "演示-0001", "从业告知",
        "项目负责人", "王建国", "中级注册安全工程师", "****1002", "每月一次", "0512-00000001",
        "0512-00000002", "12350", "最近一次服务确认单张贴处", f"takan.example.cn/b/{code}",
    ):  # fmt: skip
        assert words in text, words
    assert "DEMO1002" not in text
    assert scanned(pdf, scale=2 if size == "a4" else 0.7) == [f"{URL}/b/{code}".upper()]


def test_the_code_on_the_board_is_drawn_not_a_picture(shown: dict[str, Any]) -> None:
    page = pypdf.PdfReader(io.BytesIO(board_pdf(shown, "a4", DAY, URL))).pages[0]
    assert len(page.images) == 0


def test_a_crowd_still_fits_on_one_board(shown: dict[str, Any]) -> None:
    crowd = {**shown, "people": shown["people"] * 7}
    pdf = board_pdf(crowd, "a4", DAY, URL)
    assert len(pages(pdf)) == 1
    assert len(scanned(pdf)) == 1


def test_who_did_not_consent_is_not_named_on_the_board(
    database: Database, demo: dict[str, str]
) -> None:
    database.execute("pragma query_only = off")
    database.execute(WITHDRAWN)
    found = boards.by_code(database, demo["board_code"])
    assert found
    [text] = pages(board_pdf(boards.shown(database, found, DAY), "a4", DAY, URL))
    assert "李晓峰" not in text
    assert "****1001" not in text
    assert "（未公示）" in text


def test_nothing_of_typst_is_loaded_before_the_fork() -> None:
    """The application with every route imported; a child forked from it must load Typst itself."""
    script = (
        "import sys, webapp, webapp.serve, webapp.commands, webapp.routes;"
        "sys.exit('typst' in sys.modules or 'pylopdf_fonts_zh_cn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_paper_the_demo_signed_is_known_by_its_code(database: Database) -> None:
    code = one(database, "select code from confirmations")
    assert confirmations.by_code(database, code)


def test_a_board_is_the_same_each_time_and_takes_rare_names(shown: dict[str, Any]) -> None:
    rare = {**shown, "institution": {"name": "𠮷䶮镕"}}
    pdf = board_pdf(rare, "a4", DAY, URL)
    assert pdf == board_pdf(rare, "a4", DAY, URL)
    assert "𠮷䶮镕" in pages(pdf)[0]
    with pytest.raises(CannotPrint, match=r"U\+12000"):
        board_pdf({**shown, "institution": {"name": "\U00012000"}}, "a4", DAY, URL)
