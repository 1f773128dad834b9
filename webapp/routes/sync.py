"""The wire of sync/PROTOCOL.md: thin, commits before it answers."""

from __future__ import annotations

import json
import shutil
from typing import IO, Any

from flask import Blueprint, Response, current_app
from flask import request as asked

from sync import devices, inbox
from sync import photos as claims
from sync.contact import parse
from sync.operation import Malformed
from webapp import photos, uploads
from webapp.db import folder, get_db, now, writing
from webapp.domain import notices
from webapp.domain.photos import arrive
from webapp.domain.refusal import Refusal
from webapp.operations import handlers_for
from webapp.people import current_person
from webapp.queries import versions

bp = Blueprint("sync", __name__, url_prefix="/sync")


def answer(taken: inbox.Taken) -> Response:
    response = Response(taken.answer, taken.status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def spoken(content: dict[str, Any]) -> Response:
    text = json.dumps({"takan": inbox.SIGNATURE, **content})
    return answer(inbox.Taken(200, text.encode()))


def below_reserve() -> bool:
    free: int = shutil.disk_usage(folder()).free
    return bool(free < current_app.config["SETTINGS"].disk_reserve)


def keep_reserve() -> None:
    """Refuse early rather than fail in the middle; the office is told by the same number."""
    if below_reserve():
        raise Refusal("disk_full")


@bp.put("/operations/<operation_id>")
def operation(operation_id: str) -> Response:
    """The receipt names the id it found in the body; a phone believes only its own."""
    keep_reserve()
    body, person = asked.get_data(cache=False), current_person()
    with writing() as db:
        taken = inbox.take(db, body, person.id, handlers_for(person.active), now())
        if taken.receipt.get("outcome") == "refused":
            notices.refused(db, person.id, now())
        devices.heard(db, person.id, operation_id, now())
    return answer(taken)


@bp.put("/photos/<sha256>")
def photo(sha256: str) -> Response:
    """Whole, or from `Upload-Offset` on; the right to send it is (operation, hash, uploader)."""
    keep_reserve()
    if elses():
        return answer(inbox.problem(403, "other_person"))  # not "nobody expects it": that parks it
    operation_id = asked.args.get("operation", "")
    total = claims.expected_size(get_db(), operation_id, sha256, current_person().id)
    if total is None:
        return answer(inbox.problem(404, "photo_not_expected"))
    if "Upload-Offset" not in asked.headers:
        return stored(operation_id, sha256, asked.stream, wrong=400)
    offset = asked.headers.get("Upload-Offset", type=int)
    if offset is None or offset + (asked.content_length or 0) > total:
        return answer(inbox.problem(400, "malformed", field="Upload-Offset"))
    return came(operation_id, sha256) or piece(operation_id, sha256, offset, total)


def came(operation_id: str, sha256: str) -> Response | None:
    """The photo is here and whole: an answer was lost, or somebody else was quicker."""
    if claims.owed(get_db(), operation_id, sha256):
        return None
    size = photos.whole(folder(), sha256)
    return None if size is None else spoken({"sha256": sha256, "size": size})


def piece(operation_id: str, sha256: str, offset: int, total: int) -> Response:
    place = uploads.part(folder(), operation_id, sha256)
    try:
        here = uploads.append(place, offset, asked.stream)
    except uploads.Elsewhere as other:
        here = other.offset
        if here != total:
            lost = inbox.problem(409, "offset", offset=here)
            return came(operation_id, sha256) or answer(lost)
    if here < total:
        return spoken({"sha256": sha256, "offset": here})
    try:
        whole = uploads.finished(place)
    except FileNotFoundError:  # the same last piece twice at once: the other one has it
        again = inbox.problem(409, "offset", offset=0)
        return came(operation_id, sha256) or answer(again)
    with whole:
        done = stored(operation_id, sha256, whole, wrong=409)
    uploads.drop(place)
    return done


def stored(operation_id: str, sha256: str, source: IO[bytes], wrong: int) -> Response:
    """File first, row after; `wrong` is the status when the bytes are not what they are called."""
    try:
        size = photos.store(folder(), sha256, source)
    except Refusal as refusal:
        return answer(inbox.problem(wrong, refusal.code))
    kind = photos.kind_of(folder(), sha256)
    with writing() as db:
        arrive(db, operation_id, sha256, size, kind, now())
        devices.heard(db, current_person().id, operation_id, now())
    return spoken({"sha256": sha256, "size": size})


def elses() -> bool:
    """Sent from a tab of one person while another signs in with the same browser."""
    return asked.headers.get("Takan-Person", current_person().id) != current_person().id


@bp.post("/contact")
def contact() -> Response:
    """What the phone holds; the answer lets it see a restored server, and what a person chose."""
    at = now()
    if elses():
        return answer(inbox.problem(403, "other_person"))
    try:
        holding = parse(asked.get_data(cache=False), at)
    except Malformed as error:
        return answer(inbox.problem(400, "malformed", field=error.code))
    with writing() as db:
        agent = asked.headers.get("User-Agent", "")
        devices.note(db, current_person().id, holding, at, agent)
        known = {"now": at, "epoch": inbox.epoch(db), "server_seq": inbox.highest_seq(db)}
        if holding.last:
            known["known"] = inbox.knows(db, holding.last)
        chosen = versions.settled(db, holding.device, current_person().id)
    return spoken({**known, "settled": chosen})
