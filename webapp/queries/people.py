"""Who is who, and who is tied to what."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

# Who serves, of `people as p`: a consultant, or whoever leads or is on a project that runs.
SERVES = (
    "(p.active = 1 and p.role <> 'safety_manager' and (p.role = 'consultant' or exists ("
    "select 1 from engagements as e where e.ended_on is null and e.ends_on >= :day and (e.lead_id"
    " = p.id or exists (select 1 from engagement_people as x where x.engagement_id = e.id"
    " and x.person_id = p.id)))))"
)


def by_id(db: Database, person_id: str) -> dict[str, Any] | None:
    return next(iter(db.query("select * from people where id = :id", {"id": person_id})), None)


def with_phones(db: Database) -> list[dict[str, Any]]:
    """Every consultant, and whoever else ever signed in on a phone."""
    return list(
        db.query(
            "select id, name, post, role, active from people where role = 'consultant' or id in"
            " (select person from devices) order by active desc, letter, name, id"
        )
    )


def session_ended(db: Database, session_id: str) -> bool:
    """From another device. One that is not known was begun after the backup that serves now, or
    before sessions were listed: its phone still delivers."""
    sql = "select 1 from sessions where id = :id and ended_at is not null"
    return any(db.query(sql, {"id": session_id}))


def sessions(db: Database, person_id: str, since: str) -> list[dict[str, Any]]:
    """Where this person is signed in now, latest first; a cookie begun before `since` is over."""
    return list(
        db.query(
            "select s.id, s.begun_at, s.last_seen, s.user_agent from sessions as s"
            " join people as p on p.id = s.person_id and p.session_stamp = s.stamp"
            " where s.person_id = :id and s.ended_at is null and s.begun_at > :since"
            " order by s.last_seen desc, s.id desc",
            {"id": person_id, "since": since},
        )
    )


def invited(db: Database, person_id: str, now: str) -> dict[str, Any] | None:
    """The link that still waits for this person."""
    rows = db.query(
        "select made_at, expires_at from invitations where person_id = :id and used_at is null"
        " and revoked_at is null and expires_at > :now",
        {"id": person_id, "now": now},
    )
    return next(iter(rows), None)


def by_invitation(db: Database, token_hash: str, now: str) -> dict[str, Any] | None:
    """Whom a link is for, while it works."""
    rows = db.query(
        "select p.id, p.name, p.sign_in_name from invitations as i join people as p"
        " on p.id = i.person_id and p.active = 1 where i.token_hash = :hash"
        " and i.used_at is null and i.revoked_at is null and i.expires_at > :now",
        {"hash": token_hash, "now": now},
    )
    return next(iter(rows), None)


def safety_managers(db: Database) -> list[dict[str, Any]]:
    return list(
        db.query(
            "select p.*, (select group_concat(n.short_name, '、') from enterprise_people as e"
            " join enterprises as n on n.id = e.enterprise_id where e.person_id = p.id)"
            " as enterprises from people as p where p.role = 'safety_manager'"
            " order by p.active desc, p.name, p.id"
        )
    )


def tied_to_enterprise(db: Database, person_id: str, role: str, enterprise_id: str) -> bool:
    """A manager to all; a consultant by an engagement; a safety manager by appointment."""
    return any(
        db.query(
            "select 1 from enterprises where id = :enterprise and (:role = 'manager'"
            " or (:role = 'safety_manager' and exists (select 1 from enterprise_people"
            "  where enterprise_id = :enterprise and person_id = :person))"
            " or (:role = 'consultant' and exists (select 1 from engagements as e"
            "  where e.enterprise_id = :enterprise and (e.lead_id = :person or exists"
            "   (select 1 from engagement_people as p"
            "    where p.engagement_id = e.id and p.person_id = :person)))))",
            {"person": person_id, "role": role, "enterprise": enterprise_id},
        )
    )


def tied_to_engagement(db: Database, person_id: str, engagement_id: str) -> bool:
    """May this consultant record a visit of it?"""
    return any(
        db.query(
            "select 1 from engagements as e where e.id = :engagement and (e.lead_id = :person"
            " or exists (select 1 from engagement_people as p"
            "  where p.engagement_id = e.id and p.person_id = :person))",
            {"person": person_id, "engagement": engagement_id},
        )
    )


def ever_tied(db: Database, person_id: str, engagement_id: str) -> bool:
    """On it now, or taken off it while a phone may still hold what was recorded."""
    sql = (
        "select 1 from engagement_people_before"
        " where engagement_id = :engagement and person_id = :person"
    )
    before = db.query(sql, {"person": person_id, "engagement": engagement_id})
    return tied_to_engagement(db, person_id, engagement_id) or any(before)


def enterprise_of_visit(db: Database, visit_id: str) -> str | None:
    row = next(
        iter(
            db.query(
                "select e.enterprise_id as id from visits as v"
                " join engagements as e on e.id = v.engagement_id where v.id = :visit",
                {"visit": visit_id},
            )
        ),
        None,
    )
    return str(row["id"]) if row else None


def enterprises_of_photo(db: Database, sha256: str) -> list[str]:
    """The enterprises in whose hazards, versions or slips this photo stands, once its own bringer
    has sent it."""
    rows = db.query(
        "select distinct e.enterprise_id as id from ("
        " select h.visit_id, p.operation_id, p.sha256 from hazard_photos as p"
        "  join hazards as h on h.id = p.hazard_id where p.sha256 = :sha256"
        " union all select v.visit_id, p.operation_id, p.sha256 from version_photos as p"
        "  join versions as v on v.operation_id = p.version_id where p.sha256 = :sha256"
        " union all select json_extract(cast(o.body as text), '$.payload.visit_id'),"
        "  p.operation_id, p.sha256 from operation_photos as p join operations as o"
        "  on o.id = p.operation_id and o.outcome = 'conflict' where p.sha256 = :sha256"
        " union all select c.visit_id, p.operation_id, p.sha256 from ink_photos as p"
        "  join confirmations as c on c.id = p.confirmation_id where p.sha256 = :sha256) as p"
        " join visits as v on v.id = p.visit_id join engagements as e on e.id = v.engagement_id"
        " join operation_photos as o on o.operation_id = p.operation_id and o.sha256 = p.sha256"
        " where o.arrived_at is not null union select e.enterprise_id from gate_photos as g"
        " join visits as v on v.id = g.visit_id join engagements as e on e.id = v.engagement_id"
        " where g.sha256 = :sha256 and g.brought = 1",  # whose bytes came with it
        {"sha256": sha256},
    )
    return [row["id"] for row in rows]


def by_sign_in_name(db: Database, name: str) -> dict[str, Any] | None:
    rows = db.query("select id from people where sign_in_name = :name", {"name": name})
    return next(iter(rows), None)


def last_seen(db: Database, session_id: str) -> str | None:
    rows = db.query("select last_seen from sessions where id = :id", {"id": session_id})
    return next((str(row["last_seen"]) for row in rows), None)
