"""导出 Excel of the institution: what 4.1 and 4.3 c ask for, in the words of its page."""

from __future__ import annotations

from tests.conftest import ClientFor
from tests.test_lists import Write, named
from webapp.db import today


def test_equipment_and_software(client_for: ClientFor, write: Write) -> None:
    admin = client_for("admin")
    rows = named(admin.post("/office/lists/equipment.xlsx"))
    device = next(row for row in rows if row["名称型号"] == "激光测距仪")
    assert (device["种类"], device["数量"], device["说明"]) == ("设备", 2, "检定有效期一年")
    assert [row["种类"] for row in rows].count("软件") == 1
    write("update equipment set removed_at = 'now' where kind = 'device'")
    assert [row["种类"] for row in named(admin.post("/office/lists/equipment.xlsx"))] == ["软件"]


def test_a_county_notified_late_or_never_says_so(client_for: ClientFor, write: Write) -> None:
    write("update notifications set notified_on = '2099-01-05' where county = '张家港市'")
    write("update notifications set removed_at = 'now' where county = '常熟市'")
    rows = named(client_for("admin").post("/office/lists/notifications.xlsx"))
    told = {row["属地"]: (row["告知日期"], row["状态"], row["回执扫描件"]) for row in rows}
    assert told["张家港市"] == ("2099-01-05", "晚于当地首份合同或首次服务", "没有")
    assert told["常熟市"] == (None, "没有登记告知", None)
    assert told["苏州工业园区"][1] is None
    assert all(row["当地首份合同或首次服务"] <= today() for row in rows)


def test_policies_say_which_version_is_in_force(client_for: ClientFor, write: Write) -> None:
    write(
        "insert into policies (id, kind, version, issued_on) values"
        " ('a', 'training', '2099版', '2099-01-05'), ('b', 'training', '2019版', '2019-01-05')"
    )
    write("update policies set removed_at = 'now' where kind = 'secrecy'")
    rows = named(client_for("admin").post("/office/lists/policies.xlsx"))
    training = {row["版本"]: row["状态"] for row in rows if row["制度"] == "考核培训制度"}
    assert training == {"2099版": "尚未生效", "2025版": "现行", "2019版": "原版本"}
    [secrecy] = [row for row in rows if row["制度"] == "保密管理制度"]
    assert (secrecy["版本"], secrecy["状态"]) == (None, "没有现行版本")


def test_every_record_of_use_and_not_the_latest_alone(client_for: ClientFor, write: Write) -> None:
    write(
        "insert into policy_uses (id, kind, used_on, note) with recursive n (n) as (select 10 union"
        " all select n + 1 from n where n < 29) select 'u' || n, 'follow_up', '2020-01-' || n,"
        " '=回访' || n from n"
    )
    rows = named(client_for("admin").post("/office/lists/policy_uses.xlsx"))
    uses = [row for row in rows if row["制度"] == "服务回访制度"]
    assert len(uses) == 21
    assert (uses[-1]["日期"], uses[-1]["做了什么"]) == ("2020-01-10", "=回访10")


def test_public_fees_and_those_to_come(client_for: ClientFor) -> None:
    admin = client_for("admin")
    for since in ("2026-01-05", "2099-01-05"):
        form = {"item": "隐患排查", "price": "3,000–5,000 元", "unit": "次", "since": since}
        assert admin.post("/office/institution/fee", data=form).status_code == 303
    rows = named(admin.post("/office/lists/fees.xlsx"))
    assert [row["状态"] for row in rows] == [None, "还没有生效"]
    assert (rows[0]["收费标准"], rows[0]["计价单位"]) == ("3,000–5,000 元", "次")


def test_whom_to_call_and_the_stars_each_county_gave(client_for: ClientFor) -> None:
    admin = client_for("admin")
    phone = {"county": "常熟市", "phone": "0512-00000000"}
    assert admin.post("/office/institution/county_phone", data=phone).status_code == 303
    rows = named(admin.post("/office/lists/county_phones.xlsx"))
    assert {"属地": "常熟市", "电话": "0512-00000000"} in rows
    year = int(today()[:4])
    for stars, of, until in (
        ("4", year - 1, f"{year + 1}-12-31"),
        ("0", year - 4, f"{year - 1}-01-05"),
    ):
        form = {"county": "常熟市", "year": str(of), "stars": stars, "valid_to": until}
        form["published_on"] = f"{year - 1}-01-05"
        assert admin.post("/office/institution/star_result", data=form).status_code == 303
    rows = named(admin.post("/office/lists/star_results.xlsx"))
    given = [row for row in rows if row["属地"] == "常熟市"]
    assert [(row["评定年度"], row["结果"], row["状态"]) for row in given] == [
        (year - 1, "四星", None),
        (year - 4, "取消星级", "已过期"),
    ]
    assert {row["公布文件"] for row in given} == {"没有"}


def test_days_made_up_for(client_for: ClientFor) -> None:
    admin = client_for("admin")
    for day, works in (("2027-02-07", "1"), ("2027-02-08", "0")):
        form = {"date": day, "is_workday": works, "source": "国务院办公厅", "notice_no": "1号"}
        assert admin.post("/office/workdays", data=form).status_code == 303
    rows = named(admin.post("/office/lists/workdays.xlsx"))
    assert [(row["日期"], row["安排"]) for row in rows] == [
        ("2027-02-08", "休息"),
        ("2027-02-07", "上班"),
    ]
    assert {row["文号"] for row in rows} == {"1号"}
