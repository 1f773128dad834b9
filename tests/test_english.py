"""The English catalogue is whole, and nothing is said past it."""

from __future__ import annotations

import ast
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes
from jinja2.environment import Environment

import words
from tests import test_templates as twins
from tests.test_house import CHINESE, parsed, strings

ROOT = twins.ROOT
# Chinese letters, and the marks that go with them.
CJK = re.compile(r"[\u2e80-\u32ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
MARK = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
# What is drafted into the service record or the contract: it is printed, and paper is Chinese.
PAPER = {
    "对生产作业现场进行检查和指导。",
    "到达现场",
    "陪同",
    "逐区检查，与现场人员核对事实并当场告知。",
    "本次所查部位未登记隐患。",
    "本次登记隐患如下，已当场告知并提出整改建议：",
    "（疑似重大隐患）",
    "次",
}
# Chinese outside gettext, and why it may stand there.
TEMPLATES = {
    "_language.html": {"中文"},  # a language is named in itself
    "field/_language.html": {"中文"},
    "field/record/_record.html": {"、", "：", "，"},  # drafted for paper
    "field/record/_result.html": {"："},
    # A value is data, and printed.
    "field/slip/_colleague.html": {"技术服务人员"},
    "field/slip/_signer.html": {"技术服务人员"},
    "field/visits/_present.html": {"（", "）"},
}
PYTHON = {
    "archive.py",  # file names of 一企一档
    "archive_papers.py",  # and its papers
    "assets.py",  # the app's own name
    "commands.py",  # says both languages at once
    "standard/counties.py",  # names
    "documents/archive_sheets.py",  # the sheet that says who took a workbook out
    "documents/sheet_words.py",  # what stands in the workbooks of others
    "filters.py",  # dates
    "queries/catalogues.py",  # categories and legal bases: data, and the law is Chinese
}


def key(one: Any) -> tuple[str, str]:
    return one.context or "", one.id


def test_every_message_has_its_english() -> None:
    """After a template changed: `make words`, then its English in the catalogue."""
    told = words.catalogue()
    done = {key(one) for one in told if one.id and one.string and not one.fuzzy}
    said = {key(one) for one in words.said() if one.id}
    assert len(said) > 1000
    assert sorted(said - done) == [], "without English: make words"
    assert sorted(done - said) == [], "nobody says it any more: make words"
    assert not told.obsolete


def test_the_english_is_english_and_keeps_what_stands_for_values() -> None:
    for one in words.catalogue():
        if not one.id:
            continue
        assert sorted(MARK.findall(one.id)) == sorted(MARK.findall(one.string)), one.id
        if one.string == one.id:
            assert one.id in PAPER, one.id
        else:
            assert not CJK.search(one.string), one.string


def test_what_a_phone_says_reads_alike_in_both_engines() -> None:
    """One escapes the words, the other does not: neither may find anything to escape."""
    shown = twins.english()
    for file in twins.FILES:
        for text in re.findall(r'_\("([^"]+)"\)', file.read_text()):
            assert not re.search("[<>&\"'%`\\\\]", shown[text]), shown[text]


def outside(source: str, env: Environment) -> Iterator[str]:
    """Chinese that no gettext call holds: between tags, in attributes, in literals."""
    for node, above in twins.walk(env.parse(source)):
        said = any(isinstance(one, nodes.Call) and is_gettext(one) for one in above)
        text = node.data if isinstance(node, nodes.TemplateData) else ""
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and not said:
            text = node.value
        yield from CJK.findall(text)


def is_gettext(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in {"_", "pgettext", "ngettext"}


@pytest.mark.parametrize("source", ["<b>中</b>", '<a title="中">', '{{ a|join("、") }}', "，"])
def test_what_stands_outside_gettext_is_found(source: str) -> None:
    assert list(outside(source, twins.environment()))


def test_nothing_in_a_template_is_said_past_gettext() -> None:
    env = twins.environment()
    for file in sorted(twins.TEMPLATES.glob("**/*.*")):
        name = file.relative_to(twins.TEMPLATES).as_posix()
        may = set("".join(TEMPLATES.get(name, set())))
        found = set(outside(file.read_text(), env)) - may
        assert not found, f"{name}: {sorted(found)}"


VALUE = re.compile(r'value="(?:\{\{ (?!_\()[^}]*\}\}|\{%[^%]*%\}|[^"{])*\{\{ _\(')


def test_no_value_is_translated() -> None:
    """What a form brings back is data: it may be printed, and compared with what was there."""
    assert VALUE.search('<input value="{{ a }}{{ _("b") }}">')
    for file in sorted(twins.TEMPLATES.glob("**/*.html")):
        assert not VALUE.search(file.read_text()), file


def test_nothing_in_python_is_said_past_gettext() -> None:
    for path in sorted((ROOT / "webapp").rglob("*.py")):
        name = path.relative_to(ROOT / "webapp").as_posix()
        if name in PYTHON or name.startswith("demo"):
            continue
        calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
        args = [arg for call in calls if called(call) in {"_", "gettext"} for arg in call.args]
        known = {arg.value for arg in args if isinstance(arg, ast.Constant)}
        assert not [one for one in strings(path) if CHINESE.search(one) and one not in known], name


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", "") or getattr(call.func, "attr", ""))


def in_english() -> list[twins.Case]:
    """Every page whole, in English."""
    found = []
    for name, _, context in twins.samples.pages():
        spoken = {**context, "local": {**context["local"], "language": "en"}}
        found.append((name, "layout/field.html", spoken))
    return found


@pytest.fixture(scope="module")
def by_nunjucks() -> dict[str, str]:
    return twins.rendered_by_nunjucks(in_english())


@pytest.mark.parametrize(
    ("name", "template", "context"), in_english(), ids=[name for name, _, _ in in_english()]
)
def test_both_engines_render_the_same_english(
    name: str, template: str, context: dict[str, Any], by_nunjucks: dict[str, str]
) -> None:
    ours = twins.environment("en").get_template(template).render(context)
    assert twins.spelt_alike(ours) == twins.spelt_alike(by_nunjucks[name])
    assert '<html lang="en">' in ours


@pytest.mark.parametrize(
    ("template", "context"),
    [case[1:] for case in in_english()],
    ids=[one[0] for one in in_english()],
)
def test_what_a_form_brings_back_is_the_same(template: str, context: dict[str, Any]) -> None:
    """Drafts and values are data: whoever reads English writes the same record and the same slip."""
    both = twins.environment(), twins.environment("en")
    before, after = (env.get_template(template).render(context) for env in both)
    data = re.compile(r' value="([^"]*)"|<textarea[^>]*>([^<]*)<')
    assert data.findall(before) == data.findall(after)


def test_the_phone_gets_its_catalogue_apart() -> None:
    """Cached when the worker installs; no script of a Chinese reader carries it."""
    build = ROOT / "webapp/static/build"
    manifest = json.loads((build / "manifest.json").read_text())
    kept = json.loads((build / manifest["words_en.json"]).read_text())
    said = {
        text for file in twins.FILES for text in re.findall(r'_\("([^"]+)"\)', file.read_text())
    }
    assert set(kept) == said
    assert manifest["words_en.json"] in (build / "worker.js").read_text()
    for script in build.glob("*.js"):
        assert kept["离线就绪检查"] not in script.read_text(), script
    assert len(gzip.compress((build / manifest["words_en.json"]).read_bytes())) < 16_000


def test_the_compiled_catalogue_is_not_committed() -> None:
    ignored = Path(ROOT / ".gitignore").read_text()
    assert "*.mo" in ignored
    assert "/webapp/translations/en.json" in ignored
