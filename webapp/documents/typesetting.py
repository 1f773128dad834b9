"""Typst: one template, data by sys_inputs and never pasted into it.

PDF/A-2b with a fixed date: the same input gives the same bytes, and a missing glyph is an error
instead of a silent box. Imported late: nothing of Typst may exist before a fork.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class CannotPrint(Exception):
    """Characters that none of the fonts has; `character` names them for a person."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        self.character = "、".join(named(one) for one in missing)
        super().__init__(self.character)


def named(character: str) -> str:
    """`👍 U+1F44D`: what cannot be printed often cannot be seen either."""
    number = f"U+{ord(character):04X}"
    return f"{character} {number}" if character.isprintable() else number


@cache
def _fonts() -> Any:
    import noto_cjk_sans_otc
    import pylopdf_fonts_zh_cn
    import typst

    folders = [Path(pylopdf_fonts_zh_cn.sans_path()).parent]
    folders.append(Path(str(noto_cjk_sans_otc.FONT_PATH)).parent)
    return typst.Fonts(include_system_fonts=False, font_paths=[str(one) for one in folders])


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """`template` names a .typ file of this folder."""
    import typst

    try:
        made: bytes = typst.compile(
            str(HERE / template),
            root=str(HERE),
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-2b"],
        )
    except typst.TypstError as error:
        missing = missing_in(error.diagnostic or str(error))
        if missing:
            raise CannotPrint(missing) from error
        raise
    return made


def missing_in(complaint: str) -> list[str]:
    """Each character that Typst says it has no glyph for, once."""
    texts = (ESCAPED.sub(_unescaped, found) for found in MISSING.findall(complaint))
    return list(dict.fromkeys(character for text in texts for character in text))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
