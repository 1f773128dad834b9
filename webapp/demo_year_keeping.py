"""保存与删除 in the year: a file of before that may go, and an accident that keeps one."""

from __future__ import annotations

import hashlib

from sqlite_utils import Database

from webapp import demo_pictures
from webapp.demo import Demo
from webapp.domain import board_photos, engagements, enterprises, keeping
from webapp.standard.credit_code import check

STARTS, ENDS, ENTERED = -1865, -1500, -340  # days; taken over from paper when the year began
NUMBER = "91320599DEM000100"  # of a region that does not exist
OLD = {
    "name": "吴江踏旧纺织有限公司（演示）", "short_name": "踏旧纺织",
    "credit_code": NUMBER + check(NUMBER), "address": "吴江区盛泽镇（演示地址）",
    "county": "吴江区", "industry": "纺织", "principal": "沈荣", "phone": "0512-00019999",
}  # fmt: skip
ACCIDENT = {"cause": "accident", "note": "冲压车间手部挤压事故，等待调查结论（演示）"}


def tell(demo: Demo) -> None:
    by, at = demo.people["陈静"], demo.time(ENTERED, 9, 30)
    old = enterprises.add(demo.db, OLD, by, at)
    form = {"lead_id": demo.people["王建国"], "starts_on": demo.day(STARTS),
            "ends_on": demo.day(ENDS), "frequency": "每季一次"}  # fmt: skip
    engagements.begin(demo.db, old, form, [], by, demo.day(-1), at)
    hang(demo)
    keeping.hold(demo.db, stamping(demo.db), ACCIDENT, by, demo.time(-17, 15, 40))


def hang(demo: Demo) -> None:
    """A photo of most boards, taken when the visit after it came by."""
    picture = demo_pictures.sketch("服务公示牌", "#58665c")
    sha256, by = hashlib.sha256(picture).hexdigest(), demo.people["李晓峰"]
    demo.keep(sha256, picture)
    rows = list(demo.db.query("select id, made_on from boards order by made_on, code"))
    for number, row in enumerate(rows):
        if number % 8 and row["made_on"] < demo.day(-8):
            at = f"{row['made_on']}T06:20:00.000Z"
            board_photos.add(demo.db, row["id"], sha256, len(picture), row["made_on"], by, at)


def stamping(db: Database) -> str:
    """The first by name that was served."""
    rows = db.query(
        "select e.enterprise_id as id from engagements as e join enterprises as n on n.id ="
        " e.enterprise_id join visits as v on v.engagement_id = e.id and v.started_at is not null"
        " order by n.name limit 1"
    )
    return str(next(iter(rows))["id"])
