"""Persons: passwords, PINs, sign-in and its limits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlite_utils import Database

from sync import trail
from webapp.domain import accounts, calendars, passkeys
from webapp.domain.refusal import Refusal
from webapp.standard.hazards import shanghai_day

PIN_ROUNDS = 100_000  # the phone checks the same PIN without a network
MOST_FAILURES = 8  # in a quarter of an hour, per name
SHORTEST_PASSWORD = 8
# Whoever guesses begins with these; letters as they are typed on a phone, without their digits.
COMMON = {
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "abc",
    "abcd",
    "aa",
    "a",
    "iloveyou",
}
COMMON |= {"admin", "woaini", "anquan", "takan", "suzhou", "aqsc", "qwer", "1qaz2wsx", "1q2w3e4r"}


def hasher(rounds: int) -> PasswordHasher:
    if rounds == 1:  # only ever asked for by tests
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return PasswordHasher(time_cost=rounds, memory_cost=65536)


def known(db: Database, name: str, now: str) -> tuple[str | None, str | None]:
    """(person's id, password hash) of a sign-in name. Refuses after too many failures."""
    since = (datetime.fromisoformat(now) - timedelta(minutes=15)).isoformat()
    sql = "select count(*) as n from sign_in_failures where sign_in_name = :name and at > :since"
    failures = db.query(sql, {"name": name, "since": since.replace("+00:00", "Z")})
    if next(iter(failures))["n"] >= MOST_FAILURES:
        raise Refusal("too_many_failures")
    sql = "select id, password_hash from people where sign_in_name = :name"
    found = next(iter(db.query(sql, {"name": name})), None)
    return (found["id"], found["password_hash"]) if found else (None, None)


def tried(db: Database, name: str, address: str, now: str, right: bool) -> None:
    """A failure is remembered for a day; success forgets those of this name."""
    since = (datetime.fromisoformat(now) - timedelta(days=1)).isoformat()
    db.execute(
        "delete from sign_in_failures where at < :since or (:right and sign_in_name = :name)",
        {"since": since.replace("+00:00", "Z"), "right": int(right), "name": name},
    )
    if not right:
        db.execute(
            "insert into sign_in_failures (sign_in_name, address, at)"
            " values (:name, :address, :now)",
            {"name": name, "address": address, "now": now},
        )


@cache
def _nobodys(rounds: int) -> str:
    return hasher(rounds).hash("nobody")


def matches(stored: str | None, password: str, rounds: int) -> bool:
    """An unknown name costs the same time as a wrong password."""
    try:
        return hasher(rounds).verify(stored or _nobodys(rounds), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def set_password(db: Database, person_id: str, password: str, rounds: int) -> None:
    """Also cuts off every other session of this person."""
    weak = weakness(password, _sign_in_name(db, person_id))
    if weak:
        raise Refusal(weak, shortest=SHORTEST_PASSWORD)
    db.execute(
        "update people set password_hash = :hash, session_stamp = :stamp where id = :id",
        {"hash": hasher(rounds).hash(password), "stamp": secrets.token_hex(8), "id": person_id},
    )


def change_password(db: Database, person_id: str, password: str, rounds: int, now: str) -> None:
    """By its owner, who knew the old one."""
    set_password(db, person_id, password, rounds)
    trail.append(db, now, None, person_id, "person.password", f"person {person_id}", {})


def weakness(password: str, sign_in_name: str) -> str:
    """The code of what is wrong with it, or "". Length counts more than signs of every kind."""
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return "password_too_short"
    if sign_in_name and len(plain.replace(sign_in_name.casefold(), "")) < SHORTEST_PASSWORD // 2:
        return "password_is_name"
    letters = plain.strip("0123456789!@#$%^&*._-")
    if plain in COMMON or letters in COMMON or not letters or len(set(plain)) < 4:
        return "password_too_easy"
    return ""


def _sign_in_name(db: Database, person_id: str) -> str:
    rows = db.query("select sign_in_name from people where id = :id", {"id": person_id})
    return str(next(iter(rows), {"sign_in_name": None})["sign_in_name"] or "")


def set_pin(db: Database, person_id: str, pin: str) -> None:
    """Four to six digits; they lead back from the hand-over to the enterprise."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 6):
        raise Refusal("bad_pin")
    salt = secrets.token_hex(16)
    db.execute(
        "update people set pin_salt = :salt, pin_hash = :hash, pin_check = :check where id = :id",
        {
            "salt": salt,
            "hash": pin_hash(salt, pin),
            "check": pin_check(salt, pin),
            "id": person_id,
        },
    )


def change_pin(db: Database, person_id: str, pin: str, now: str) -> None:
    set_pin(db, person_id, pin)
    trail.append(db, now, None, person_id, "person.pin", f"person {person_id}", {})


def pin_hash(salt: str, pin: str) -> str:
    """PBKDF2-SHA256, hex, as the phone computes it."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex(salt), PIN_ROUNDS).hex()


def pin_check(salt: str, pin: str) -> str:
    """Eight bits that colleagues' phones carry: they catch 255 of 256 mistyped PINs without a
    network. From a salt of their own, so they are no part of the hash, and they leave one in 256
    of all PINs possible: too little to sign with, since the server compares the whole proof."""
    return pin_hash(hashlib.sha256(f"{salt}:check".encode()).hexdigest()[:32], pin)[:2]


def pin_proof(hashed: str, slip_hash: str) -> str:
    """What only someone who typed this PIN could make, good for one slip alone."""
    return hmac.new(bytes.fromhex(hashed), slip_hash.encode(), hashlib.sha256).hexdigest()


def cut_off(db: Database, person_id: str, by: str, now: str) -> None:
    """Every session of this person ends: a lost phone. What it holds stays on it."""
    db.execute(
        "update people set session_stamp = :stamp where id = :id",
        {"stamp": secrets.token_hex(8), "id": person_id},
    )
    accounts.end_sessions(db, person_id, now)
    passkeys.forget(db, person_id)  # the lost phone holds one
    calendars.revoke(db, person_id, now)  # and the address of the calendar
    trail.append(db, now, None, by, "person.cut_off", f"person {person_id}", {})


def deactivate(db: Database, person_id: str, by: str, now: str) -> None:
    """No page any more. The stamp stays: a phone that is signed in still delivers."""
    if person_id == by:
        raise Refusal("own_account")
    keep_a_manager(db, person_id)
    _set_active(db, person_id, 0, by, now, "person.deactivate")
    accounts.revoke(db, person_id, now)
    calendars.revoke(db, person_id, now)


def keep_a_manager(db: Database, person_id: str) -> None:
    """Somebody must be left who can let people in."""
    others = db.query(
        "select 1 from people where role = 'manager' and active = 1 and id <> :id"
        " and password_hash is not null",
        {"id": person_id},
    )
    sql = "select 1 from people where id = :id and role = 'manager' and active = 1"
    if any(db.query(sql, {"id": person_id})) and not any(others):
        raise Refusal("last_manager")


def activate(db: Database, person_id: str, by: str, now: str) -> None:
    """Only once everything set aside was decided: what follows may build on it. Begins anew: a
    cookie of before, on whatever device it lies, lets nobody in."""
    if any(db.query(OPEN_ASIDE, {"id": person_id})):
        raise Refusal("set_aside_first")
    if _set_active(db, person_id, 1, by, now, "person.activate"):
        db.execute(
            "update people set session_stamp = :stamp where id = :id",
            {"stamp": secrets.token_hex(8), "id": person_id},
        )


OPEN_ASIDE = (
    "select 1 from operations where made_by = :id and (id, digest) in (select operation_id, digest"
    " from set_aside where decision is null)"
)


def _set_active(db: Database, person_id: str, active: int, by: str, now: str, action: str) -> bool:
    """Whether that is new. The day is kept: until then, one of us counts."""
    done = db.query(
        "update people set active = :active, deactivated_on = :on where id = :id"
        " and active <> :active returning id",
        {"active": active, "id": person_id, "on": None if active else shanghai_day(now)},
    )
    changed = bool(list(done))
    if changed:
        trail.append(db, now, None, by, action, f"person {person_id}", {})
    return changed
