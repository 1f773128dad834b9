"""Closed by default: generated from the route map, so that a new route cannot be forgotten."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.sync.sealing import end, sealed
from tests.test_hazards import picture
from webapp import create_app
from webapp.config import Settings
from webapp.db import drop_connection, now, today
from webapp.domain import passkeys
from webapp.ids import new_id

OPEN = {
    "assets.built", "assets.worker", "assets.web_manifest", "sign_in.show", "sign_in.enter",
    "assets.rescue", "rescues.key", "sign_in.done", "sign_in.leave", "passkeys.ask", "passkeys.enter", "public.board", "public.institution", "public.board_code", "public.board_portrait", "public.verify", "public.verify_paper",
    "accounts.show", "accounts.enter", "languages.choose",
    "calendar.feed", "follow_ups.ask", "follow_ups.answer",
    "readings.arrive", "readings.ledger", "readings.file", "readings.download",
    "readings.workbook", "readings.show_visit", "readings.gate",
}  # fmt: skip
# Without a parameter, so about nobody's enterprise. Whatever is not named here is a manager's.
EVERYBODYS = {
    "home", "office.home", "me.show", "me.set_pin", "me.set_password", "passkeys.begin",
    "passkeys.add",
}  # fmt: skip
CONSULTANTS = EVERYBODYS | {
    "calendar.show", "calendar.new_feed", "calendar.end_feed", "channels.add_own",
    "reviews.show", "reviews.acknowledge",
    "field.today", "field.another", "field.join", "field.outbox", "field.ready",
}  # fmt: skip
# What the wire says to a stranger who names what is the plant's and sends nothing with it.
WIRE = {("sync.operation", "PUT"): 400, ("sync.photo", "PUT"): 404, ("sync.contact", "POST"): 400}
NOBODYS_ID = "01900000-0000-7000-8000-000000000000"


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every rule, its parameters filled with nobody's id."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", NOBODYS_ID, rule.rule)
        found += [
            (rule.endpoint, method, address)
            for method in sorted(rule.methods or set())
            if method in {"GET", "POST", "PUT"}
        ]
    return found


def test_every_route_needs_a_person_unless_listed(app: Flask) -> None:
    client = app.test_client()
    for endpoint, method, address in addresses(app):
        answer = client.open(address, method=method)
        answer.close()
        if endpoint in OPEN:
            assert answer.status_code != 303 or "/sign-in" in answer.location, address
        elif address.startswith("/sync/"):
            assert answer.status_code == 401, address
            assert answer.json["takan"] == "sync/1"
        else:
            assert answer.status_code == 303, address
            assert answer.location.startswith("/sign-in?next="), address


def test_htmx_is_sent_to_the_sign_in_page_whole(app: Flask) -> None:
    answer = app.test_client().get("/today", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("name", ["li", "zhao", "admin", "stranger"])
def test_what_is_not_there_is_404_for_everyone(
    app: Flask, client_for: ClientFor, name: str
) -> None:
    client = client_for(name)
    for endpoint, method, address in addresses(app):
        if NOBODYS_ID in address and endpoint not in OPEN and not address.startswith("/sync/"):
            assert client.open(address, method=method).status_code == 404, (endpoint, address)


@pytest.fixture
def known(client_for: ClientFor, database: Database, visit: str, engagement: str) -> dict[str, str]:
    """By the name of a route's parameter: something of the plant, or of the institution."""
    sql = "select enterprise_id from engagements where id = :id"
    enterprise = one(database, sql, id=engagement)
    known = {
        "visit": visit,
        "engagement": engagement,
        "enterprise": enterprise,
        "plan": one(database, "select id from plans where enterprise_id = :id", id=enterprise),
        "zone": one(database, "select id from zones"),
        "board": one(database, "select id from boards where engagement_id = :id", id=engagement),
        "hazard": one(database, "select id from hazards"),
        "sha256": one(database, "select sha256 from hazard_photos"),
        "party": "consultant",
        "person": one(database, "select id from people where sign_in_name = 'wang'"),
        "operation": NOBODYS_ID,
        "credential": one(database, "select id from credentials"),
        "contract": one(database, "select id from labour_contracts"),
        "training": one(database, "select id from trainings"),
        "experience": one(database, "select id from experiences"),
        "competence": one(database, "select id from competences where withdrawn_on is null"),
        "pledge": one(database, "select id from pledges"),
        "evidence": one(database, "select id from evidence where person_id is not null"),
        "noun": "equipment",
        "kind": "people",
        "row": one(database, "select id from equipment"),
        "step": "assessment",
        "attachment": one(database, "select id from attachments"),
        "link": one(database, "select id from follow_up_links"),
        "follow_up": one(database, "select id from follow_ups where way <> 'link'"),
        "passkey": "AAAA",
        "deed": "remove",
    }
    found = {"kind": "complaint", "happened_on": "2026-01-05", "enterprise_id": "", "found": "迟到"}
    assert client_for("admin").post("/office/oversights", data=found).status_code == 303
    known["oversight"] = one(database, "select id from oversights")
    database.execute("pragma query_only = off")
    suspended = "insert into suspensions (id, credential_id) values ('s', :credential)"
    database.execute(suspended, {"credential": known["credential"]})
    known["suspension"] = "s"
    proof = "insert into insurance_proofs (id, month, evidence_id) values ('i', '2026-01', :id)"
    database.execute(proof, {"id": known["evidence"]})
    known["proof"] = "i"
    passkeys.add(database, known["person"], (known["passkey"], b"key", 0), "", now())
    database.execute("pragma query_only = on")
    typed = {"kind": "feishu", "address": "https://open.feishu.cn/open-apis/bot/v2/hook/0b1f2c3d4e"}
    assert client_for("wang").post("/me/channels", data=typed).status_code == 303
    typed = {"name": "评定人员", "county": "张家港市", "expires_on": today()}
    assert client_for("admin").post("/office/assessors", data=typed).status_code == 200
    known["assessor"] = one(database, "select id from assessors")
    known["channel"] = one(database, "select id from channels")
    known["board_photo"] = hung(client_for, known["board"], database)
    known["session_id"] = one(database, "select id from sessions")
    known["rescue"], known["draft"] = rescued(client_for, database, known["sha256"])
    return known


