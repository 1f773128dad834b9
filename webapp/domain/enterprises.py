"""服务对象: entered and corrected at the desk; who may sign for it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlite_utils import Database

from sync import trail
from webapp.domain import entered
from webapp.domain.entered import Form
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.standard import credit_code

FIELDS = (
    "name",
    "short_name",
    "credit_code",
    "address",
    "county",
    "industry",
    "principal",
    "phone",
)


NEEDED = {"name", "credit_code", "county"}


def field(form: Form, name: str) -> str:
    """One field as typed; a wrong credit code is refused."""
    if name == "county":
        return entered.county(form, name)
    value = entered.line(form, name, name in NEEDED, 120)
    if name == "credit_code":
        value = value.upper()
        if not credit_code.valid(value):
            raise Refusal("bad_credit_code", field=name)
    return value


def read(db: Database, form: Form, own_id: str = "") -> dict[str, str]:
    """The fields as typed; refuses a wrong credit code and one that another enterprise has."""
    row = {name: field(form, name) for name in FIELDS}
    row["short_name"] = row["short_name"] or row["name"][:12]
    same = {"code": row["credit_code"], "id": own_id}
    sql = "select name from enterprises where credit_code = :code and id <> :id"
    for other in db.query(sql, same):
        raise Refusal("known_credit_code", field="credit_code", name=other["name"])
    return row


def add(db: Database, form: Form, person_id: str, now: str) -> str:
    row = {"id": new_id(), **read(db, form)}
    db.execute(
        "insert into enterprises (id, name, short_name, credit_code, address, county, industry,"
        " principal, phone) values (:id, :name, :short_name, :credit_code, :address, :county,"
        " :industry, :principal, :phone)",
        row,
    )
    trail.append(db, now, None, person_id, "enterprise.add", f"enterprise {row['id']}", row)
    return row["id"]


def stands(row: dict[str, Any]) -> str:
    """What a form of it was opened over."""
    return hashlib.sha256("\n".join(str(row[name]) for name in FIELDS).encode()).hexdigest()[:16]


def change(db: Database, enterprise_id: str, form: Form, person_id: str, now: str) -> None:
    before = next(iter(db.query("select * from enterprises where id = :id", {"id": enterprise_id})))
    entered.unchanged(form, stands(before))
    row = {"id": enterprise_id, **read(db, form, enterprise_id)}
    db.execute(
        "update enterprises set name = :name, short_name = :short_name, credit_code = :credit_code,"
        " address = :address, county = :county, industry = :industry, principal = :principal,"
        " phone = :phone where id = :id",
        row,
    )
    detail = {"before": before, "after": row}
    trail.append(
        db, now, None, person_id, "enterprise.change", f"enterprise {enterprise_id}", detail
    )


def add_signer(db: Database, enterprise_id: str, form: Form, person_id: str, now: str) -> str:
    """A safety manager, or a deputy by a paper that says so; without an account."""
    row: dict[str, Any] = {
        "id": new_id(),
        "name": entered.line(form, "name", True, 40),
        "post": entered.line(form, "post", True, 60),
        "phone": entered.line(form, "phone", True, 30),
        "stamp": secrets.token_hex(8),
    }
    deputy = form.get("deputy") == "yes"
    authority = entered.line(form, "authority", deputy, 200)
    db.execute(
        "insert into people (id, name, role, post, phone, session_stamp)"
        " values (:id, :name, 'safety_manager', :post, :phone, :stamp)",
        row,
    )
    tie = {"enterprise": enterprise_id, "person": row["id"], "deputy": deputy, "by": authority}
    db.execute(
        "insert into enterprise_people (enterprise_id, person_id, deputy, authority)"
        " values (:enterprise, :person, :deputy, :by)",
        tie,
    )
    trail.append(db, now, None, person_id, "signer.add", f"person {row['id']}", tie)
    return str(row["id"])


def remove_signer(
    db: Database, enterprise_id: str, signer_id: str, person_id: str, now: str
) -> None:
    """No longer offered for signing here; slips signed before stay as they are."""
    tie = {"enterprise": enterprise_id, "person": signer_id}
    gone = db.query(
        "delete from enterprise_people where enterprise_id = :enterprise and person_id = :person"
        " returning person_id",
        tie,
    )
    if not list(gone):
        raise Refusal("unknown_person")
    trail.append(db, now, None, person_id, "signer.remove", f"person {signer_id}", tie)
