"""一企一档: the page with what is there and what is missing, and its download."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from webapp import durable
from webapp.archive import Contents, stream
from webapp.db import folder, get_db, now, today, writing
from webapp.domain import exports
from webapp.domain.refusal import Refusal
from webapp.people import current_person, need_enterprise, only
from webapp.queries import archives as queries
from webapp.queries import arrivals, boards, follow_ups
from webapp.routes.engagements import OURS, Page, said
from webapp.routes.ledgers import oversight_sheet, watermark
from webapp.standard import service_steps

bp = Blueprint("archives", __name__)


@bp.get("/enterprises/<enterprise>/file")
@only(*OURS)
def show(enterprise: str) -> Page:
    file = queries.of_enterprise(get_db(), need_enterprise(enterprise), today())
    for one in file["engagements"]:
        one["steps"] = service_steps.steps(one["facts"], today())
    shown = {
        "months": follow_ups.satisfaction(get_db(), today(), enterprise)[-12:],
        "person": current_person(),
        **file,
        **said(None),
    }
    return render_template("office/file/page.html", **shown)


@bp.post("/enterprises/<enterprise>/file.zip")
@only("manager")
def download(enterprise: str) -> Response:
    person = current_person()
    return whole_file(need_enterprise(enterprise), person.id, person.name)


def whole_file(enterprise: str, by: str, name: str) -> Response:
    """Logged before the first byte leaves. Packed on the disk first, nothing of it held: what stops
    the packing is a sentence and no torn file, and the browser knows how much is still to come.
    `by`, `name`: who takes it out, for the trail and for people."""
    with writing() as db:
        exports.record(db, "file", f"enterprise {enterprise}", by, now())
    file = queries.of_enterprise(get_db(), enterprise, today())
    oversight = oversight_sheet(file["oversights"])
    contents = Contents(file, folder(), today(), watermark(name), slip, board, oversight)
    tables = queries.tables(get_db(), enterprise)
    packed = packed_file(stream(contents, tables))
    title = quote(f"{file['enterprise']['short_name']}-{today()}.zip")
    answer = Response(sent(packed), mimetype="application/zip")
    answer.content_length = os.fstat(packed.fileno()).st_size
    said = f"attachment; filename=\"file.zip\"; filename*=UTF-8''{title}"
    answer.headers.update({"Content-Disposition": said, "Cache-Control": "no-store"})
    return answer


def sent(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        yield from durable.blocks(packed)


def packed_file(parts: Iterable[bytes]) -> IO[bytes]:
    """A file without a name, gone when it is closed."""
    with ExitStack() as stack:
        packed = stack.enter_context(tempfile.TemporaryFile(dir=folder()))
        try:
            packed.writelines(parts)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise Refusal("no_room_to_pack") from error
            raise
        packed.seek(0)
        stack.pop_all()  # who sends it closes it
    return packed


def slip(confirmation: dict[str, Any]) -> bytes:
    from webapp.routes.office import slip_bytes

    relies = arrivals.of_slip(get_db(), confirmation["visit"], confirmation)
    return slip_bytes(confirmation | {"relies": relies, "printed_at": now()})


def board(row: dict[str, Any]) -> bytes:
    """As it would be printed today; b"" where no font has a character of it."""
    from webapp.routes.office import printed

    try:
        return printed("board", boards.shown(get_db(), row, today()), "a4")
    except Refusal:
        return b""
