"""承诺书 (4.2, 4.3): three a year and a person, who has not signed, and one paper of many."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_people import NOBODY, PDF, person, words
from webapp.db import today
from webapp.standard.pledges import KINDS, Signed, in_time, missing

YEAR = today()[:4]
DAY = f"{YEAR}-01-01"  # over by any day of it
SIGNED = st.lists(
    st.tuples(
        st.integers(2024, 2027),
        st.sampled_from(KINDS),
        st.dates(date(2023, 12, 1), date(2027, 12, 31)).map(str),
    )
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-11-30", False), ("2025-12-01", True), ("2026-01-01", True),
        ("2026-12-31", True), ("2027-01-01", False),
    ],
)  # fmt: skip
def test_it_is_signed_in_its_year_or_the_december_before(on: str, expected: bool) -> None:
    assert in_time(2026, on) is expected


def test_what_was_signed_for_another_year_is_missing_in_this() -> None:
    signed: list[Signed] = [(2025, kind, "2025-01-05") for kind in KINDS]
    assert missing(signed, "2025-12-31") == ()
    assert missing(signed, "2026-01-01") == KINDS
    assert missing([*signed, (2026, "secrecy", "2026-02-01")], "2026-01-31") == KINDS
    assert missing([*signed, (2026, "secrecy", "2026-02-01")], "2026-02-01") == (
        "integrity",
        "no_conflict",
    )


@given(SIGNED, st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(str))
def test_each_of_the_three_is_there_or_missing(signed: list[Signed], day: str) -> None:
    lacks = missing(signed, day)
    for kind in KINDS:
        there = any(str(of) == day[:4] and one == kind and on <= day for of, one, on in signed)
        assert (kind in lacks) is not there
    assert list(lacks) == [kind for kind in KINDS if kind in lacks]


def pledge(**more: object) -> dict[str, object]:
    return {"kind": list(KINDS), "year": YEAR, "signed_on": today(), **more}


def test_a_person_signs_and_is_missing_no_more(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    page, address = f"/office/people/{who}", f"/office/people/{who}/pledges"
    assert "无利益冲突承诺：今年未签" in words(admin.get(page).text)
    assert "承诺书 今年没有签齐的技术服务人员：2" in words(admin.get("/office").text)
    assert "无利益冲突承诺 无佐证 未登记此项的服务人员：2" in words(
        admin.get("/office/conditions").text
    )
    assert 'chip_warn">无利益冲突承诺' in admin.get(page).text
    typed = pledge(kind=["no_conflict"], scan=(io.BytesIO(PDF), "a.pdf"))
    assert admin.post(address, data=typed).status_code == 303
    assert "今年未签" not in admin.get(page).text
    assert "没有签齐的技术服务人员：1" in words(admin.get("/office").text)
    again = admin.post(address, data=pledge())
    assert (again.status_code, "所选的承诺都已登记过" in again.text) == (422, True)
    sql = "select id from pledges where person_id = :id and year = :year and kind = 'no_conflict'"
    found = one(database, sql, id=who, year=int(YEAR))
    remove = f"/office/pledges/{found}/remove"
    unsure = admin.post(remove)
    assert (unsure.status_code, "请先勾选确认" in unsure.text) == (422, True)
    assert admin.post(remove, data={"sure": "yes"}).status_code == 303
    assert "无利益冲突承诺：今年未签" in words(admin.get(page).text)
    assert admin.post(remove, data={"sure": "yes"}).status_code == 404


def test_one_paper_of_many_is_for_managers(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    chosen = [person(database, name) for name in ("局外人", "李晓峰", "孙立新")]
    before = one(database, "select count(*) from pledges")
    typed = pledge(person=chosen, scan=(io.BytesIO(PDF), "a.pdf"))
    assert admin.post("/office/pledges", data=typed).status_code == 303
    assert one(database, "select count(*) from pledges") == before + 3 + 1  # 李晓峰 had signed
    assert "没有签齐" not in admin.get("/office").text
    seen = admin.get("/office/pledges").text
    assert "未签" not in seen
    scan = one(database, "select evidence_id from pledges where person_id = :id", id=chosen[0])
    with admin.get(f"/evidence/{scan}") as looked:
        assert looked.status_code == 200
    own = client_for("stranger").get(f"/office/people/{chosen[0]}").text
    assert "廉洁承诺" in own
    assert f"/evidence/{scan}" not in own  # the others stand on it too
    assert client_for("stranger").get(f"/evidence/{scan}").status_code == 404


def test_the_signed_paper_may_come_later(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    address = f"/office/people/{who}/pledges"
    assert admin.post(address, data=pledge()).status_code == 303
    other = pledge(scan=(io.BytesIO(PDF), "a.pdf"), signed_on=f"{int(YEAR) - 1}-12-31")
    assert admin.post(address, data=other).status_code == 422, "a paper of another day"
    scan = pledge(scan=(io.BytesIO(PDF), "a.pdf"))
    assert admin.post(address, data=scan).status_code == 303
    sql = "select count(*) from pledges where person_id = :id and year = :year and evidence_id > ''"
    assert one(database, sql, id=who, year=int(YEAR)) == 3
    assert "上传承诺书扫描件" in admin.get("/office/audit?kind=change").text
    again = pledge(scan=(io.BytesIO(PDF), "a.pdf"))
    assert admin.post(address, data=again).status_code == 422


def test_each_year_has_its_list(client_for: ClientFor) -> None:
    admin, last = client_for("admin"), int(YEAR) - 1
    seen = words(admin.get(f"/office/pledges?year={last}").text)
    assert f"✓ {last - 1}-12-22" in seen
    assert "未签" not in seen.split("登记多人")[0]  # nobody is asked for a year that is over
    for wrong in ("1999", "morgen", "20260"):
        answer = admin.get(f"/office/pledges?year={wrong}")
        assert (answer.status_code, "2000" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": []}, "请至少勾选一项承诺"),
        ({"kind": ["obedience"]}, "不能识别"),
        ({"year": "2026年"}, "整数"),
        ({"signed_on": ""}, "有必填项没有填写"),
        ({"signed_on": "2099-01-01"}, "还没有到"),
        ({"signed_on": "2019-05-05"}, "签署日期要在承诺的当年"),
        ({"person": []}, "请至少勾选一位人员"),
        ({"person": [NOBODY]}, "不能识别"),
        ({"scan": (io.BytesIO(b"hello"), "a.pdf")}, "不是可识别的扫描件"),
    ],
)
def test_nonsense_is_refused_and_kept_on_the_page(
    client_for: ClientFor, database: Database, change: dict[str, object], sentence: str
) -> None:
    admin, who = client_for("admin"), person(database, "孙立新")
    before = one(database, "select count(*) from pledges")
    for address in ("/office/pledges", f"/office/people/{who}/pledges"):
        if "person" in change and "people" in address:
            continue
        if "scan" in change:
            change = {"scan": (io.BytesIO(b"hello"), "a.pdf")}
        typed = {**pledge(kind=["secrecy"], person=[who], signed_on=DAY), **change}
        answer = admin.post(address, data=typed)
        assert (answer.status_code, address) == (422, address)
        assert sentence in answer.text, (address, words(answer.text))
        if typed["kind"] == ["secrecy"]:
            assert 'value="secrecy" checked' in answer.text
            assert 'value="no_conflict" checked' not in answer.text
        if typed["signed_on"]:  # an empty day is today again
            assert f'value="{typed["signed_on"]}"' in answer.text
        if "people" not in address and typed["person"] == [who]:
            assert f'value="{who}" checked' in answer.text
    assert one(database, "select count(*) from pledges") == before


@pytest.mark.parametrize("name", ["li", "zhao", "stranger"])
def test_others_sign_for_nobody(client_for: ClientFor, database: Database, name: str) -> None:
    client, who = client_for(name), person(database, "李晓峰")
    found = one(database, "select id from pledges where person_id = :id", id=who)
    assert client.get("/office/pledges").status_code == 404
    for address in (
        f"/office/people/{who}/pledges", "/office/pledges", f"/office/pledges/{found}/remove",
    ):  # fmt: skip
        typed = pledge(person=[who], sure="yes")
        assert client.post(address, data=typed).status_code == 404, address
