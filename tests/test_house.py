"""HOUSE.md, as far as a machine can hold it."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sorted([*ROOT.glob("webapp/**/*.py"), *ROOT.glob("sync/*.py")])
SCRIPTS = sorted(ROOT.glob("webapp/static/js/**/*.js"))
TEMPLATES = sorted([*ROOT.glob("webapp/templates/**/*.html"), *ROOT.glob("webapp/**/*.typ")])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SQL = re.compile(
    r"\b(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\b", re.I | re.S
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> set[str]:
    """Dotted names of every module a file imports, wherever in the file."""
    names: set[str] = set()
    package = name(path).removesuffix(".py").split("/")
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


@cache
def strings(path: Path) -> list[str]:
    """Literals of a file without its docstrings."""
    tree = parsed(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


FORBIDDEN = {
    "webapp/standard/": ("webapp.", "sync", "flask", "sqlite_utils"),
    "sync/": ("webapp", "flask"),
    "webapp/queries/": ("webapp.domain", "webapp.routes", "flask", "sync"),
    "webapp/domain/": ("webapp.routes", "webapp.documents", "flask", "webapp.people"),
}


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_layers_import_downwards_only(folder: str) -> None:
    for path in (path for path in PYTHON if name(path).startswith(folder)):
        for module in imported(path):
            own = folder.startswith("webapp/standard") and module.startswith("webapp.standard")
            bad = module.startswith(FORBIDDEN[folder]) and not own
            assert not bad, f"{name(path)} imports {module}"


def test_a_package_lives_in_one_place() -> None:
    homes = {
        "sqlite3": ("webapp/db.py",),
        "pysqlite3": ("webapp/db.py",),
        "qrcode": ("webapp/board_codes.py",),
        "apprise": ("webapp/messages.py",),
        "typst": ("webapp/documents/",),
        "cryptography": ("sync/rescue.py",),
        "webauthn": ("webapp/passkeys.py",),
        "xlsxwriter": ("webapp/documents/",),
        "openpyxl": ("webapp/documents/",),
        "PIL": ("webapp/photos.py", "webapp/demo", "webapp/icons.py"),
    }
    for path in PYTHON:
        for module in imported(path):
            home = homes.get(module.split(".")[0])
            assert not home or name(path).startswith(home), f"{name(path)} imports {module}"


def test_queries_only_select() -> None:
    for path in ROOT.glob("webapp/queries/*.py"):
        for text in strings(path):
            assert not re.search(r"\b(insert|update|delete|replace)\s", text, re.I), (path, text)


def test_sql_stands_where_it_may() -> None:
    may = ("webapp/domain/", "webapp/queries/", "webapp/people.py", "webapp/db.py", "sync/")
    may += ("webapp/backups.py", "webapp/commands.py", "webapp/verify.py", "webapp/demo")
    for path in (path for path in PYTHON if not name(path).startswith(may)):
        for text in strings(path):
            assert not SQL.search(text), f"{name(path)}: {text[:60]}"


def test_only_doors_write() -> None:
    doors = ("webapp/routes/", "webapp/commands.py", "webapp/db.py", "webapp/demo")
    for path in (path for path in PYTHON if not name(path).startswith(doors)):
        assert not re.search(r"\bwriting\(", path.read_text()), name(path)


def test_words_live_in_templates() -> None:
    for path in SCRIPTS:
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        assert not CHINESE.search(re.sub(r"//[^\n]*", "", code)), name(path)
    for folder in ("webapp/domain", "sync", "webapp/standard"):
        for path in ROOT.glob(f"{folder}/*.py"):
            for text in strings(path) if path.name != "counties.py" else []:  # names
                assert not CHINESE.search(text), f"{name(path)}: {text}"


def test_files_stay_small() -> None:
    limits = [(PYTHON, 260), (TEMPLATES, 110), (SCRIPTS, 200)]
    for files, most in limits:
        for path in files:
            assert len(path.read_text().splitlines()) <= most, name(path)


def test_no_module_has_a_name_that_says_nothing() -> None:
    for path in [*PYTHON, *SCRIPTS]:
        assert path.stem not in {"utils", "util", "helpers", "common", "manager", "service"}


def test_nothing_built_or_third_party_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for file in listed:
        assert not re.search(r"\.min\.|node_modules/|/vendor/|static/build/|\.whl$", file), file


def test_the_rules_stay_on_one_page() -> None:
    assert len((ROOT / "HOUSE.md").read_text().splitlines()) <= 40


def test_every_deed_at_the_desk_has_its_word() -> None:
    """操作留痕 is read by people: a code there would tell them nothing."""
    words = (ROOT / "webapp/templates/office/_action.html").read_text()
    deeds = re.compile(r'(?:trail\.append|rows\.tell|_log)\([^)]*?"([a-z_]+\.[a-z_]+)"', re.DOTALL)
    done = {
        deed
        for path in PYTHON
        if name(path).startswith("webapp/domain/")
        for deed in deeds.findall(path.read_text())
    }
    assert len(done) > 25
    assert not {deed for deed in done if f'"{deed}"' not in words}