def theirs(database: Database) -> None:
    """`qian`: the safety manager of another enterprise."""
    row = {"id": new_id()}
    database.execute("pragma query_only = off")
    database.execute(
        "insert into people (id, sign_in_name, name, role, session_stamp, password_hash)"
        " select :id, 'qian', '钱工', 'safety_manager', 'stamp', password_hash from people"
        " where sign_in_name = 'li'",
        row,
    )
    database.execute(
        "insert into enterprise_people (enterprise_id, person_id) select id, :id from enterprises"
        " where id not in (select enterprise_id from enterprise_people) limit 1",
        row,
    )
    database.execute("pragma query_only = on")


def test_a_stranger_gets_404_for_every_address_of_the_plant(
    app: Flask, client_for: ClientFor, database: Database, engagement: str, known: dict[str, str]
) -> None:
    theirs(database)
    strangers = [client_for("stranger"), client_for("qian")]
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or not rule.arguments or rule.rule.startswith("/sync/"):
            continue
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule.rule)
        for method in {"GET", "POST", "PUT"} & set(rule.methods or set()):
            form = {"engagement_id": engagement, "number": "2"} if method == "POST" else None
            for client in strangers:
                answer = client.open(address, method=method, data=form)
                assert answer.status_code == 404, (method, address)
            tried += 1
    assert tried > 120


def test_what_an_assessor_reads_is_closed_to_whoever_has_no_link(
    app: Flask, client_for: ClientFor, database: Database, known: dict[str, str]
) -> None:
    """Open by name, since nobody signs in there: the link alone opens them, of the own county, as
    long as it stands, to whoever is not signed in."""
    theirs(database)
    others = {
        one(database, "select county from enterprises where id = :id", id=known["enterprise"])
    }
    others ^= {row["county"] for row in database.query("select county from enterprises")}
    clients = {name: client_for(name) for name in ("", "admin", "stranger", "qian")}
    clients |= {name: client_for("") for name in ("revoked", "over", "other")}
    for name in ("revoked", "over", "other"):
        county = others.pop() if name == "other" else "张家港市"
        typed = {"name": name, "county": county, "expires_on": today()}
        made = client_for("admin").post("/office/assessors", data=typed).text
        [link] = set(re.findall(r"/assessor/[\w-]{32}", made))
        assert clients[name].get(link).status_code == 303
    database.execute("pragma query_only = off")
    database.execute("update assessors set revoked_at = made_at where name = 'revoked'")
    database.execute("update assessors set expires_on = '2020-01-01' where name = 'over'")
    database.execute("pragma query_only = on")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/assessor"):
            continue
        address = re.sub(r"<(\w+)>", lambda found: known.get(found[1], "no-token"), rule.rule)
        for method in {"GET", "POST"} & set(rule.methods or set()):
            for name, client in clients.items():
                if name == "other" and not rule.arguments:
                    continue  # the ledger of the own county
                status = client.open(address, method=method).status_code
                assert status in {403, 404}, (name, method, address)
                tried += 1
    assert tried > 40


