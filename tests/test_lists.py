"""导出 Excel: every list opens again as it was written, and each export is noted."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from webapp.db import connect, today
from webapp.documents import archive_sheets
from webapp.queries import institution_lists
from webapp.queries.lists import COLUMNS
from webapp.standard.credentials import masked

Write = Callable[..., None]  # (sql, its parameters)


SAME = (
    *("enterprises", "engagements", "contracts", "service_lines", "visits", "visit_moves"),
    *("service_records", "hazards", "follow_ups", "follow_up_links", "attachments", "boards"),
    *("board_photos", "labour_contracts", "experiences", "competences", "trainings", "pledges"),
    *("consents", "suspensions", "equipment", "notifications", "policies", "policy_uses", "fees"),
    *("county_phones", "star_results"),
    *("set_aside", "rescues", "assessors", "holds"),
)


# Of each list what the demo has as many rows of.
def test_what_a_cell_cannot_hold_says_so() -> None:
    long = "全" * 40_000
    data = archive_sheets.workbook([("甲", ("内容",), [(long,), ("短",)])])
    [_, [cell], [short]] = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values
    assert cell.startswith("全" * 32_000)
    assert cell.endswith("单元格放不下，全文见系统）")
    assert short == "短"


TABLES = {
    **{kind: kind for kind in SAME},
    "signers": "enterprise_people",
    "planned_visits": "visits where started_at is null",
    "zones": "zones join plans on plans.id = plan_id where retired_on is null",
    "people": "(select 1 from credentials union all select 1 from people as p where"
    " role <> 'safety_manager' and not exists (select 1 from credentials where person_id = p.id))",
    "workdays": "calendar_override",
    "phones": "people where role = 'consultant' or id in (select person from devices)",
    "keeping": "enterprises",
    "deletions": "erasures",
}


def sheet(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))


def named(answer: Any) -> list[dict[str, Any]]:
    """Each row by the heads of its columns."""
    heads, *rows = sheet(answer)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_list_opens_again(client_for: ClientFor, database: Database, kind: str) -> None:
    admin = client_for("admin")
    heads, *rows = sheet(admin.post(f"/office/lists/{kind}.xlsx"))
    assert len(heads) == len(COLUMNS[kind])
    assert all(heads)
    if kind in TABLES:
        assert len(rows) == one(database, f"select count(*) from {TABLES[kind]}")
    assert one(database, "select action from trail order by seq desc") == f"export.{kind}"
    assert f"export.{kind}" not in admin.get("/office/audit").text


@pytest.mark.parametrize("address", ["/office/ledger", *(f"/office/lists/{k}" for k in COLUMNS)])
def test_every_workbook_says_who_took_it_out_and_when(client_for: ClientFor, address: str) -> None:
    admin = client_for("admin")
    admin.set_cookie("language", "en")
    book = openpyxl.load_workbook(io.BytesIO(admin.post(f"{address}.xlsx").data))
    last = book.worksheets[-1]
    told = str(last["A1"].value)
    year, month, day = today().split("-")
    assert "踏勘安全技术服务" in told
    assert f"陈静 {year}年{int(month)}月{int(day)}日" in told
    assert re.search(r"\d\d:\d\d 导出$", told)
    assert all(one.oddFooter.left.text == told for one in book.worksheets)
    assert book.active is not last


def test_numbers_are_masked_and_codes_are_words(client_for: ClientFor, database: Database) -> None:
    told = str(sheet(client_for("admin").post("/office/lists/people.xlsx")))
    for row in database.query("select number from credentials where number <> ''"):
        assert row["number"] not in told
        assert masked(row["number"]) in told
    assert "中级注册安全工程师" in told
    assert "已过期" in told
    assert not re.search(r"safety_|due_\d", told)


def test_who_left_is_marked(client_for: ClientFor, database: Database) -> None:
    admin, who = client_for("admin"), one(database, "select id from people where name = '李晓峰'")
    admin.post(f"/office/people/{who}/deactivate", data={"sure": "yes"})
    heads, *rows = sheet(admin.post("/office/lists/people.xlsx"))
    at = heads.index("账号")
    assert {row[at] for row in rows if row[0] == "李晓峰"} == {"已停用"}
    assert {row[at] for row in rows if row[0] != "李晓峰"} == {None}


def test_a_board_is_to_be_printed_again_where_the_desk_says_so(
    client_for: ClientFor, settings: Any
) -> None:
    """One whose term is over hangs nowhere any more."""
    made = connect(settings.folder / "takan.db", readonly=False)
    made.execute("update boards set printed_team = 'x'")
    admin = client_for("admin")
    states = [row[-1] for row in sheet(admin.post("/office/lists/boards.xlsx"))[1:]]
    assert set(states) == {"需重新打印"}
    made.execute("update engagements set ends_on = '2026-01-01'")
    made.close()
    states = [row[-1] for row in sheet(admin.post("/office/lists/boards.xlsx"))[1:]]
    assert set(states) == {None}
    assert "没有需要重新打印的公示牌" in admin.get("/office/boards").text


def test_whoever_exports_it_a_list_is_in_chinese(client_for: ClientFor) -> None:
    """操作留痕 alone has grown by the exports meanwhile."""
    admin, lists = client_for("admin"), [kind for kind in COLUMNS if kind != "audit"]
    before = {kind: sheet(admin.post(f"/office/lists/{kind}.xlsx")) for kind in lists}
    admin.set_cookie("language", "en")
    for kind in lists:
        assert sheet(admin.post(f"/office/lists/{kind}.xlsx")) == before[kind]
    assert "Hazard ledger" in admin.get("/office/lists").text


def test_what_looks_like_a_formula_stays_words(client_for: ClientFor, settings: Any) -> None:
    made = connect(settings.folder / "takan.db", readonly=False)
    made.execute(
        "update enterprises set address = '=HYPERLINK(\"http://x\",\"a\")', phone = 'poor'"
    )
    made.close()
    answer = client_for("admin").post("/office/lists/enterprises.xlsx")
    active = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert (active["F2"].value[:11], active["F2"].data_type) == ("=HYPERLINK(", "s")
    assert active["H2"].value == "poor"


def test_the_lists_are_managers_and_known_ones(client_for: ClientFor) -> None:
    admin = client_for("admin")
    page = admin.get("/office/lists").text
    assert all(f'action="/office/lists/{kind}.xlsx"' in page for kind in COLUMNS)
    for address, kind in (
        ("/office", "enterprises"),
        ("/office/people", "people"),
        ("/office/satisfaction", "follow_ups"),
        ("/office/calendar", "planned_visits"),
        ("/office/workdays", "workdays"),
        ("/office/trainings", "trainings"),
        ("/office/insurance", "insurance_months"),
        *(
            ("/office/institution", kind)
            for kind in institution_lists.COLUMNS
            if kind != "workdays"
        ),
        ("/office/phones", "phones"),
        ("/office/set-aside", "set_aside"),
        ("/office/audit", "audit"),
        ("/office/assessors", "assessors"),
        ("/office/keeping", "deletions"),
    ):
        assert f'action="/office/lists/{kind}.xlsx"' in admin.get(address).text
    assert admin.post("/office/lists/secrets.xlsx").status_code == 404
    for name in ("li", "zhao", "stranger"):
        client = client_for(name)
        assert client.get("/office/lists").status_code == 404
        for kind in COLUMNS:
            assert client.post(f"/office/lists/{kind}.xlsx").status_code == 404
    assert "office/lists" not in client_for("li").get("/office/calendar").text
