"""服务公示牌 at the desk: printed, made, taken along by a renewal, revoked."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.db import get_db, now, today, writing
from webapp.domain import boards as verbs
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import boards, enterprises
from webapp.routes.office import paper, printed

bp = Blueprint("boards", __name__)


@bp.get("/boards/<board>.pdf")
def board_paper(board: str) -> Response:
    need_enterprise(boards.enterprise_of(get_db(), board))
    row = boards.by_id(get_db(), board) or abort(404)
    if row["revoked_on"]:
        abort(404)  # its code leads nowhere: not to be printed again
    size = request.args.get("size", "a4")
    if size not in {"a4", "60x90"}:
        raise Refusal("bad_value", field="size")
    # What changes meanwhile is not on the paper.
    printing = boards.to_print(get_db(), row["engagement_id"], today())
    made = printed("board", boards.shown(get_db(), row, today()), size)
    looks = current_person().role == "safety_manager" or request.method == "HEAD"
    if not looks:  # who only looks hangs up nothing new
        with writing() as db:
            verbs.note_print(db, board, printing)
    return paper(made, f"board-{row['code']}-{size}.pdf")


@bp.get("/office/boards")
@only("manager")
def stale_boards() -> str:
    """Which must be printed again, since what stands there is not so any more."""
    rows, current = boards.stale(get_db(), today()), boards.current(get_db(), today())
    return render_template("office/boards.html", boards=rows, current=current)


@bp.post("/enterprises/<enterprise>/boards")
@only("manager")
def make_board(enterprise: str) -> AnyResponse:
    need_enterprise(enterprise)
    engagement = request.form.get("engagement_id", "")
    known = enterprises.engagements_of(get_db(), enterprise, today())
    if engagement not in {row["id"] for row in known}:
        raise Refusal("unknown_engagement")
    with writing() as db:
        verbs.make(db, engagement, today(), current_person().id, now())
    return redirect(f"/enterprises/{enterprise}", code=303)


@bp.post("/boards/<board>/take-along")
@only("manager")
def take_board_along(board: str) -> AnyResponse:
    """The enterprise has a new engagement: the code at its gate goes on with that one."""
    enterprise = need_enterprise(boards.enterprise_of(get_db(), board))
    engagement = request.form.get("engagement_id", "")
    with writing() as db:
        verbs.take_along(db, board, engagement, current_person().id, today(), now())
    return redirect(f"/enterprises/{enterprise}", code=303)


@bp.post("/boards/<board>/revoke")
@only("manager")
def revoke_board(board: str) -> AnyResponse:
    """Needs the tick beside the button: the printed code stops working for good."""
    enterprise = need_enterprise(boards.enterprise_of(get_db(), board))
    if request.form.get("sure") != "yes":
        raise Refusal("not_sure")
    with writing() as db:
        verbs.revoke(db, board, current_person().id, today(), now())
    return redirect(f"/enterprises/{enterprise}", code=303)
