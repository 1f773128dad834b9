"""Versions of the service record, and of both kinds through the web door and at the desk."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from tests.conftest import ClientFor, Phone
from tests.pair import Pair, bring, named, seen, settled_on
from tests.test_hazards import fields, web_form
from tests.test_visits import start
from webapp.ids import new_id


def record(phone: Phone, visit: str, words: str, base: str | None, **more: Any) -> dict[str, Any]:
    said = {"visit_id": visit, "content": words, "process": "", "result": "", **more}
    return phone.do("record.write", said, base=base)


def test_two_records_of_one_visit(pair: Pair, database: Database) -> None:
    visit = pair.visit
    first = record(pair.wang, visit, "王写的", None)
    slower = record(pair.li, visit, "李写的", None)
    assert (first["outcome"], slower["outcome"]) == ("applied", "conflict")
    place = f"/visits/{visit}"
    told = pair.li.client.get(place, headers={"Accept": "application/json"}).json["record"]
    assert (told["content"], told["versions"][0]["content"]) == ("王写的", "李写的")
    assert told["written_name"] == "王建国"
    about = {"resolves": slower["operation_id"]}
    assert record(pair.li, visit, "都写", first["operation_id"], **about)["outcome"] == "applied"
    told = pair.li.client.get(place, headers={"Accept": "application/json"}).json["record"]
    assert (told["content"], told["versions"]) == ("都写", [])
    assert record(pair.li, visit, "都写", None)["outcome"] == "applied", "says what stands"


# The web door: the same without JavaScript.


def test_the_slower_form_leads_to_the_page_of_both(
    client_for: ClientFor, pair: Pair, engagement: str
) -> None:
    pair.li.do("visit.start", start(pair.visit, engagement))
    pair.edit(pair.wang, pair.hazard, "王的描述")
    li, place = client_for("li"), f"/visits/{pair.visit}/hazards/{pair.hazard}"
    form = web_form(description="李的描述", base=pair.hazard, operation_id=new_id())
    answers = [li.post(place, data=form) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [303, 303]
    [address] = {answer.location for answer in answers}
    page = li.get(address).text
    for words in (
        "王的描述",
        "李的描述",
        "王建国",
        "李晓峰",
        "不同",
        "保留现在的",
        "采用另一处",
    ):
        assert words in page
    assert "两处修改，请选择" in li.get(f"/visits/{pair.visit}").text
    assert "两处修改，请选择" in li.get(place).text
    assert "两处修改，请选择" in li.get(f"/visits/{pair.visit}/slip").text
    assert "李的描述" in li.get(f"{address}/merge").text
    assert client_for("stranger").get(address).status_code == 404
    chosen = web_form(description="合并", base=pair.shown()["latest_operation"])
    chosen["resolves"] = pair.beside()[0]
    bad = li.post(place, data={**chosen, "description": ""})
    assert (bad.status_code, "合并两处" in bad.text) == (422, True)
    assert li.post(place, data=chosen).status_code == 303
    assert "不用再选了" in li.get(address).text
    assert pair.shown()["description"] == "合并"


class Forms(HTMLParser):
    """The forms of a page as a browser without a script would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]], list[str]]] = []
        self.in_button = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        said = dict(attributes)
        if tag == "form":
            self.found.append((said["action"], {}, []))
        elif tag == "input" and self.found:
            self.found[-1][1].setdefault(said["name"], []).append(said["value"])
        self.in_button = tag == "button"

    def handle_data(self, text: str) -> None:
        if self.in_button and self.found and text.strip():
            self.found[-1][2].append(text.strip())

    def send(self, client: FlaskClient, button: str) -> Any:
        action, fields, _ = next(one for one in self.found if button in one[2])
        return client.post(action, data=fields)


@pytest.mark.parametrize(
    ("button", "stands"), [("保留现在的", "王的\n描述"), ("采用另一处", "李的 <描述> & “引号”")]
)
def test_the_pages_own_buttons_work_without_a_script(
    client_for: ClientFor, pair: Pair, button: str, stands: str
) -> None:
    pin = {"pin_x": 0.1, "pin_y": 0.7, "plan_id": ""}
    pair.edit(pair.wang, pair.hazard, "王的\n描述", **pin)
    data, photo = named("red")
    said = {"photos": [photo["sha256"]], "brings": [photo], "no_photo_reason": ""}
    slower = pair.edit(pair.li, pair.hazard, "李的 <描述> & “引号”", **said)
    bring(pair.li, slower["operation_id"], data)
    before = pair.shown()
    wang, address = client_for("wang"), before["versions"][0]["url"]
    answer = Forms(wang.get(address).text).send(wang, button)
    assert answer.location == before["url"]
    after = pair.shown()
    assert (after["description"], after["versions"]) == (stands, [])
    if button == "保留现在的":
        assert after == {**before, "versions": []}, "who wrote it last is still Wang"
    else:
        assert (after["photos"], after["pin_x"]) == ([photo["sha256"]], None)