@pytest.mark.parametrize(("name", "may"), [("stranger", CONSULTANTS), ("qian", EVERYBODYS)])
def test_what_belongs_to_no_enterprise_is_a_managers_unless_listed(
    app: Flask, client_for: ClientFor, database: Database, name: str, may: set[str]
) -> None:
    theirs(database)
    client, found = client_for(name), set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.arguments or rule.rule.startswith("/sync/"):
            continue
        found.add(rule.endpoint)
        for method in {"GET", "POST", "PUT"} & set(rule.methods or set()):
            answer = client.open(rule.rule, method=method)
            assert (answer.status_code != 404) == (rule.endpoint in may), (method, rule.rule)
    assert may <= found  # a route that is gone leaves the list
    assert len(found - may) > 30


def test_the_wire_takes_nothing_of_a_stranger(
    app: Flask, client_for: ClientFor, database: Database, known: dict[str, str]
) -> None:
    theirs(database)
    strangers = [client_for("stranger"), client_for("qian")]
    before = one(database, "select count(*) from operations")
    heard: dict[tuple[str, str], object] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or not rule.rule.startswith("/sync/"):
            continue
        named = {**known, "operation_id": NOBODYS_ID}
        address = re.sub(r"<(\w+)>", lambda found, named=named: named[found[1]], rule.rule)
        for method in {"GET", "POST", "PUT"} & set(rule.methods or set()):
            said = {client.open(address, method=method).status_code for client in strangers}
            heard[rule.endpoint, method] = said.pop() if len(said) == 1 else said
    assert heard == WIRE
    assert one(database, "select count(*) from operations") == before


def hung(client_for: ClientFor, board: str, database: Database) -> str:
    """The id of a photo of the plant's board."""
    form = {"taken_on": today(), "photo": (io.BytesIO(picture()), "a.jpg")}
    assert client_for("admin").post(f"/boards/{board}/photos", data=form).status_code == 303
    return str(one(database, "select id from board_photos"))


def rescued(client_for: ClientFor, database: Database, sha256: str) -> tuple[str, str]:
    """The ids of an import and of the draft in it, which names a photo that is here."""
    typed = ({"kind": "draft", "person": "", "address": "/"}, f'{{"photos":["{sha256}"]}}'.encode())
    file = (io.BytesIO(sealed([typed, end()], "")), "a.takan")
    assert client_for("admin").post("/office/rescue", data={"file": file}).status_code == 303
    return one(database, "select id from rescues"), one(database, "select id from rescued_drafts")


def test_other_sites_are_refused(client_for: ClientFor, demo: dict[str, str]) -> None:
    client = client_for("li")
    typed = {"pin": "1234", "password": demo["password"]}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/me/pin", data=typed, headers=headers).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/me/pin", data=typed, headers=own).status_code == 303
    assert client.post("/me/pin", data=typed, headers={"Origin": "null"}).status_code == 403


def test_every_page_is_hardened(client_for: ClientFor) -> None:
    answer = client_for("li").get("/today")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Accept", "Cookie"} <= set(answer.vary.as_set(preserve_casing=True))


def test_a_forged_host_is_refused_once_the_address_is_known(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://takan.example"))
    client = app.test_client()
    assert client.get("/verify", headers={"Host": "evil.example"}).status_code == 400
    answer = client.get("/verify", headers={"Host": "takan.example"})
    assert answer.status_code == 200
    assert app.config["SESSION_COOKIE_SECURE"] is True
    drop_connection()
