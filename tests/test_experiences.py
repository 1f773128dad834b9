"""工作经历 (4.2): months of work, and who writes them down and sees them."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.standard.experiences import Span, months

UNTIL = "2026-11"
MONTH = st.builds("{:04d}-{:02d}".format, st.integers(1990, 2030), st.integers(1, 12))
SPANS = st.lists(st.tuples(MONTH, st.none() | MONTH), max_size=6)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 0),
        ([("2026-11", None)], 1),
        ([("2026-01", "2026-01")], 1),
        ([("2025-12", "2026-01")], 2),
        ([("2024-01", "2024-12"), ("2024-07", "2025-06")], 18),  # together, not twice
        ([("2026-10", "2027-10")], 2),  # what lies ahead is not worked yet
        ([("2027-01", None)], 0),
    ],
)
def test_months_of_work(spans: list[Span], expected: int) -> None:
    assert months(spans, UNTIL) == expected


@given(SPANS, MONTH)
def test_a_month_counts_once_whoever_paid_for_it(spans: list[Span], until: str) -> None:
    """Against counting every month of the years one by one."""
    every = [f"{year}-{month:02d}" for year in range(1990, 2031) for month in range(1, 13)]
    worked = [
        month
        for month in every
        if month <= until and any(starts <= month <= (ends or until) for starts, ends in spans)
    ]
    assert months(spans, until) == len(worked)


@given(SPANS, st.tuples(MONTH, st.none() | MONTH), MONTH)
def test_more_work_is_never_less_experience(spans: list[Span], more: Span, until: str) -> None:
    alone, both = months(spans, until), months([*spans, more], until)
    assert alone <= both <= alone + months([more], until)


WORK = {"starts_in": "2012-03", "ends_in": "2014-02", "unit": "某某阀门厂", "work": "安全员：巡检"}


def test_work_is_entered_corrected_and_taken_out(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "局外人")
    page, address = f"/office/people/{who}", f"/office/people/{who}/experiences"
    assert "还没有登记工作经历" in admin.get(page).text
    typed = {**WORK, "scan": (io.BytesIO(PDF), "a.pdf")}
    assert admin.post(address, data=typed).status_code == 303
    seen = words(admin.get(page).text)
    assert "2012-03 至 2014-02 某某阀门厂" in seen
    assert "合计 2 年" in seen
    found = one(database, "select id from experiences where person_id = :id", id=who)
    scan = one(database, "select evidence_id from experiences where id = :id", id=found)
    with client_for("stranger").get(f"/evidence/{scan}") as looked:
        assert looked.status_code == 200  # it is the own
    assert client_for("li").get(f"/evidence/{scan}").status_code == 404
    edit, remove = f"/office/experiences/{found}", f"/office/experiences/{found}/remove"
    wrong = admin.post(edit, data={**WORK, "ends_in": "2011-01", "work": "改到一半"})
    assert (wrong.status_code, "早于开始" in wrong.text, "改到一半" in wrong.text) == (
        422,
        True,
        True,
    )
    assert admin.post(edit, data={**WORK, "ends_in": "2015-02"}).status_code == 303
    assert "合计 3 年" in words(admin.get(page).text)
    assert one(database, "select evidence_id from experiences where id = :id", id=found) == scan
    untouched = admin.post(remove)
    assert (untouched.status_code, "请先勾选确认" in untouched.text) == (422, True)
    assert "某某阀门厂" in untouched.text
    for other in ("li", "zhao", "stranger"):
        for closed in (address, edit, remove):
            answer = client_for(other).post(closed, data={**WORK, "sure": "yes"})
            assert answer.status_code == 404, closed
    assert admin.post(remove, data={"sure": "yes"}).status_code == 303
    assert "还没有登记工作经历" in admin.get(page).text
    for gone in (edit, remove):
        assert admin.post(gone, data={**WORK, "sure": "yes"}).status_code == 404
    assert trail.verify(database) is None
    told = [row["detail"] for row in database.query("select detail from trail")]
    assert not any("阀门厂" in detail for detail in told)  # the trail forgets nothing


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts_in": ""}, "有必填项没有填写"),
        ({"starts_in": "2012年3月"}, "月份不能识别"),
        ({"ends_in": "2014-13"}, "月份不能识别"),
        ({"starts_in": "2099-01", "ends_in": ""}, "这个月还没有到"),
        ({"ends_in": "2099-01"}, "这个月还没有到"),
        ({"ends_in": "2012-02"}, "结束日期早于开始日期"),
        ({"unit": " "}, "有必填项没有填写"),
        ({"unit": "长" * 81}, "填写太长"),
        ({"scan": (io.BytesIO(b"hello"), "a.pdf")}, "不是可识别的扫描件"),
    ],
)
def test_nonsense_is_refused_and_kept_on_the_page(
    client_for: ClientFor, database: Database, change: dict[str, object], sentence: str
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    before = one(database, "select count(*) from experiences")
    typed = {**WORK, "work": "写了一半的工作", **change}
    answer = admin.post(f"/office/people/{who}/experiences", data=typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "写了一半的工作" in answer.text
    assert one(database, "select count(*) from experiences") == before


def test_it_is_asked_of_our_own_alone(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    for who in (person(database, "赵敏"), NOBODY):
        for noun in ("experiences", "competences", "pledges"):
            assert admin.post(f"/office/people/{who}/{noun}", data=WORK).status_code == 404


def test_a_person_sees_the_own_and_no_forms(client_for: ClientFor, database: Database) -> None:
    li = client_for("li")
    seen = li.get(f"/office/people/{person(database, '李晓峰')}").text
    for said in ("示范汽车零部件有限公司", "中级注册安全工程师", "廉洁承诺"):
        assert said in seen
    own = f"/office/people/{person(database, '李晓峰')}/consent"
    posts = set(re.findall(r'action="(/office/(?!credentials)[^"]+)"', seen))
    assert posts <= {own, f"{own}/withdraw"}
    assert li.get(f"/office/people/{person(database, '王建国')}").status_code == 404
