from __future__ import annotations

from sqlite_utils import Database


def applied(db: Database, operation_id: str, kind: str, person_id: str) -> bool:
    """Was this very thing of this person taken before?"""
    return any(
        db.query(
            "select 1 from operations where id = :id and kind = :kind and made_by = :person"
            " and outcome = 'applied'",
            {"id": operation_id, "kind": kind, "person": person_id},
        )
    )
