"""服务公示牌: taken along by a renewal, standing or not, looked at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlite_utils import Database

from tests.conftest import ClientFor, one
from tests.test_engagements import TODAY, ahead, staff
from webapp.config import Settings
from webapp.db import connect
from webapp.queries import boards, service_steps


@pytest.fixture
def board(database: Database, engagement: str) -> str:
    return str(one(database, "select id from boards where engagement_id = :id", id=engagement))


@pytest.fixture
def renewed(client_for: ClientFor, engagement: str, settings: Settings, database: Database) -> str:
    """The next engagement of the plant; the one before ended yesterday."""
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute(
        "update engagements set ends_on = :day where id = :id", {"day": ahead(-1), "id": engagement}
    )
    other.close()
    plant = one(database, "select enterprise_id from engagements where id = :id", id=engagement)
    typed = staff(database, "王建国", ends_on=ahead(700))
    answer = client_for("admin").post(f"/enterprises/{plant}/engagements/new", data=typed)
    return str(answer.headers["Location"]).rsplit("/", 1)[1]


def shown(database: Database, engagement: str) -> str:
    return service_steps.facts(database, engagement, TODAY).board_shown_on


def test_a_renewal_keeps_the_code(
    client_for: ClientFor, board: str, engagement: str, renewed: str, database: Database
) -> None:
    code = one(database, "select code from boards where id = :id", id=board)
    admin, plant = client_for("admin"), boards.enterprise_of(database, board)
    since = shown(database, engagement)
    assert since
    assert not shown(database, renewed)
    assert f'action="/boards/{board}/take-along"' in admin.get(f"/enterprises/{plant}").text
    address, typed = f"/boards/{board}/take-along", {"engagement_id": renewed}
    assert admin.post(address, data=typed).status_code == 303
    page = client_for("").get(f"/b/{code}")
    assert page.status_code == 200
    assert f"{int(ahead(700)[:4])}年" in page.text
    # what hung for the old one hung, and the new one has it too, to be printed again
    assert shown(database, engagement) == shown(database, renewed) == since
    old, new = (boards.of_engagement(database, one, TODAY) for one in (engagement, renewed))
    assert [(one["until"], one["stale"]) for one in old] == [(TODAY, 0)]
    assert [(one["until"], one["stale"], one["since"]) for one in new] == [(None, 1, TODAY)]
    assert code in admin.get("/office/boards").text
    assert "续约，已转到下一服务项目" in admin.get(f"/office/engagements/{engagement}").text
    assert "公示牌改为公示续约项目" in admin.get("/office/audit").text


def test_taking_along_refuses_strangers_and_nonsense(
    client_for: ClientFor, board: str, engagement: str, renewed: str, database: Database
) -> None:
    address = f"/boards/{board}/take-along"
    for name in ("li", "wang", "zhao", "stranger"):
        answer = client_for(name).post(address, data={"engagement_id": renewed})
        assert answer.status_code == 404
    other = one(
        database,
        "select id from engagements where enterprise_id <> (select enterprise_id from engagements"
        " where id = :id) limit 1",
        id=engagement,
    )
    for wrong in ("", "x", engagement, other):
        answer = client_for("admin").post(address, data={"engagement_id": wrong})
        assert answer.status_code == 422, wrong
    client_for("admin").post(f"/boards/{board}/revoke", data={"sure": "yes"})
    late = client_for("admin").post(address, data={"engagement_id": renewed})
    assert late.status_code == 422
    assert one(database, "select engagement_id from boards where id = :id", id=board) == engagement


def test_nothing_is_taken_from_an_engagement_that_runs(
    client_for: ClientFor, board: str, engagement: str, database: Database
) -> None:
    """A renewal signed ahead: until the old term is over the board tells of it."""
    plant = boards.enterprise_of(database, board)
    typed = staff(database, "王建国", ends_on=ahead(700))
    answer = client_for("admin").post(f"/enterprises/{plant}/engagements/new", data=typed)
    later = str(answer.headers["Location"]).rsplit("/", 1)[1]
    assert "take-along" not in client_for("admin").get(f"/enterprises/{plant}").text
    answer = client_for("admin").post(f"/boards/{board}/take-along", data={"engagement_id": later})
    assert answer.status_code == 422


def test_a_revoked_board_shows_nothing_any_more(
    client_for: ClientFor, board: str, engagement: str, database: Database
) -> None:
    """While the engagement runs; what hung until its end hung."""
    client_for("admin").post(f"/boards/{board}/revoke", data={"sure": "yes"})
    assert not shown(database, engagement)
    assert boards.shown_since(database, engagement, TODAY)


def test_looks_are_counted_and_nobody_followed(
    client_for: ClientFor, board: str, settings: Settings, database: Database
) -> None:
    code = one(database, "select code from boards where id = :id", id=board)
    plant = boards.enterprise_of(database, board)
    for _ in range(3):
        assert client_for("").get(f"/b/{code}").status_code == 200
    client_for("").head(f"/b/{code}")
    assert "公示页被查看 3 次" in " ".join(
        client_for("admin").get(f"/enterprises/{plant}").text.split()
    )
    (settings.folder / "looks" / board).unlink()
    (settings.folder / "looks").rmdir()
    (settings.folder / "looks").write_text("no folder: as on a disk that takes nothing")
    assert client_for("").get(f"/b/{code}").status_code == 200


def test_before_the_term_nobody_serves_yet(
    client_for: ClientFor, board: str, settings: Settings, engagement: str, database: Database
) -> None:
    code = one(database, "select code from boards where id = :id", id=board)
    assert "服务中" in client_for("").get(f"/b/{code}").text
    other = connect(settings.folder / "takan.db", readonly=False)
    other.execute(
        "update engagements set starts_on = :day where id = :id",
        {"day": ahead(3), "id": engagement},
    )
    other.close()
    page = client_for("").get(f"/b/{code}").text
    assert "服务尚未开始" in page
    assert "服务中" not in page


def test_where_nobody_worded_it_the_contract_says_how_often(
    client_for: ClientFor, database: Database, demo: dict[str, str], write: Callable[..., None]
) -> None:
    page = f"/b/{demo['board_code']}"
    write("update engagements set frequency = ''")
    sql = (
        "select l.item || ' ' || l.times || l.unit from boards as b join service_lines as l"
        " using (engagement_id) where b.code = :code order by l.position limit 1"
    )
    assert one(database, sql, code=demo["board_code"]) in client_for("").get(page).text
    write("update service_lines set times = 0")
    assert re.search(r"服务频次</dt><dd>—", client_for("").get(page).text)
