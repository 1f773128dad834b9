"""make words: takes every message of templates and Python into the English catalogue, keeps what
is translated, drops what nobody says any more, and lists what still wants its English."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from build_browser import CATALOGUE, ROOT

WHERE = ROOT / "webapp"
METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]


def said() -> Catalog:
    """What templates and Python say, in the order of the files."""
    found = Catalog(project="takan", charset="utf-8")
    options = {pattern: {"trimmed": "true"} for pattern, method in METHODS if method == "jinja2"}
    kept = extract_from_dir(WHERE, METHODS, options, DEFAULT_KEYWORDS, strip_comment_tags=True)
    for file, _line, message, comments, context in kept:
        place = (WHERE / file).relative_to(ROOT).as_posix()
        found.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def catalogue(path: Path = CATALOGUE) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update() -> int:
    """Writes the catalogue anew; how many messages have no English yet."""
    template, english = said(), catalogue()
    # The same words give the same file, whenever it is written.
    template.creation_date = english.creation_date
    english.update(template, no_fuzzy_matching=True)
    gone = len(english.obsolete)
    english.obsolete.clear()
    with CATALOGUE.open("wb") as out:
        write_po(out, english, width=0, include_lineno=False)
    missing = [one for one in english if one.id and not one.string]
    for one in missing:
        about = f"{one.context}: " if one.context else ""
        print(f"  {about}{one.id}    {one.locations[0][0]}")
    print(f"{len(english)} messages, {gone} dropped, {len(missing)} without English")
    return len(missing)


if __name__ == "__main__":
    sys.exit(bool(update()))
