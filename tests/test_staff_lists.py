"""导出 Excel of our own people: 4.1 c, 4.2 and 4.3 as their pages have them."""

from __future__ import annotations

from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_lists import Write, named, sheet
from webapp.db import today


def test_a_training_is_planned_overdue_or_held(client_for: ClientFor, write: Write) -> None:
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/trainings.xlsx"))
    assert [row["状态"] for row in rows] == ["计划", "已举办", "已举办"]
    assert (rows[0]["内容"], rows[0]["学时"]) == ("有限空间作业案例分析", "2")
    assert "李晓峰" in rows[0]["参加的人"].split("、")
    assert {row["签到表"] for row in rows} == {"没有"}
    write("update trainings set recorded_on = null where held_on < :day", day=today())
    write("update trainings set removed_at = 'now' where held_on > :day", day=today())
    write("update trainings set evidence_id = (select id from evidence limit 1)")
    rows = named(admin.post("/office/lists/trainings.xlsx"))
    assert {row["状态"] for row in rows} == {"计划日期已过，请登记出席"}
    assert {row["签到表"] for row in rows} == {"有"}


def test_labour_contracts_with_and_without_a_term(client_for: ClientFor, write: Write) -> None:
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/labour_contracts.xlsx"))
    li = next(row for row in rows if row["姓名"] == "李晓峰")
    assert (li["到"], li["状态"], li["扫描件"]) == ("无固定期限", None, "没有")
    write("update labour_contracts set ends_on = '2026-01-05'")
    write(
        "update labour_contracts set removed_at = 'now' where person_id ="
        " (select id from people where name = '李晓峰')"
    )
    later = named(admin.post("/office/lists/labour_contracts.xlsx"))
    assert {(row["到"], row["状态"]) for row in later} == {("2026-01-05", "已到期")}
    assert 0 < len(later) < len(rows)


def test_each_month_says_who_was_insured_and_who_was_not(
    client_for: ClientFor, write: Write, database: Database
) -> None:
    """As 社会保险 of that month: whoever had a labour contract, or was paid for."""
    month = one(database, "select max(month) from insurance_months")
    first = one(database, "select min(month) from insurance_months")
    write(
        "delete from insurance_months where month = :month and person_id ="
        " (select id from people where name = '李晓峰')",
        month=month,
    )
    write(
        "insert into insurance_proofs (id, month, evidence_id) select 'p', :month, id from evidence"
        " limit 1",
        month=month,
    )
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/insurance_months.xlsx"))
    assert (rows[0]["月份"], rows[-1]["月份"]) == (today()[:7], first)
    told = {row["姓名"]: row["本机构缴纳社保"] for row in rows if row["月份"] == month}
    assert told.pop("李晓峰") == "未登记"
    assert set(told.values()) == {"已缴"}
    assert {row["缴费证明（份）"] for row in rows if row["月份"] == month} == {1}
    page = admin.get(f"/office/insurance?month={month}").text
    assert all(name in page for name in told)
    write("delete from insurance_months")
    assert named(admin.post("/office/lists/insurance_months.xlsx")) == []


def test_a_consent_says_what_may_be_shown_since_when_and_on_what(
    client_for: ClientFor, write: Write
) -> None:
    write(
        "update consents set photo = 1, proof = 'signed_in', withdrawn_on = '2026-01-05'"
        " where person_id = (select id from people where name = '李晓峰')"
    )
    write("update consents set proof = '' where withdrawn_on is null")
    rows = named(client_for("admin").post("/office/lists/consents.xlsx"))
    li = next(row for row in rows if row["姓名"] == "李晓峰")
    assert [li["姓名和岗位"], li["照片"], li["凭据"]] == ["同意", "同意", "本人登录确认"]
    assert li["撤回或改变日期"] == "2026-01-05"
    others = [row for row in rows if row["姓名"] != "李晓峰"]
    assert {(row["照片"], row["凭据"]) for row in others} == {("不同意", "没有记下凭据")}


def test_suspensions_have_their_days_and_a_masked_number(
    client_for: ClientFor, write: Write, database: Database
) -> None:
    write(
        "insert into suspensions (id, credential_id, suspended_on, resumed_on, removed_at)"
        " select x.value, (select id from credentials where number <> '' order by id limit 1),"
        " case x.value when 'b' then '2026-01-05' end, case x.value when 'b' then '2026-02-05' end,"
        " case x.value when 'c' then 'now' end from json_each('[\"a\", \"b\", \"c\"]') as x"
    )
    number = one(database, "select number from credentials where number <> '' order by id limit 1")
    answer = client_for("admin").post("/office/lists/suspensions.xlsx")
    told = {(row["暂停日期"], row["恢复日期"]) for row in named(answer)}
    unsaid = "已暂停或被吊销，哪天起没有记下，按一直暂停计"
    assert told == {(unsaid, None), ("2026-01-05", "2026-02-05")}
    assert number not in str(sheet(answer))
    assert {row["编号（部分隐藏）"] for row in named(answer)} == {f"****{number[-4:]}"}


def test_who_looked_a_certificate_up_and_what_was_found(
    client_for: ClientFor, database: Database
) -> None:
    admin = client_for("admin")
    credential = one(
        database,
        "select c.id from credentials as c join people as p on p.id = c.person_id"
        " where p.name = '李晓峰'",
    )
    form = {"checked_on": "2026-01-05", "note": "注册信息查询网站，一致"}
    assert admin.post(f"/office/credentials/{credential}/check", data=form).status_code == 303
    rows = named(admin.post("/office/lists/people.xlsx"))
    li = next(row for row in rows if row["姓名"] == "李晓峰" and row["核验日期"])
    assert (li["核验日期"], li["核验人"]) == ("2026-01-05", "陈静")
    assert (li["核验结果"], li["扫描件"]) == ("注册信息查询网站，一致", "有")
