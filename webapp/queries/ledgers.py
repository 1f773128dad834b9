"""服务对象台账 (A-5, 7.2): every served enterprise, of which the assessor draws the sample."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]


def counties(db: Database) -> list[str]:
    rows = db.query("select distinct county from enterprises order by county")
    return [row["county"] for row in rows]


def rows(db: Database, county: str = "", year: str = "") -> list[Row]:
    """One row an engagement; by county, then enterprise. A star rating is of one county and one
    year (7.1, 7.2): with a year, those in service for a day of it."""
    return list(
        db.query(
            "select n.id as enterprise_id, n.name as enterprise, n.credit_code, n.county,"
            " n.industry,"
            " n.address, n.principal, n.phone, e.id as engagement_id, e.starts_on, e.ends_on,"
            " e.ended_on, l.name as lead, c.number, c.signed_on, c.fee, c.uploaded_on,"
            " c.receipt_no,"
            " (select group_concat(item || ' ' || times || unit, '；') from (select item,"
            " times, unit"
            "   from service_lines where engagement_id = e.id order by position)) as items,"
            " (select count(*) from visits as v where v.engagement_id = e.id"
            "  and v.started_at is not null) as served,"
            " (select max(v.started_at) from visits as v where v.engagement_id = e.id) as"
            " last_visit"
            " from enterprises as n left join engagements as e on e.enterprise_id = n.id"
            " left join people as l on l.id = e.lead_id"
            " left join contracts as c on c.engagement_id = e.id"
            " where (:county = '' or n.county = :county) and (:year = ''"
            "  or :year between substr(e.starts_on, 1, 4)"
            "  and substr(coalesce(e.ended_on, e.ends_on), 1, 4))"
            " order by n.county, n.name, e.starts_on desc",
            {"county": county, "year": year},
        )
    )
