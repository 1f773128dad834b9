"""一企一档: what is missing by step, and the zip opened without this software."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pypdfium2
import pytest
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one


@pytest.fixture
def store(database: Database) -> str:
    return one(database, "select id from enterprises where short_name = '示范仓储'")


@pytest.fixture
def plant(database: Database) -> str:
    return one(database, "select id from enterprises where short_name = '示范金属'")


def test_the_page_says_what_is_missing_by_step(client_for: ClientFor, store: str) -> None:
    page = client_for("admin").get(f"/enterprises/{store}/file").text
    assert "没有系统上报凭证" in page
    assert "TK-" in page
    for name in ("zhao", "stranger"):
        assert client_for(name).get(f"/enterprises/{store}/file").status_code == 404
    assert "下载整套档案" not in client_for("li").get(f"/enterprises/{store}/file").text


def test_only_a_manager_takes_it_out_and_it_is_logged(
    client_for: ClientFor, plant: str, database: Database
) -> None:
    for name in ("li", "wang", "zhao", "stranger"):
        assert client_for(name).post(f"/enterprises/{plant}/file.zip").status_code == 404
    answer = client_for("admin").post(f"/enterprises/{plant}/file.zip")
    assert answer.mimetype == "application/zip"
    assert answer.data
    row = next(iter(database.query("select * from trail order by seq desc limit 1")))
    assert (row["action"], row["subject"]) == ("export.file", f"enterprise {plant}")
    assert trail.verify(database) is None
    assert client_for("admin").post("/enterprises/x/file.zip").status_code == 404


@pytest.fixture
def opened(client_for: ClientFor, plant: str, tmp_path: Path) -> Path:
    """Unpacked by another program than ours."""
    data = client_for("admin").post(f"/enterprises/{plant}/file.zip").data
    (tmp_path / "file.zip").write_bytes(data)
    place = tmp_path / "opened"
    command = [sys.executable, "-m", "zipfile", "-e", str(tmp_path / "file.zip"), str(place)]
    subprocess.run(command, check=True)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    return place


def test_links_resolve_and_hashes_match(opened: Path) -> None:
    links = [
        unquote(link) for link in re.findall(r'href="([^"]+)"', (opened / "index.html").read_text())
    ]
    assert len(links) > 8
    assert all((opened / link).is_file() for link in links)
    lines = (opened / "SHA256SUMS.txt").read_text().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    files = {str(file.relative_to(opened)) for file in opened.rglob("*") if file.is_file()}
    assert files - {"SHA256SUMS.txt"} == set(listed)
    for name, found in listed.items():
        assert hashlib.sha256((opened / name).read_bytes()).hexdigest() == found
    folders = {link.split("/")[0] for link in links}
    assert {"01 初访", "02 项目评估", "03 合同", "04 现场服务"} <= folders
    assert any(file.suffix == ".jpg" for file in opened.rglob("照片/*"))


def words(file: Path) -> str:
    pages = pypdfium2.PdfDocument(file.read_bytes())
    return "".join(page.get_textpage().get_text_range() for page in pages)


def test_papers_hold_the_chinese_text(opened: Path) -> None:
    [first] = opened.rglob("初访记录.pdf")
    assert "冲压" in words(first)
    assert "陈静" in words(first)  # who took it out
    [record] = opened.rglob("服务记录.pdf")
    assert "台钻皮带传动部位未设防护罩" in re.sub(r"\s", "", words(record))
    [slip] = opened.rglob("服务确认单.pdf")
    assert "服务确认单" in words(slip)


def test_the_records_answer_as_sqlite_and_the_index_as_excel(opened: Path) -> None:
    db = sqlite3.connect(f"file:{opened / 'records.db'}?mode=ro&immutable=1", uri=True)
    [(hazards,)] = db.execute("select count(*) from hazards")
    assert hazards == 7
    columns = [row[1] for row in db.execute("pragma table_info(people)")]
    assert not {"password_hash", "pin_hash", "session_stamp"} & set(columns)
    assert [row[0] for row in db.execute("select short_name from enterprises")] == ["示范金属"]
    assert "place" not in [row[1] for row in db.execute("pragma table_info(visits)")]
    db.close()
    with zipfile.ZipFile(opened / "index.xlsx") as book:
        tree = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = {node.text for node in tree.iter() if node.text}
    assert {"完成" in text for text in texts} == {True, False}
    assert any(text.startswith("01 初访/") for text in texts)
