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


class CannotPrint(Exception):
    """A character that none of the fonts has; `character` names it."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


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
        missing = re.search(r"the text ['\"](.+?)['\"] could not be displayed", str(error))
        if missing:
            raise CannotPrint(missing[1]) from error
        raise
    return made
