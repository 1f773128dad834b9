"""导出 Excel of phones, of what they brought, of who did what, and of what is kept."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, Phones, one
from tests.test_closed import rescued
from tests.test_hazards import fields
from tests.test_lists import Write, named, sheet
from tests.test_phones import ago, contact
from webapp.db import today
from webapp.routes import lists


def test_a_phone_with_what_waits_what_is_missing_and_its_clock(
    client_for: ClientFor, phone_of: Phones, visit: str, write: Write
) -> None:
    li = phone_of("li")
    li.do("hazard.record", fields(visit))
    li.seq = 7
    waiting = [{"visit": visit, "seqs": [[5, 7]], "photos": 2}]
    contact(li, waiting, oldest_waiting=ago(hours=30), needs_you=1)
    write("update devices set clock_offset = 1200000")
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/phones.xlsx"))
    phone = next(row for row in rows if row["姓名"] == "李晓峰")
    assert phone["手机"] == "M2012K11AC · MiuiBrowser"
    assert (phone["待上传记录"], phone["待上传照片"], phone["需本人处理"]) == (3, 2, 1)
    assert (phone["缺少的编号"], phone["手机时间快慢（分钟）"]) == ("2–4", 20)
    assert phone["状态"] == "有联系，但有记录超过一天没有传上来"
    assert phone["最后联系"].startswith(today()[:7])
    nobody = next(row for row in rows if row["姓名"] == "周海燕")
    assert (nobody["手机"], nobody["状态"]) == (None, "还没有手机联系过。")
    write("update devices set last_heard = :then, last_contact = :then", then=ago(days=3))
    rows = named(admin.post("/office/lists/phones.xlsx"))
    assert "超过一天没有联系，还有未上传的记录" in {row["状态"] for row in rows}


def test_what_came_after_somebody_left_and_what_was_decided(
    client_for: ClientFor, phone_of: Phones, visit: str, database: Database
) -> None:
    admin, li = client_for("admin"), phone_of("li")
    assert not named(admin.post("/office/lists/set_aside.xlsx"))
    sure = {"sure": "yes"}
    assert admin.post(f"/office/people/{li.person}/deactivate", data=sure).status_code == 303
    li.do("hazard.record", fields(visit, location="离职前拍的", description="=1+1"))
    [row] = named(admin.post("/office/lists/set_aside.xlsx"))
    assert (row["状态"], row["种类"], row["姓名"]) == ("等待决定", "登记隐患", "李晓峰")
    assert (row["账号"], row["企业"], row["第几次"]) == ("已停用", "示范金属", 2)
    assert row["内容"].startswith("离职前拍的\n=1+1")
    operation = one(database, "select operation_id from set_aside")
    form = {"decision": "leave", "operation": operation, "reason": "重复登记"}
    assert admin.post("/office/set-aside", data=form).status_code == 303
    [row] = named(admin.post("/office/lists/set_aside.xlsx"))
    assert (row["状态"], row["原因"], row["决定人"]) == ("不收入", "重复登记", "陈静")
    assert row["决定时间"] >= row["登记时间"]


def test_what_was_refused_has_its_sentence(
    client_for: ClientFor, phone_of: Phones, visit: str
) -> None:
    li = phone_of("li")
    li.do("hazard.record", fields(visit, location=""))
    li.send(li.operation("hazard.dream", {"visit_id": visit}))
    rows = named(client_for("admin").post("/office/lists/set_aside.xlsx"))
    told = {row["状态"]: row["原因"] for row in rows}
    assert told["没有被接收的记录"] == "必填内容还空着，请补上再保存。"
    assert told["要等服务器更新的记录"] == "hazard.dream"


def test_strange_records_keep_back_no_list(
    client_for: ClientFor, phone_of: Phones, visit: str
) -> None:
    """The page and the workbook take whatever a phone of tomorrow says."""
    li = phone_of("li")
    for kind in ("hazard.dream", "confirmation.sign"):
        strange = {"visit_id": visit, "label": ["x"], "party": ["x"], "location": {"a": 1}}
        li.send(li.operation(kind, strange))
    admin = client_for("admin")
    assert admin.get("/office/set-aside").status_code == 200
    assert len(named(admin.post("/office/lists/set_aside.xlsx"))) == 2


def test_an_imported_file_and_who_took_it_in(client_for: ClientFor, database: Database) -> None:
    rescued(client_for, database, "0" * 64)
    [row] = named(client_for("admin").post("/office/lists/rescues.xlsx"))
    assert (row["导入人"], row["新收下记录"], row["状态"]) == ("陈静", 0, None)
    assert row["导入时间"].startswith(today()[:7])


# Either side of midnight in Suzhou.
TRAIL = (
    "insert into audit (at, person_id, action, subject, address) select x.value, p.id, 'sign_in',"
    " 'person ' || p.id, '10.0.0.' || x.key from people as p, json_each('"
    '["2026-01-05T15:59:59.999Z", "2026-01-05T16:00:00.000Z", "2026-01-06T15:59:59.999Z",'
    ' "2026-01-06T16:00:00.000Z"]'
    "') as x where p.sign_in_name = 'li'"
)


@pytest.mark.parametrize(
    ("since", "until", "times"),
    [
        ("2026-01-06", "2026-01-06", ["2026-01-06 23:59:59", "2026-01-06 00:00:00"]),
        ("", "2026-01-05", ["2026-01-05 23:59:59"]),
        ("2026-01-07", "2026-01-07", ["2026-01-07 00:00:00"]),
        ("2026-01-08", "2026-01-09", []),
    ],
)
def test_the_trail_of_whole_days(
    client_for: ClientFor, write: Write, since: str, until: str, times: list[str]
) -> None:
    write(TRAIL)
    form = {"since": since, "until": until, "kind": "sign_in"}
    rows = named(client_for("admin").post("/office/lists/audit.xlsx", data=form))
    assert [row["时间"] for row in rows] == times
    assert {row["谁"] for row in rows} <= {"李晓峰"}
    assert {row["做了什么"] for row in rows} <= {"登录"}


def test_the_trail_says_what_the_page_says_of_what_it_shows(
    client_for: ClientFor, database: Database, visit: str
) -> None:
    admin = client_for("admin")
    assert admin.post(f"/office/visits/{visit}/cancel", data={"reason": "停产"}).status_code == 303
    admin.post("/office/lists/people.xlsx")
    rows = named(admin.post("/office/lists/audit.xlsx"))
    cancelled = next(row for row in rows if row["做了什么"] == "取消现场服务")
    assert (cancelled["谁"], cancelled["对象"], cancelled["第几次"]) == ("陈静", "示范金属", 2)
    taken = next(row for row in rows if row["做了什么"] == "导出人员与证书")
    assert taken["对象"] == "本机构"
    assert not any("." in row["做了什么"] for row in rows)
    person = one(database, "select id from people where name = '王建国'")
    form = {"person": person, "kind": "change"}
    only = named(admin.post("/office/lists/audit.xlsx", data=form))
    assert {row["谁"] for row in only} <= {"王建国"}
    assert len(only) < len(rows)
    page = admin.get(f"/office/audit?kind=change&person={person}").text
    assert f'<input type="hidden" name="person" value="{person}">' in page
    assert '<input type="hidden" name="kind" value="change">' in page


def test_days_that_are_none_or_too_many_entries_are_refused_and_nothing_is_noted(
    client_for: ClientFor, write: Write, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(TRAIL)
    admin = client_for("admin")
    for since, until in (("2026-02-30", ""), ("", "x"), ("2026-01-07", "2026-01-05")):
        form = {"since": since, "until": until}
        assert admin.post("/office/lists/audit.xlsx", data=form).status_code == 422
    monkeypatch.setattr(lists, "MOST", 2)
    answer = admin.post("/office/lists/audit.xlsx", data={"until": "2026-01-07"})
    assert answer.status_code == 422
    assert "一张表最多 2 条" in answer.text
    sql = "select count(*) from trail where action = 'export.audit'"
    assert one(database, sql) == 0
    two = {"since": "2026-01-06", "until": "2026-01-06"}
    assert len(named(admin.post("/office/lists/audit.xlsx", data=two))) == 2
    assert one(database, sql) == 1


def test_whom_of_the_county_a_link_was_given(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    days = {"county": "张家港市", "expires_on": today()}
    for name in ("示范局 甲", "示范局 乙"):
        assert admin.post("/office/assessors", data={**days, "name": name}).status_code < 400
    taken = one(database, "select id from assessors where name = '示范局 乙'")
    assert admin.post(f"/office/assessors/{taken}/revoke").status_code == 303
    answer = admin.post("/office/lists/assessors.xlsx")
    told = {row["给谁（单位、姓名）"]: (row["生成人"], row["状态"]) for row in named(answer)}
    assert told == {"示范局 甲": ("陈静", "有效"), "示范局 乙": ("陈静", "已收回")}
    assert one(database, "select token_hash from assessors") not in str(sheet(answer))


def test_until_when_files_are_kept_and_what_is_on_hold(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    name = "张家港示范金属制品有限公司（演示）"
    plant = one(database, "select id from enterprises where name = :name", name=name)
    kept = {row["企业名称"]: row for row in named(admin.post("/office/lists/keeping.xlsx"))}
    assert kept[name]["依据"] == "有未闭环的疑似重大隐患"
    other = kept["常熟示范精细化工有限公司（演示）"]
    assert (other["依据"], other["状态"]) == ("服务期内", "保存中")
    assert other["保存至"] > today()
    hold = {"cause": "dispute", "note": "仲裁"}
    assert admin.post(f"/enterprises/{plant}/hold", data=hold).status_code == 303
    kept = {row["企业名称"]: row for row in named(admin.post("/office/lists/keeping.xlsx"))}
    assert kept[name]["依据"] == "保全中，不得删除"
    [row] = named(admin.post("/office/lists/holds.xlsx"))
    assert (row["原因"], row["说明"], row["设定人"]) == ("有争议或诉讼", "仲裁", "陈静")
    assert row["解除时间"] is None
    lifted = {"cause": "mistake", "note": "记错企业"}
    assert admin.post(f"/enterprises/{plant}/hold/lift", data=lifted).status_code == 303
    [row] = named(admin.post("/office/lists/holds.xlsx"))
    told = (row["解除的原因"], row["解除说明"], row["解除人"])
    assert told == ("设错了，解除", "记错企业", "陈静")


def test_the_deletion_log_with_what_went_and_by_which_rule(
    client_for: ClientFor, database: Database, write: Write
) -> None:
    admin = client_for("admin")
    write("insert into enterprises (id, name, short_name) values ('g', '待删示范企业', '待删')")
    form = {"name": "待删示范企业", "sure": "yes"}
    answer = admin.post("/enterprises/g/delete", data=form)
    assert answer.status_code == 303, answer.text
    [row] = named(admin.post("/office/lists/deletions.xlsx"))
    assert (row["谁"], row["删除的内容"], row["依据"]) == ("陈静", "待删示范企业", "没有服务记录")
    seq = one(database, "select seq from trail where action = 'erase'")
    assert (row["留痕序号"], row["现场服务"], len(row["SHA-256"])) == (seq, 0, 64)


def test_places_that_were_taken_out_are_no_enterprise(client_for: ClientFor, write: Write) -> None:
    write(
        "insert into trail (at, person, action, subject, detail, previous, hash)"
        " select '2026-01-05T17:00:00.000Z', id, 'erase', 'institution',"
        ' \'{"rule":"places","days":365,"counts":{"places":7},"digest":"d"}\', previous, \'x\''
        " from people, (select hash as previous from trail order by seq desc limit 1)"
        " where sign_in_name = 'admin'"
    )
    [row] = named(client_for("admin").post("/office/lists/deletions.xlsx"))
    assert (row["时间"], row["删除的内容"]) == ("2026-01-06 01:00:00", "签到位置")
    assert (row["依据"], row["签到位置"], row["保存至"]) == ("位置只保存一年", 7, None)
