"""提醒渠道: read as the products give them, four kinds and no other; one's own, and a secret."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.robots import FEISHU, KEY, Robot, real
from webapp import create_app, db, messages
from webapp.config import Settings
from webapp.db import connect
from webapp.domain.notices import later
from webapp.standard import channels

WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566CC69da782ec33e42541b09b08551f"


def person(database: Database, name: str) -> str:
    return str(one(database, "select id from people where sign_in_name = :name", name=name))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("wecom", WECOM, KEY),
        ("wecom", f"{WECOM}&debug=1", KEY),
        ("dingtalk", DINGTALK, "566CC69da782ec33e42541b09b08551f"),
        ("feishu", FEISHU, KEY),
        ("feishu", f"{FEISHU}/", KEY),
        ("mail", "wang.jg+a@mail.example.com", "wang.jg+a@mail.example.com"),
    ],
)
def test_what_the_products_give_is_read(kind: str, typed: str, kept: str) -> None:
    assert channels.read(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("wecom", DINGTALK),
        ("wecom", WECOM.replace("https", "http")),
        ("wecom", WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.evil.example")),
        ("wecom", WECOM.replace("https://", "https://evil.example\\@")),
        ("wecom", WECOM.replace("qyapi", "user:pw@qyapi")),
        ("wecom", WECOM.replace(".com/", ".com:8443/")),
        ("wecom", WECOM.replace(KEY, "a/b?c=d&e=f#g")),
        ("wecom", "https://[::1"),
        ("wecom", f"wecombot://{KEY}"),
        ("dingtalk", DINGTALK.replace("566CC", "566-CC")),
        ("feishu", FEISHU.replace(KEY, f"{KEY}/../{KEY}")),
        ("mail", "a@b"),
        ("mail", "a@example.com,b@example.com"),
        ("mail", "a@example.com?smtp=evil.example"),
        ("mail", "张@example.com"),
        ("json", "json://127.0.0.1/"),
        ("", "file:///etc/passwd"),
    ],
)
def test_nothing_else_is(kind: str, typed: str) -> None:
    assert channels.read(kind, typed) == ""


def test_apprise_reads_our_addresses_as_they_were_meant() -> None:
    """Letters keep their case, limits hold, and no answer sends us elsewhere."""
    known = messages.plugins()
    for kind, typed in (("wecom", WECOM), ("dingtalk", DINGTALK), ("feishu", FEISHU)):
        token = channels.read(kind, typed)
        made = known[kind](**known[kind].parse_url(channels.apprise_url(kind, token)))
        assert token in {getattr(made, "key", ""), getattr(made, "token", "")}
        assert made.request_timeout == (5, 8)
        assert made.redirects is False
    smtp = "smtps://robot%40example.com:p%40ss@smtp.example.com:465"
    url = channels.apprise_url("mail", "wang@example.com", smtp, "robot@example.com")
    mail = known["mail"](**known["mail"].parse_url(url))
    assert (mail.smtp_host, mail.port, mail.user, mail.password, mail.secure_mode) == (
        "smtp.example.com", 465, "robot@example.com", "p@ss", "ssl",
    )  # fmt: skip
    assert [to for _, to in mail.targets] == ["wang@example.com"]


@pytest.mark.parametrize(
    ("smtp", "start"),
    [("smtp://mail.example.com:587", "mailtos://"), ("smtp://127.0.0.1:25", "mailto://")],
)
def test_mail_goes_in_the_clear_on_this_machine_alone(smtp: str, start: str) -> None:
    url = channels.apprise_url("mail", "a@example.com", smtp, "b@example.com")
    assert url.startswith(start)
    assert ("mode=starttls" in url) is (start == "mailtos://")


def test_one_enters_tries_and_removes_ones_own(
    client_for: ClientFor, database: Database, settings: Settings, robot: Robot
) -> None:
    real(settings)
    client = client_for("li")
    typed = {"kind": "feishu", "address": FEISHU}
    assert client.post("/me/channels", data=typed).location == "/me?done=channel#channels"
    channel = one(
        database, "select id from channels where person_id = :id", id=person(database, "li")
    )
    page = client.get("/me?done=channel").text
    assert "还没有试过" in page
    assert f"****{KEY[-4:]}" in page
    assert KEY not in page
    told = client.post(f"/me/channels/{channel}/test")
    assert told.location == "/me?done=channel_told#channels"
    assert "测试消息" in robot.heard[0]
    assert "上次送到" in client.get(told.location).text
    gone = client.post(f"/me/channels/{channel}/remove")
    assert gone.location == "/me?done=channel_removed#channels"
    assert one(database, "select address from channels") == ""
    assert "还没有渠道" in client.get("/me").text
    assert client.post(f"/me/channels/{channel}/test").status_code == 404


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((200, '{"code": 19024, "msg": "Key Words Not Found"}'), "19024"),
        ((404, "no"), "对方没有接收"),
        ((302, ""), "对方没有接收"),
        (None, "连不上对方的服务器"),
    ],
)
def test_a_test_that_does_not_go_says_why(
    client_for: ClientFor, database: Database, settings: Settings, robot: Robot,
    answer: tuple[int, str] | None, sentence: str,
) -> None:  # fmt: skip
    real(settings)
    client = client_for("li")
    client.post("/me/channels", data={"kind": "feishu", "address": FEISHU})
    if answer:
        robot.answers = [answer]
    else:
        robot.close()
    said = client.post(f"/me/channels/{one(database, 'select id from channels')}/test")
    assert said.status_code == 422
    assert "测试消息没有送到" in said.text
    assert sentence in said.text
    assert "上次没有送到" in client.get("/me").text


def test_a_channel_is_tested_once_a_minute(
    client_for: ClientFor, database: Database, settings: Settings, robot: Robot
) -> None:
    """Also one that does not answer; another channel has its own minute."""
    real(settings)
    client = client_for("li")
    for address in (FEISHU, f"{FEISHU}2"):
        client.post("/me/channels", data={"kind": "feishu", "address": address})
    first, second = (row["id"] for row in database.query("select id from channels order by id"))
    robot.answers = [(404, "no")]
    assert client.post(f"/me/channels/{first}/test").status_code == 422
    again = client.post(f"/me/channels/{first}/test")
    assert again.status_code == 422
    assert "这个渠道刚刚试过，请一分钟后再试。" in again.text
    assert len(robot.heard) == 1
    assert client.post(f"/me/channels/{second}/test").status_code == 303
    old = connect(settings.folder / "takan.db", readonly=False)
    old.execute("update channels set tried_at = :at", {"at": later(db.now(), -61)})
    old.close()
    assert client.post(f"/me/channels/{first}/test").status_code == 303


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_no_with_status_200_is_a_no(
    kind: str, robot: Robot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """apprise takes it for sent."""
    plugin = messages.plugins()[kind]
    monkeypatch.setattr(plugin, "notify_url", f"{robot.url}?key={{key}}{{token}}".replace(
        "{token}" if kind == "wecom" else "{key}", ""))  # fmt: skip
    robot.answers = [(200, '{"errcode": 93000, "errmsg": "invalid webhook url"}')]
    assert messages.send(kind, "abcdef0123", "题\n文", settings) == "not_taken 93000"
    assert messages.send(kind, "abcdef0123", "题\n文", settings) == ""
    assert len(robot.heard) == 2


NONSENSE = [
    ({"kind": "feishu", "address": "https://evil.example/hook"}, "这不是所选机器人的地址"),
    ({"kind": "json", "address": "json://127.0.0.1/"}, "请选一项"),
    ({"kind": "mail", "address": "a@example.com"}, "没有设置发信服务器"),
    ({"kind": "wecom", "address": ""}, "必填项没有填写"),
    ({"kind": "wecom", "address": "https://a" + "b" * 500}, "太长"),
]


@pytest.mark.parametrize(("typed", "sentence"), NONSENSE)
@pytest.mark.parametrize(("name", "place"), [("li", "/me/channels"), ("admin", "/office/channels")])
def test_nonsense_is_refused_and_what_was_typed_stays(
    client_for: ClientFor, database: Database, name: str, place: str, typed: dict[str, str], sentence: str
) -> None:  # fmt: skip
    said = client_for(name).post(place, data=typed)
    assert said.status_code == 422
    assert sentence in said.text
    assert f'value="{typed["address"]}"' in said.text
    assert one(database, "select count(*) from channels") == 0


def test_the_same_twice_and_too_many_are_refused(client_for: ClientFor, database: Database) -> None:
    client = client_for("li")
    for number in range(5):
        typed = {"kind": "feishu", "address": f"{FEISHU}{number}"}
        assert client.post("/me/channels", data=typed).status_code == 303
    assert "已经添加过" in client.post("/me/channels", data=typed).text
    said = client.post("/me/channels", data={"kind": "feishu", "address": f"{FEISHU}9"}).text
    assert "渠道太多" in said
    assert one(database, "select count(*) from channels") == 5


def test_nobody_sees_or_touches_anothers(client_for: ClientFor, database: Database) -> None:
    """A manager neither; and the institution's is no consultant's."""
    client_for("li").post("/me/channels", data={"kind": "feishu", "address": FEISHU})
    own = one(database, "select id from channels")
    admin = client_for("admin")
    assert (
        admin.post("/office/channels", data={"kind": "wecom", "address": WECOM}).status_code == 303
    )
    shared = one(database, "select id from channels where person_id is null")
    for name in ("wang", "stranger", "admin", "zhao"):
        client = client_for(name)
        for deed in ("test", "remove"):
            assert client.post(f"/me/channels/{own}/{deed}").status_code == 404
            assert client.post(f"/office/channels/{own}/{deed}").status_code == 404
            assert client.post(f"/me/channels/{shared}/{deed}").status_code == 404
        assert KEY[-4:] not in client.get("/me").text or name == "li"
    for name in ("li", "zhao"):
        client = client_for(name)
        assert client.get("/office/channels").status_code == 404
        assert (
            client.post("/office/channels", data={"kind": "wecom", "address": WECOM}).status_code
            == 404
        )
        assert client.post(f"/office/channels/{shared}/remove").status_code == 404
    assert (
        client_for("zhao")
        .post("/me/channels", data={"kind": "feishu", "address": FEISHU})
        .status_code
        == 404
    )
    assert "提醒" not in client_for("zhao").get("/me").text
    page = admin.get("/office/channels").text
    assert "李晓峰" in page
    assert KEY not in page
    assert admin.post(f"/office/channels/{shared}/remove").location.startswith(
        "/office/channels?done"
    )
    assert one(database, "select count(*) from channels where removed_at is null") == 1


def test_the_secret_stands_nowhere_else(
    client_for: ClientFor, database: Database, settings: Settings
) -> None:
    """Not in the trail, 操作留痕 or an export; the mail server's password not in a repr."""
    client_for("li").post("/me/channels", data={"kind": "feishu", "address": FEISHU})
    admin = client_for("admin")
    assert "添加提醒渠道" in admin.get("/office/audit").text
    assert KEY not in admin.get("/office/audit").text
    assert not list(
        database.query("select 1 from trail where detail like :key", {"key": f"%{KEY}%"})
    )
    answer = admin.post("/office/lists/people.xlsx")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert not any(KEY.encode() in book.read(name) for name in book.namelist())
    assert "p@ss" not in repr(replace(settings, smtp="smtps://a:p@ss@b"))


def test_mail_is_offered_where_there_is_a_server(settings: Settings, demo: dict[str, str]) -> None:
    app = create_app(replace(settings, smtp="smtps://a:b@smtp.example.com", mail_from="a@b.cn"))
    client = app.test_client()
    client.post("/sign-in", data={"name": "li", "password": demo["password"]})
    assert "邮件" in client.get("/me").text
    typed = {"kind": "mail", "address": "li@example.com"}
    assert client.post("/me/channels", data=typed).status_code == 303
    assert "l***@example.com" in client.get("/me").text
    db.drop_connection()


def test_a_demo_tells_nobody(client_for: ClientFor, database: Database, robot: Robot) -> None:
    client = client_for("li")
    client.post("/me/channels", data={"kind": "feishu", "address": FEISHU})
    said = client.post(f"/me/channels/{one(database, 'select id from channels')}/test")
    assert said.status_code == 422
    assert "演示账号不向外发消息" in said.text
    assert not robot.heard


def test_apprise_is_not_opened_by_starting(settings: Settings) -> None:
    """It would slow `takan run` to ready."""
    import subprocess
    import sys

    code = "import sys; from webapp import create_app, serve, reminders; print('apprise' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
