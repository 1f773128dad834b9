"""What boards and pages say of a county: its stars for us, its phone; and the filing numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from pypdf import PdfReader
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_institution import days_ago
from tests.test_people import PDF, words
from webapp.db import today


def paper(client_for: ClientFor, database: Database) -> str:
    board = one(database, "select id from boards where revoked_on is null order by made_on limit 1")
    data = client_for("admin").get(f"/boards/{board}.pdf").data
    return re.sub(r"\s", "", PdfReader(io.BytesIO(data)).pages[0].extract_text())


def test_the_stars_of_the_county_are_on_page_and_board(
    client_for: ClientFor, database: Database, demo: dict[str, str], write: Callable[..., None]
) -> None:
    """The newest year stands; lowered and cancelled results of the same year follow each other."""
    admin, page = client_for("admin"), f"/b/{demo['board_code']}"
    year = int(today()[:4])
    assert f"四星（张家港市 {year - 1} 年度）" in words(client_for("").get(page).text)
    assert f"★★★★四星（张家港市{year - 1}年度，有效期至{year}年12月31日）" in paper(
        client_for, database
    )
    for county, of, stars, on in (
        ("常熟市", year, 5, 0),
        ("张家港市", year - 2, 5, 0),
        ("张家港市", year - 1, 3, 9),
    ):
        told = {"county": county, "year": of, "stars": stars, "published_on": days_ago(on)}
        assert admin.post("/office/institution/star_result", data=told).status_code == 303
    seen = words(client_for("").get(page).text)
    assert f"三星（张家港市 {year - 1} 年度）" in seen
    assert "四星" not in seen
    over = {"county": "张家港市", "year": year, "stars": 5, "published_on": today()}
    told = {**over, "valid_to": today()}
    assert admin.post("/office/institution/star_result", data=told).status_code == 303
    assert f"五星（张家港市 {year} 年度）" in words(client_for("").get(page).text)
    write(
        "update star_results set valid_to = :day where valid_to = :now",
        day=days_ago(1),
        now=today(),
    )
    assert "星级" not in client_for("").get(page).text, "what lapsed is not advertised"
    row = one(
        database,
        "select id from star_results where stars = 5 and county = '张家港市' and year = :year",
        year=year,
    )
    assert admin.post(f"/office/institution/star_result/{row}/remove").status_code == 303
    gone = {"county": "张家港市", "year": year - 1, "stars": 0, "published_on": days_ago(1)}
    scan = {"scan": (io.BytesIO(PDF), "公布.pdf")}
    assert admin.post("/office/institution/star_result", data={**gone, **scan}).status_code == 303
    assert "星级" not in client_for("").get(page).text
    assert "星级" not in paper(client_for, database)
    row = one(database, "select id from star_results where stars = 0")
    assert admin.post(f"/office/institution/star_result/{row}/remove").status_code == 303
    assert "三星" in client_for("").get(page).text


def test_a_worker_finds_the_phone_of_the_own_county(
    client_for: ClientFor, database: Database, demo: dict[str, str]
) -> None:
    admin, page = client_for("admin"), f"/b/{demo['board_code']}"
    other = {"county": "常熟市", "phone": "0512-99"}
    assert admin.post("/office/institution/county_phone", data=other).status_code == 303
    seen = client_for("").get(page).text
    assert "tel:0512-00000003" in seen
    assert "张家港市应急管理部门" in seen
    assert "0512-99" not in seen
    assert "张家港市应急管理部门0512-00000003" in paper(client_for, database)
    row = one(database, "select id from county_phones where county = '张家港市'")
    assert admin.post(f"/office/institution/county_phone/{row}/remove").status_code == 303
    assert "应急管理部门" not in client_for("").get(page).text
    assert "应急管理部门" not in paper(client_for, database)


def test_the_filing_numbers_stand_below_what_anyone_may_open(
    client_for: ClientFor, demo: dict[str, str]
) -> None:
    stranger = client_for("")
    pages = (f"/b/{demo['board_code']}", "/institution", "/verify", "/sign-in", "/b/NOSUCHCODE00")
    assert not any("beian" in stranger.get(page).text for page in pages)
    typed = {
        "name": "甲",
        "icp": "苏ICP备00000000号",
        "police_filing": "苏公网安备00000000000000号",
    }
    assert client_for("admin").post("/office/institution", data=typed).status_code == 303
    for page in pages:
        seen = stranger.get(page).text
        assert '<a href="https://beian.miit.gov.cn/" rel="noreferrer">苏ICP备00000000号</a>' in seen
        assert "苏公网安备00000000000000号" in seen


def test_a_board_with_stars_or_a_phone_that_hold_no_more_is_printed_again(
    client_for: ClientFor, database: Database, writable: Database
) -> None:
    """False advertising hangs at a gate until somebody is told."""
    admin, board = client_for("admin"), one(database, "select id from boards")
    enterprise = one(database, "select enterprise_id from engagements as e join boards as b"
                               " on b.engagement_id = e.id")  # fmt: skip

    def again() -> str:
        """What the list says, which a print takes away."""
        seen = words(admin.get("/office/boards").text)
        if "没有需要重新打印的公示牌" not in seen:
            assert "内容有变，需重新打印：1" in words(admin.get("/office").text)
            assert "牌上印的和现在不一样" in admin.get(f"/enterprises/{enterprise}").text
            assert admin.get(f"/boards/{board}.pdf").status_code == 200
            assert "没有需要重新打印的公示牌" in admin.get("/office/boards").text
        return seen

    assert "没有需要重新打印" in again()
    phone = {"county": "张家港市", "phone": "0512-12"}
    assert admin.post("/office/institution/county_phone", data=phone).status_code == 303
    assert "属地监督电话有变" in again()
    with writable.conn:
        writable.execute("update star_results set valid_to = :day", {"day": days_ago(1)})
    assert "牌上的星级已不作数" in again()
    year = int(today()[:4])
    for stars, said in (
        (4, "没有需要重新打印"),  # the print has none: what was given may wait
        (5, "没有需要重新打印"),
        (3, "牌上的星级已不作数"),
        (0, "牌上的星级已不作数"),
    ):
        result = {"county": "张家港市", "year": year, "stars": stars, "published_on": today()}
        assert admin.post("/office/institution/star_result", data=result).status_code == 303
        assert said in again(), stars
        if stars == 4:  # printed anew, with four
            assert admin.get(f"/boards/{board}.pdf").status_code == 200
    removed = "select count(*) from trail where action = 'county_phone.remove'"
    assert one(database, removed) == 1


def test_the_same_result_is_entered_once(client_for: ClientFor) -> None:
    told = {"county": "常熟市", "year": today()[:4], "stars": "4", "published_on": today()}
    admin, place = client_for("admin"), "/office/institution/star_result"
    assert admin.post(place, data=told).status_code == 303
    again = admin.post(place, data=told)
    assert (again.status_code, "已经登记过" in again.text) == (422, True)
