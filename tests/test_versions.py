"""两处修改: kept beside what stands, shown, chosen about once; by phones and without JavaScript."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database

from sync import trail
from tests.conftest import ClientFor, Phone, one
from tests.test_hazards import fields, picture, web_form
from tests.test_visits import start
from webapp.ids import new_id

Phones = Callable[[str], Phone]


class Pair:
    """Li and Wang on one hazard that Li recorded."""

    def __init__(self, phone_of: Phones, visit: str) -> None:
        self.li, self.wang, self.visit = phone_of("li"), phone_of("wang"), visit
        self.hazard = self.li.do("hazard.record", fields(visit, "L1"))["operation_id"]

    def edit(self, phone: Phone, base: str, words: str = "", **more: Any) -> dict[str, Any]:
        photos = more.pop("brings", [])
        said = {**fields(self.visit), "hazard_id": self.hazard, "description": words, **more}
        return phone.do("hazard.edit", said, base=base, photos=photos)

    def withdraw(self, phone: Phone, base: str | None, **more: Any) -> dict[str, Any]:
        said = {"visit_id": self.visit, "hazard_id": self.hazard, "reason": "重复", **more}
        return phone.do("hazard.withdraw", said, base=base)

    def apart(self) -> tuple[str, str]:
        """Both edited the recorded one: (Wang's, which stands; Li's, which was slower)."""
        stands = self.edit(self.wang, self.hazard, "王的描述")
        beside = self.edit(self.li, self.hazard, "李的描述")
        assert (stands["outcome"], beside["outcome"]) == ("applied", "conflict")
        return stands["operation_id"], beside["operation_id"]

    def shown(self, phone: Phone | None = None) -> dict[str, Any]:
        """The hazard as a phone is told of it."""
        headers = {"Accept": "application/json"}
        answer = (phone or self.wang).client.get(f"/visits/{self.visit}", headers=headers)
        return next(h for h in answer.json["hazards"] if h["id"] == self.hazard)

    def beside(self) -> list[str]:
        return [version["id"] for version in self.shown()["versions"]]


@pytest.fixture
def pair(phone_of: Phones, visit: str) -> Pair:
    return Pair(phone_of, visit)


def settled_on(phone: Phone) -> list[str]:
    """What this phone is told that nobody has to choose about any more."""
    said = {
        "device": f"phone-{phone.person}", "operations_waiting": 0, "photos_waiting": 0,
        "highest_seq": phone.seq, "oldest_waiting": None,
        "device_now": "2026-11-23T01:10:00.000Z", "app": "test",
    }  # fmt: skip
    found: list[str] = phone.client.post("/sync/contact", json=said).json["settled"]
    return found


def test_the_slower_edit_stands_beside_whole_with_name_and_time(pair: Pair) -> None:
    _, slower = pair.apart()
    shown = pair.shown()
    [version] = shown["versions"]
    assert (shown["description"], shown["latest_name"]) == ("王的描述", "王建国")
    assert (version["id"], version["description"]) == (slower, "李的描述")
    assert (version["made_name"], version["suggestion"]) == ("李晓峰", "加护罩")
    assert settled_on(pair.li) == []


@pytest.mark.parametrize(
    ("chosen", "stands"), [("王的描述", "王的描述"), ("李的描述", "李的描述"), ("合并", "合并")]
)
def test_choosing_settles_it_and_says_who_decided(
    pair: Pair, database: Database, chosen: str, stands: str
) -> None:
    latest, slower = pair.apart()
    receipt = pair.edit(pair.wang, latest, chosen, resolves=slower)
    assert (receipt["outcome"], receipt["reason"]) == ("applied", None)
    assert (pair.shown()["description"], pair.beside()) == (stands, [])
    assert settled_on(pair.li) == [slower]
    assert settled_on(pair.wang) == []
    sql = "select settled_by from versions where operation_id = :id"
    assert one(database, sql, id=slower) == receipt["operation_id"]
    sql = "select detail from trail where operation_id = :id"
    detail = json.loads(one(database, sql, id=receipt["operation_id"]))
    assert (detail["before"]["description"], detail["after"]["description"]) == ("王的描述", chosen)
    assert detail["after"]["resolves"] == slower
    assert trail.verify(database) is None


def test_keeping_what_stands_makes_nobody_elses_edit_meet_it(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert pair.edit(pair.wang, latest, "王又改")["outcome"] == "applied"


def test_keeping_also_holds_when_what_stands_went_on_meanwhile(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "王又改")
    receipt = pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert (receipt["outcome"], pair.beside()) == ("applied", [])
    assert pair.shown()["description"] == "王又改"


def test_choosing_on_an_old_text_is_a_version_that_stands_for_the_first(pair: Pair) -> None:
    latest, slower = pair.apart()
    newer = pair.edit(pair.wang, latest, "王又改")["operation_id"]
    merged = pair.edit(pair.li, latest, "合并", resolves=slower)
    assert merged["outcome"] == "conflict"
    assert pair.beside() == [merged["operation_id"]]
    assert settled_on(pair.li) == [slower]
    pair.edit(pair.li, newer, "合并", resolves=merged["operation_id"])
    assert pair.beside() == []
    assert set(settled_on(pair.li)) == {slower, merged["operation_id"]}


def test_two_people_who_decide_alike_are_asked_once(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "李的描述", resolves=slower)
    again = pair.edit(pair.li, latest, "李的描述", resolves=slower)
    assert (again["outcome"], pair.beside()) == ("applied", [])
    assert again["reason"]["params"]["flags"] == ["settled_before"]


def test_two_people_who_decide_against_each_other_are_asked(pair: Pair) -> None:
    latest, slower = pair.apart()
    pair.edit(pair.wang, latest, "李的描述", resolves=slower)
    against = pair.edit(pair.li, latest, "王的描述", resolves=slower)
    assert against["outcome"] == "conflict"
    assert pair.beside() == [against["operation_id"]]


def test_the_same_change_from_both_is_no_choice(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "一样")
    assert pair.edit(pair.li, pair.hazard, "一样")["outcome"] == "applied"
    assert pair.beside() == []


def test_an_edit_that_changes_nothing_overwrites_nothing(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "王的描述")
    assert pair.edit(pair.li, pair.hazard, "护罩缺失")["outcome"] == "applied"
    assert (pair.shown()["description"], pair.beside()) == ("王的描述", [])


def test_a_chain_is_offered_by_its_newest_and_settled_whole(pair: Pair) -> None:
    latest, first = pair.apart()
    second = pair.edit(pair.li, first, "李再改")["operation_id"]
    third = pair.edit(pair.li, second, "李三改")["operation_id"]
    assert pair.beside() == [third]
    assert set(settled_on(pair.li)) == {first, second}
    pair.edit(pair.wang, latest, "李三改", resolves=third)
    assert pair.beside() == []
    assert set(settled_on(pair.li)) == {first, second, third}


def test_who_chose_about_an_early_link_has_not_seen_the_later_ones(pair: Pair) -> None:
    latest, first = pair.apart()
    second = pair.edit(pair.li, first, "李再改")["operation_id"]
    pair.edit(pair.wang, latest, "王的描述", resolves=first)
    assert pair.beside() == [second]


def test_writing_on_until_it_says_what_stands_settles_it(pair: Pair) -> None:
    _, first = pair.apart()
    assert pair.edit(pair.li, first, "王的描述")["outcome"] == "applied"
    assert pair.beside() == []


def test_saving_ones_own_version_again_does_not_make_it_vanish(pair: Pair) -> None:
    _, first = pair.apart()
    again = pair.edit(pair.li, first, "李的描述")
    assert again["outcome"] == "conflict"
    assert pair.beside() == [again["operation_id"]]


@pytest.mark.parametrize("resolves", ["01900000-0000-7000-8000-000000000000", "nonsense"])
def test_a_choice_about_nothing_is_flagged_and_taken(pair: Pair, resolves: str) -> None:
    receipt = pair.edit(pair.wang, pair.hazard, "改", resolves=resolves)
    assert receipt["outcome"] == "applied"
    assert receipt["reason"]["params"]["flags"] == ["settled_before"]


def test_after_a_restore_a_choice_may_come_before_what_it_was_about(pair: Pair) -> None:
    stands = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    late = pair.li.operation(
        "hazard.edit",
        {**fields(pair.visit), "hazard_id": pair.hazard, "description": "李的描述"},
        base=pair.hazard,
    )
    pair.edit(pair.wang, stands, "合并", resolves=late["id"])
    assert pair.li.send(late).json["receipt"]["outcome"] == "conflict"
    assert pair.beside() == []
    assert settled_on(pair.li) == [late["id"]]


def test_an_edit_may_come_before_the_version_it_was_made_on(pair: Pair) -> None:
    stands = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    said = {**fields(pair.visit), "hazard_id": pair.hazard, "description": "李的描述"}
    first = pair.li.operation("hazard.edit", said, base=pair.hazard)
    second = pair.edit(pair.li, first["id"], "李再改")["operation_id"]
    pair.li.send(first)
    assert pair.beside() == [second]
    pair.edit(pair.wang, stands, "合并", resolves=second)
    assert (pair.beside(), set(settled_on(pair.li))) == ([], {first["id"], second})


def test_a_choice_cannot_settle_another_hazard(pair: Pair) -> None:
    _, slower = pair.apart()
    other = pair.wang.do("hazard.record", fields(pair.visit, "W1"))["operation_id"]
    said = {**fields(pair.visit), "hazard_id": other, "description": "别的", "resolves": slower}
    receipt = pair.wang.do("hazard.edit", said, base=other)
    assert receipt["reason"]["params"]["flags"] == ["settled_before"]
    assert pair.beside() == [slower]


@pytest.mark.parametrize("wrong", [{"resolves": 5}, {"restored": "maybe"}])
def test_nonsense_is_refused(pair: Pair, wrong: dict[str, Any]) -> None:
    receipt = pair.edit(pair.wang, pair.hazard, "改", **wrong)
    assert (receipt["outcome"], receipt["reason"]["code"]) == ("refused", "bad_value")


# 作废 against an edit, both ways round.


def test_what_was_edited_meanwhile_is_not_withdrawn_unseen(pair: Pair) -> None:
    edited = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    receipt = pair.withdraw(pair.li, pair.hazard)
    assert receipt["outcome"] == "conflict"
    [version] = pair.shown()["versions"]
    assert (version["kind"], version["withdrawn_reason"]) == ("hazard.withdraw", "重复")
    assert pair.shown()["withdrawn_at"] == ""
    assert pair.withdraw(pair.wang, edited, resolves=version["id"])["outcome"] == "applied"
    assert (pair.shown()["withdrawn_reason"], pair.beside()) == ("重复", [])


def test_phones_of_before_withdraw_without_a_base(pair: Pair) -> None:
    pair.edit(pair.wang, pair.hazard, "王的描述")
    assert pair.withdraw(pair.li, None)["outcome"] == "applied"


def test_an_edit_of_what_was_withdrawn_can_bring_it_back(pair: Pair, database: Database) -> None:
    withdrawn = pair.withdraw(pair.wang, pair.hazard)["operation_id"]
    slower = pair.edit(pair.li, pair.hazard, "李的描述")
    assert (slower["outcome"], pair.shown()["withdrawn_reason"]) == ("conflict", "重复")
    about = {"resolves": slower["operation_id"]}
    assert pair.edit(pair.wang, withdrawn, "护罩缺失", **about)["outcome"] == "applied"
    assert (pair.beside(), bool(pair.shown()["withdrawn_at"])) == ([], True), "kept withdrawn"
    back = pair.edit(pair.li, withdrawn, "李的描述", restored="yes")
    assert (back["outcome"], pair.shown()["withdrawn_at"]) == ("applied", "")
    sql = "select count(*) from trail where detail like '%重复%' and subject = :subject"
    assert one(database, sql, subject=f"hazard {pair.hazard}") == 1


def test_a_second_reason_to_withdraw_is_in_the_trail(pair: Pair, database: Database) -> None:
    pair.withdraw(pair.wang, pair.hazard)
    pair.withdraw(pair.li, pair.hazard, reason="另一个原因")
    assert pair.shown()["withdrawn_reason"] == "重复"
    assert one(database, "select count(*) from trail where detail like '%另一个原因%'") == 1


# Photos come with a version, can be seen, and are taken over without being sent again.


def named(colour: str) -> tuple[bytes, dict[str, Any]]:
    data = picture(colour)
    sha256 = hashlib.sha256(data).hexdigest()
    return data, {"sha256": sha256, "size": len(data), "type": "image/jpeg"}


def bring(phone: Phone, operation: str, data: bytes) -> int:
    sha256 = hashlib.sha256(data).hexdigest()
    return phone.client.put(f"/sync/photos/{sha256}?operation={operation}", data=data).status_code


def seen(client: FlaskClient, sha256: str) -> int:
    with client.get(f"/photos/{sha256}") as answer:
        return answer.status_code


def test_photos_of_a_version_come_are_seen_and_taken_over(
    pair: Pair, client_for: ClientFor, database: Database
) -> None:
    data, photo = named("green")
    latest = pair.edit(pair.wang, pair.hazard, "王的描述")["operation_id"]
    slower = pair.edit(pair.li, pair.hazard, "李", photos=[photo["sha256"]], brings=[photo])
    slower_id = slower["operation_id"]
    assert slower["outcome"] == "conflict"
    assert seen(pair.wang.client, photo["sha256"]) == 404, "not here yet"
    assert bring(pair.li, slower_id, data) == 200
    for name, status in {"wang": 200, "zhao": 200, "stranger": 404}.items():
        assert seen(client_for(name), photo["sha256"]) == status
    about = {"photos": [photo["sha256"]], "resolves": slower_id}
    assert pair.edit(pair.wang, latest, "李", **about)["outcome"] == "applied"
    assert pair.shown()["photos"] == [photo["sha256"]]
    sql = "select operation_id from hazard_photos where sha256 = :sha"
    assert one(database, sql, sha=photo["sha256"]) == slower_id


def test_an_edit_that_keeps_a_photo_another_took_away_is_a_version_not_a_refusal(
    pair: Pair,
) -> None:
    data, photo = named("blue")
    base = pair.edit(pair.li, pair.hazard, "有照片", photos=[photo["sha256"]], brings=[photo])
    bring(pair.li, base["operation_id"], data)
    pair.edit(pair.wang, base["operation_id"], "拿掉照片")
    slower = pair.edit(pair.li, base["operation_id"], "留着", photos=[photo["sha256"]])
    assert slower["outcome"] == "conflict"
    assert pair.shown()["versions"][0]["photos"] == [photo["sha256"]]
    assert seen(pair.wang.client, photo["sha256"]) == 200


def test_a_photo_of_another_hazard_cannot_be_named(pair: Pair) -> None:
    _, photo = named("pink")
    said = fields(pair.visit, "L2", photos=[photo["sha256"]])
    pair.li.do("hazard.record", said, photos=[photo])
    refused = pair.edit(pair.li, pair.hazard, "改", photos=[photo["sha256"]])
    assert refused["reason"]["code"] == "bad_value"


# The service record.


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
