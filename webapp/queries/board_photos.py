"""Photos of boards as they hang (5.4.1 d), and boards that have none."""

from __future__ import annotations

from sqlite_utils import Database

from webapp.queries.visits import Row

ENTERPRISE = (
    " join boards as b on b.id = p.board_id join engagements as e on e.id = b.engagement_id"
)


def of_board(db: Database, board_id: str) -> list[Row]:
    """Newest first; what was withdrawn is not shown."""
    rows = db.query(
        "select p.*, w.name as added_name from board_photos as p join people as w"
        " on w.id = p.added_by where p.board_id = :id and p.withdrawn_at is null"
        " order by p.taken_on desc, p.id desc",
        {"id": board_id},
    )
    return list(rows)


def with_photos(db: Database, boards: list[Row]) -> list[Row]:
    """Each with the photos of its time with this engagement (`boards.of_engagement`)."""
    return [
        {
            **board,
            "photos": [
                photo
                for photo in of_board(db, board["id"])
                if (board["since"] or "") <= photo["taken_on"] <= (board["until"] or "9")
            ],
        }
        for board in boards
    ]


def by_id(db: Database, photo_id: str) -> Row | None:
    sql = f"select p.*, e.enterprise_id from board_photos as p{ENTERPRISE} where p.id = :id"
    return next(iter(list(db.query(sql, {"id": photo_id}))), None)


def missing(db: Database, day: str) -> list[Row]:
    """Enterprises whose board stands on a running engagement without a photo."""
    rows = db.query(
        "select distinct n.id, n.short_name from boards as b join engagements as e"
        " on e.id = b.engagement_id join enterprises as n on n.id = e.enterprise_id"
        " where b.revoked_on is null and e.ended_on is null and e.ends_on >= :day"
        " and b.made_on <= :day and not exists (select 1 from board_photos as p"
        "  where p.board_id = b.id and p.withdrawn_at is null and p.taken_on >= coalesce((select"
        "   max(y.until) from boards_before as y where y.board_id = b.id), ''))"
        " order by n.short_name, n.id",
        {"day": day},
    )
    return list(rows)
