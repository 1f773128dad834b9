"""导出 Excel of enterprises and service: what the pages say, in the same words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_lists import Write, named, sheet
from webapp.db import today


def days(n: int) -> str:
    return (date.fromisoformat(today()) + timedelta(n)).isoformat()


def planned(client_for: ClientFor) -> list[dict[str, Any]]:
    return named(client_for("admin").post("/office/lists/planned_visits.xlsx"))


def test_visits_to_come_say_who_and_what_and_where_they_stand(
    client_for: ClientFor, write: Write
) -> None:
    rows = planned(client_for)
    assert {row["状态"] for row in rows} >= {"逾期未服务", "今日应服务", "待服务"}
    of_today = next(row for row in rows if row["状态"] == "今日应服务")
    assert of_today["技术服务人员"] == "李晓峰、王建国"
    assert "隐患排查与治理指导" in of_today["对应服务项目"]
    assert [row["改期次数"] for row in rows if row["改期次数"]] == [1]
    write("update visits set started_at = '2026-01-05T01:00:00.000Z' where started_at is null")
    assert planned(client_for) == []


def test_a_cancelled_visit_has_its_day_and_its_reason(client_for: ClientFor, visit: str) -> None:
    admin = client_for("admin")
    form = {"reason": "企业停产检修"}
    assert admin.post(f"/office/visits/{visit}/cancel", data=form).status_code == 303
    row = next(row for row in planned(client_for) if row["状态"] == "已取消")
    assert (row["取消日期"], row["取消的原因"]) == (today(), "企业停产检修")


def test_what_went_with_its_plan_says_so_and_a_typed_reason_is_never_a_code(
    client_for: ClientFor, write: Write
) -> None:
    write(
        "update visits set cancelled_at = '2026-01-05T17:00:00.000Z', cancelled_reason ="
        " case number when 1 then 'late' else '' end where started_at is null"
    )
    rows = planned(client_for)
    assert {row["取消日期"] for row in rows} == {"2026-01-06"}
    reasons = {row["取消的原因"] for row in rows}
    assert reasons == {"late", "随服务计划调整或项目结束"}


def test_a_move_has_both_days_and_who_moved_it(client_for: ClientFor, write: Write) -> None:
    admin = client_for("admin")
    [row] = named(admin.post("/office/lists/visit_moves.xlsx"))
    assert date.fromisoformat(row["新日期"]) - date.fromisoformat(row["原计划日期"]) == timedelta(2)
    assert (row["原因"], row["改期人"]) == ("企业当天盘点，改到两天后", "王建国")
    write("update visit_moves set reason = ''")
    [row] = named(admin.post("/office/lists/visit_moves.xlsx"))
    assert row["原因"] == "随服务计划调整"


def test_an_engagement_says_where_its_six_steps_stand(
    client_for: ClientFor, database: Database, engagement: str
) -> None:
    admin = client_for("admin")
    number = one(database, "select number from contracts where engagement_id = :e", e=engagement)
    rows = named(admin.post("/office/lists/engagements.xlsx"))
    row = next(row for row in rows if row["合同编号"] == number)
    assert (row["项目负责人"], row["结束日期"]) == ("王建国", None)
    assert [row[step] for step in ("初访", "合同", "现场服务", "回访")] == [
        *("已完成", "已完成", "进行中", "未到")
    ]
    form = {"ended_on": today(), "sure": "yes"}
    assert admin.post(f"/office/engagements/{engagement}/end", data=form).status_code == 303
    rows = named(admin.post("/office/lists/engagements.xlsx"))
    row = next(row for row in rows if row["合同编号"] == number)
    assert (row["结束日期"], row["回访"]) == (today(), "缺失")


def test_a_line_of_a_contract_counts_as_its_page_does(client_for: ClientFor, write: Write) -> None:
    write("delete from due_days where line_id in (select id from service_lines)")
    write("update service_lines set times = 2")
    write(
        "insert into due_days (line_id, due_on) select id, :past from service_lines union all"
        " select id, :ahead from service_lines",
        past=days(-90),
        ahead=days(9),
    )
    rows = named(client_for("admin").post("/office/lists/service_lines.xlsx"))
    lines = [row for row in rows if row["合同编号"].endswith("-025")]
    told = {
        (row["约定"], row["单位"], row["应服务"], row["已服务"], row["少服务"]) for row in lines
    }
    assert told == {(2, "次", 1, 0, 1)}
    assert {row["下一次应服务"] for row in lines} == {days(9)}


def test_a_record_waits_for_its_lead_until_he_has_read_it(
    client_for: ClientFor, write: Write
) -> None:
    write("delete from acknowledgements")
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/service_records.xlsx"))
    assert {row["审阅人"] for row in rows} == {"待审阅"}
    write(
        "insert into acknowledgements select r.visit_id, r.latest_operation, p.id,"
        " '2026-01-05T01:00:00.000Z', '已核' from service_records as r, people as p"
        " where p.name = '王建国'"
    )
    rows = named(admin.post("/office/lists/service_records.xlsx"))
    told = {(row["审阅人"], row["审阅日期"], row["审阅意见"]) for row in rows}
    assert told == {("王建国", "2026-01-05", "已核")}
    assert any("隐患排查与治理指导" in row["内容"] for row in rows)


def test_signers_safety_managers_and_accounts_without_an_enterprise(
    client_for: ClientFor, write: Write
) -> None:
    write("update enterprise_people set deputy = 1, authority = '任命书〔2026〕3号'")
    write(
        "insert into people (id, name, role, session_stamp, active) values"
        " ('gone', '钱工', 'safety_manager', 's', 0)"
    )
    rows = named(client_for("admin").post("/office/lists/signers.xlsx"))
    signer, gone = rows
    assert (signer["姓名"], signer["职务"], signer["类别"]) == ("赵敏", "安全总监", "授权代签")
    assert signer["授权依据"] == "任命书〔2026〕3号"
    assert (gone["企业名称"], gone["类别"], gone["账号"]) == (None, None, "已停用")


def test_zones_have_their_level_and_what_was_taken_out_is_gone(
    client_for: ClientFor, write: Write, database: Database
) -> None:
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/zones.xlsx"))
    assert {row["风险等级"] for row in rows} == {"重大风险", "较大风险", "一般风险", "低风险"}
    write("update zones set removed_at = '2026-01-05T01:00:00.000Z' where level <> 'low'")
    rows = named(admin.post("/office/lists/zones.xlsx"))
    assert {row["风险等级"] for row in rows} == {"低风险"}
    write("update plans set retired_on = '2026-01-05'")
    assert named(admin.post("/office/lists/zones.xlsx")) == []


def test_files_of_a_step_and_what_was_withdrawn(client_for: ClientFor, write: Write) -> None:
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/attachments.xlsx"))
    assert {row["流程环节"] for row in rows} == {"合同", "上报截图"}
    assert {row["状态"] for row in rows} == {None}
    assert all(len(row["SHA-256"]) == 64 for row in rows)
    write("update attachments set withdrawn_at = '2026-01-05T01:00:00.000Z', step = 'follow_up'")
    rows = named(admin.post("/office/lists/attachments.xlsx"))
    assert {(row["流程环节"], row["状态"]) for row in rows} == {("回访", "已作废")}


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("answered_at", "2026-01-05T01:00:00.000Z", "已填写"),
        ("revoked_at", "2026-01-05T01:00:00.000Z", "已收回"),
        ("expires_on", "2026-01-05", "已过期"),
        ("expires_on", "2099-01-05", "有效"),
    ],
)
def test_a_link_says_what_became_of_it_and_never_what_it_is(
    client_for: ClientFor, write: Write, database: Database, column: str, value: str, word: str
) -> None:
    write("update follow_up_links set answered_at = null, expires_on = '2099-01-05'")
    write(f"update follow_up_links set {column} = :value", value=value)
    answer = client_for("admin").post("/office/lists/follow_up_links.xlsx")
    [row] = named(answer)
    assert (row["生成人"], row["状态"]) == ("王建国", word)
    assert one(database, "select token_hash from follow_up_links") not in str(sheet(answer))


def test_photos_of_a_board_as_it_hangs(client_for: ClientFor, write: Write) -> None:
    write(
        "insert into board_photos (id, board_id, sha256, taken_on, added_by, added_at,"
        " withdrawn_at) select x.value, (select id from boards limit 1), 'a', '2026-01-05', p.id,"
        " '2026-01-05T17:00:00.000Z', case x.value when 'b' then '2026-01-07T00:00:00.000Z' end"
        " from people as p, json_each('[\"a\", \"b\"]') as x where p.sign_in_name = 'li'"
    )
    [row] = named(client_for("admin").post("/office/lists/board_photos.xlsx"))
    assert (row["拍摄日期"], row["添加人"], row["添加日期"]) == (
        "2026-01-05",
        "李晓峰",
        "2026-01-06",
    )
