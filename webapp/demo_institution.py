"""What the demo institution has on record under clause 4: all invented. Five people count for
4.1 c, one of them only until the certificate ends in three weeks; one certificate has ended."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from webapp import demo_pictures, photos
from webapp.domain import evidence
from webapp.standard.credentials import month_before

if TYPE_CHECKING:
    from webapp.demo import Demo

PREMISES = {"area": "168.5"}
COUNTIES = [("张家港市", -400), ("苏州工业园区", -410), ("常熟市", -300)]
# name, first day, last day (None: without a term)
CONTRACTS = [
    ("李晓峰", -900, None),
    ("王建国", -1500, None),
    ("周海燕", -700, None),
    ("吴志强", -500, 230),
    ("徐静怡", -640, 455),
    ("孙立新", -410, 320),
    ("陈静", -1500, None),
]
EQUIPMENT = [
    ("device", "激光测距仪", 2, "检定有效期一年"),
    ("device", "四合一气体检测仪", 1, "检定有效期一年"),
    ("device", "红外热像仪", 1, ""),
    ("software", "踏勘现场服务系统", 1, ""),
]
# kind, version, days since, and what was done under it how many days ago
POLICIES: list[tuple[str, str, int, str, int]] = [
    ("conduct", "2025版", -420, "全员签署从业守则", -200),
    ("training", "2025版", -420, "季度业务培训及考核", -60),
    ("workflow", "2026版", -150, "按流程完成项目评估3项", -120),
    ("follow_up", "2025版", -420, "电话回访服务对象2家", -45),
    ("secrecy", "2025版", -420, "全员签署保密承诺书", -200),
    ("integrity", "2025版", -420, "", 0),
]
TRAININGS = [
    ("工贸企业重大事故隐患判定标准学习", -60, "4"),
    ("粉尘涉爆现场检查要点", -20, "2"),
    ("有限空间作业案例分析", 12, "2"),
]


def make_records(demo: Demo) -> None:
    make_profile(demo)
    make_people_records(demo)
    for county, day in COUNTIES:
        number = f"演示-{COUNTIES.index((county, day)) + 1:04d}"
        demo.add("notifications", county=county, notified_on=demo.day(day), number=number)
    demo.add("county_phones", county=COUNTIES[0][0], phone="0512-00000003")
    year = int(demo.day(0)[:4]) - 1
    days = {"published_on": f"{year}-12-20", "valid_to": f"{year + 1}-12-31"}
    demo.add("star_results", county=COUNTIES[0][0], year=year, stars=4, **days)
    for kind, name, quantity, note in EQUIPMENT:
        demo.add("equipment", kind=kind, name=name, quantity=quantity, note=note)
    for kind, version, issued, done, used in POLICIES:
        demo.add("policies", kind=kind, version=version, issued_on=demo.day(issued))
        if done:
            demo.add("policy_uses", kind=kind, used_on=demo.day(used), note=done)


def make_profile(demo: Demo) -> None:
    values = {
        "area": PREMISES["area"],
        "lease_to": demo.day(200),
        "licence": scan(demo, "营业执照", None),
        "lease": scan(demo, "租赁合同", None),
    }
    demo.db.execute(
        "update institution set area = :area, lease_to = :lease_to,"
        " licence_evidence = :licence, lease_evidence = :lease",
        values,
    )


def make_people_records(demo: Demo) -> None:
    for name, starts, ends in CONTRACTS:
        person = demo.people[name]
        until = None if ends is None else demo.day(ends)
        demo.add("labour_contracts", person_id=person, starts_on=demo.day(starts), ends_on=until)
        month = month_before(demo.today.isoformat()[:7])
        for _ in range(14):
            demo.db.execute(
                "insert into insurance_months (person_id, month) values (:person, :month)",
                {"person": person, "month": month},
            )
            month = month_before(month)
        demo.db.execute("update people set full_time = 1 where id = :id", {"id": person})
    li = demo.people["李晓峰"]
    demo.db.execute(
        "update credentials set evidence_id = :evidence, review_on = :day where person_id = :id",
        {"evidence": scan(demo, "注册证", li), "day": demo.day(75), "id": li},
    )
    for topic, day, hours in TRAININGS:
        held, recorded = demo.day(day), None if day > 0 else demo.day(day)
        training = demo.add(
            "trainings", held_on=held, topic=topic, hours=hours, recorded_on=recorded
        )
        for name, _starts, _ends in CONTRACTS:
            demo.db.execute(
                "insert into training_people (training_id, person_id) values (:t, :p)",
                {"t": training, "p": demo.people[name]},
            )


def scan(demo: Demo, title: str, person_id: str | None) -> str:
    picture = demo_pictures.sketch(f"{title}（演示）", "#5d6873")
    sha256 = hashlib.sha256(picture).hexdigest()
    size = photos.store(demo.folder, sha256, picture)
    by = demo.people["陈静"]
    return evidence.add(demo.db, sha256, evidence.JPEG, size, person_id, by, demo.time(-90, 9, 0))