def test_a_form_changed_after_going_back_is_another_operation(
    client_for: ClientFor, pair: Pair
) -> None:
    """Same hidden id, other words: not swallowed as the same form sent twice."""
    li, place = client_for("li"), f"/visits/{pair.visit}/hazards/{pair.hazard}"
    form = web_form(description="第一次", base=pair.hazard, operation_id=new_id())
    assert li.post(place, data=form).location == place
    again = li.post(place, data={**form, "description": "想了想"})
    assert "/versions/" in again.location
    assert pair.shown()["versions"][0]["description"] == "想了想"


def test_withdrawing_and_writing_through_the_web_door(client_for: ClientFor, pair: Pair) -> None:
    li, place = client_for("li"), f"/visits/{pair.visit}"
    pair.edit(pair.wang, pair.hazard, "王的描述")
    form = {"reason": "重复", "base": pair.hazard}
    answer = li.post(f"{place}/hazards/{pair.hazard}/withdraw", data=form)
    assert "作废这条隐患" in li.get(answer.location).text
    first = {"content": "王写的", "process": "", "result": "", "base": ""}
    assert client_for("wang").post(f"{place}/record", data=first).location == place
    answer = li.post(f"{place}/record", data={**first, "content": "李写的"})
    assert "/record/versions/" in answer.location
    page = li.get(answer.location).text
    assert "王写的" in page
    assert "李写的" in page
    assert "李写的" in li.get(f"{answer.location}/merge").text
    assert "两处修改" in li.get(f"{place}/record").text


# The desk.


def test_the_manager_reads_both_and_the_enterprise_neither(
    client_for: ClientFor, pair: Pair
) -> None:
    pair.apart()
    address = f"/office/visits/{pair.visit}"
    page = client_for("admin").get(address).text
    enterprise = re.search('/enterprises/[^"]+', page)
    assert enterprise
    assert "两处修改 1" in client_for("admin").get(enterprise[0]).text
    assert "两处修改" not in client_for("zhao").get(enterprise[0]).text
    assert "王的描述" in page
    assert "李的描述" in page
    assert "李的描述" not in client_for("zhao").get(address).text
    assert client_for("stranger").get(address).status_code == 404


def test_one_id_with_two_contents_is_shown_at_the_desk(client_for: ClientFor, pair: Pair) -> None:
    operation = pair.li.operation("hazard.record", fields(pair.visit, "L2", description="先到的"))
    pair.li.send(operation)
    assert "同一编号" not in client_for("admin").get(f"/office/visits/{pair.visit}").text
    pair.li.send({**operation, "payload": {**operation["payload"], "photos": 5, "reason": {}}})
    data, photo = named("black")
    said = fields(pair.visit, "L2", description="后到的", photos=[photo["sha256"]])
    pair.li.send({**operation, "payload": said, "photos": [photo]})
    assert bring(pair.li, operation["id"], data) == 200
    page = client_for("admin").get(f"/office/visits/{pair.visit}").text
    for words in ("同一编号", "先到的", "后到的", photo["sha256"]):
        assert words in page
    assert seen(client_for("admin"), photo["sha256"]) == 200
    assert "后到的" not in client_for("zhao").get(f"/office/visits/{pair.visit}").text
    assert settled_on(pair.li) == []
    address = f"/office/visits/{pair.visit}/doubles/{operation['id']}"
    for name, status in {"wang": 404, "stranger": 404, "admin": 303}.items():
        assert client_for(name).post(address).status_code == status
    assert client_for("admin").post(address).status_code == 404, "nothing left to look at"
    assert "同一编号" not in client_for("admin").get(f"/office/visits/{pair.visit}").text
    assert settled_on(pair.li) == [operation["id"]]


def test_what_was_kept_before_there_was_a_table_is_offered_too(pair: Pair, settings: Any) -> None:
    """The migration reads it out of the trail."""
    from webapp import db

    data, photo = named("white")
    latest = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    first = pair.edit(pair.li, pair.hazard, "李", photos=[photo["sha256"]], brings=[photo])
    second = pair.edit(pair.li, first["operation_id"], "李再改", photos=[photo["sha256"]])
    before = pair.shown()
    path = settings.folder / "takan.db"
    database = db.connect(path, readonly=False)
    database.execute("begin")
    for table in ("version_photos", "versions"):
        database.execute(f"drop table {table}")
    for index in ("trail_by_subject", "operations_in_conflict"):
        database.execute(f"drop index {index}")
    database.execute("delete from _sqlite_migrations where name = '0004_versions'")
    database.execute("commit")
    db.migrate(database)
    database.close()
    db.drop_connection()
    assert pair.shown() == before
    assert pair.beside() == [second["operation_id"]]
    bring(pair.li, first["operation_id"], data)
    assert seen(pair.wang.client, photo["sha256"]) == 200
    pair.edit(pair.wang, latest, "定了", resolves=second["operation_id"])
    assert pair.beside() == []
