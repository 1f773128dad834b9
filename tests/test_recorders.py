"""The slip says whose hazards it lists, and everybody who served fits on it."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone, Phones
from tests.test_colleagues import frozen, sent
from tests.test_documents import changed
from tests.test_hazards import fields
from tests.test_visits import context_of, done, signature
from webapp.documents.slip import slip_pdf
from webapp.queries import confirmations
from webapp.standard import slip as standard

__all__ = ["done", "frozen"]


def test_the_slip_says_whose_hazards_it_lists(phone_of: Phones, done: tuple[Phone, str]) -> None:
    li, visit = done
    phone_of("wang").do("hazard.record", fields(visit, "W1"))
    li.do("hazard.record", fields(visit, "L2"))
    slip = json.loads(standard.slip_text(context_of(li, visit)))
    assert slip["template"] == "C.1/2"
    assert slip["recorders"] == ["李晓峰 L1、L2", "王建国 W1"]
    assert list(slip)[-1] == "recorders"
    pdf = li.client.get(f"/visits/{visit}/slip.pdf").data
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().replace("\r\n", "")
    assert "下列人员的手机记录：李晓峰 L1、L2；王建国 W1" in words
    assert "未传到本机的隐患不在本单所列" in words


def test_a_colleagues_later_hazard_leaves_the_signed_slip_as_it_is(
    frozen: tuple[Phone, str], phone_of: Phones
) -> None:
    li, visit = frozen
    before = context_of(li, visit)["confirmation"]
    phone_of("wang").do("hazard.record", fields(visit, "W1"))
    after = context_of(li, visit)["confirmation"]
    assert (after["slip"], after["hash"]) == (before["slip"], before["hash"])
    assert sent(li, signature(li, context_of(li, visit), "enterprise"))["outcome"] == "applied"


def old_slip(context: dict[str, Any]) -> str:
    """As a phone of the first template freezes it."""
    whole = standard.slip_of(context)
    return standard.compact(
        {k: v for k, v in whole.items() if k != "recorders"} | {"template": "C.1/1"}
    )


def test_a_slip_of_the_first_template_is_taken_shown_printed_and_verified(
    done: tuple[Phone, str], client_for: ClientFor
) -> None:
    li, visit = done
    context = context_of(li, visit)
    context["confirmation"] |= {"id": "x", "slip": old_slip(context)}
    assert sent(li, signature(li, context, "consultant"))["outcome"] == "applied"
    assert sent(li, signature(li, context_of(li, visit), "enterprise"))["outcome"] == "applied"
    found = context_of(li, visit)["confirmation"]
    assert json.loads(found["slip"])["template"] == "C.1/1"
    assert "手机记录" not in li.client.get(f"/visits/{visit}/slip").text
    pdf = li.client.get(f"/visits/{visit}/slip.pdf").data
    assert "手机记录" not in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "双方已签字" in client_for("").get(f"/verify/{found['code']}").text


@pytest.mark.parametrize("change", [{"recorders": "x"}, {"recorders": [1]}, {"template": "C.1/1"},
                                    {"template": "C.1/9"}, {"template": []}])  # fmt: skip
def test_a_slip_that_mixes_templates_is_no_slip(
    done: tuple[Phone, str], change: dict[str, Any]
) -> None:
    li, visit = done
    whole = standard.slip_of(context_of(li, visit))
    assert standard.is_slip(standard.compact(whole), visit)
    assert not standard.is_slip(standard.compact(whole | change), visit)


def height(sheet: pypdfium2.PdfTextPage, words: str, last: bool = False) -> float:
    """Where these words stand, in points from the bottom of the sheet; of several the first."""
    found = sheet.search(words)
    places = []
    while (place := found.get_next()) is not None:
        places.append(sheet.get_charbox(place[0])[1])
    return places[-1 if last else 0]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_many_consultants_fit_on_the_first_page(database: Database, count: int) -> None:
    """Each with his own line; a long record then goes to the attached sheet, whole."""
    signed = confirmations.latest_delivered(database)
    first, theirs = signed["signatures"]
    names = ["李晓峰", "王建国", "吴志强", "周海燕", "徐静怡"][:count]
    crowd = [first | {"party": "colleague" if n else "consultant", "signer_name": name}
             for n, name in enumerate(names)]  # fmt: skip
    said = [f"第{n}条：检查设备防护装置、电气线路与通道。" for n in range(14)]
    long = changed(signed, process="\n".join(said)) | {"signatures": [*crowd, theirs]}
    paper = pypdfium2.PdfDocument(slip_pdf(long, "https://takan.example.cn"))
    sheet = paper[0].get_textpage()
    ours = [height(sheet, name, last=True) for name in names]
    judged = height(sheet, "对服务人员的评价")
    assert ours == sorted(ours, reverse=True)
    assert ours[-1] > judged + 45, "no signature stands in the next row"
    assert height(sheet, "赵敏", last=True) < judged
    pages = [page.get_textpage().get_text_range() for page in paper]
    for line in said:
        assert sum(page.replace(" ", "").count(line) for page in pages) == 1
