"""A rescue file through the doors of ordinary delivery, for the route or the command that took it:
each record once through the inbox, each photo by its claim, each draft as words to read."""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlite_utils import Database

from sync import inbox, operation, rescue
from sync import photos as claims
from webapp import photos
from webapp.db import get_db, now, rescue_private
from webapp.domain import rescues
from webapp.domain.photos import arrive
from webapp.domain.refusal import Refusal
from webapp.ids import new_id
from webapp.operations import handlers_for
from webapp.queries import people

Transaction = Callable[[], AbstractContextManager[Database]]
MOST_BROKEN = 100  # named one by one; more are only counted
RESULTS = {200: "known", 201: "new", 422: "held"}


@dataclass
class Import:
    """One file being taken in; `by` is a manager's id, or `command`. Each part is committed before
    the next is read: what was taken stays taken, and the same file may come again."""

    transaction: Transaction
    folder: Path
    by: str
    reserve: int
    id: str = field(default_factory=new_id)
    records: list[dict[str, Any]] = field(default_factory=list)
    photos: Counter[str] = field(default_factory=Counter)
    drafts: dict[str, list[str]] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    broken: list[rescue.Broken] = field(default_factory=list)
    lost: int = 0
    unknown: int = 0
    stopped: str = ""

    def run(self, file: BinaryIO) -> str:
        """The id of the report. Raises NotReadable when nothing of it is a rescue file of ours."""
        header, parts = rescue.read(file, rescue_private(get_db()))
        self.brought = {"by": self.by, "device": header.device, "rescue": self.id}
        for part in parts:
            if shutil.disk_usage(self.folder).free < self.reserve:
                self.stopped = "disk_full"
                break
            if isinstance(part, rescue.Broken):
                self.broken.append(part)
            else:
                self._part(part)
        with self.transaction() as db:
            rescues.keep(db, self.id, self.by, self._report(db, header), now())
        return self.id

    def _part(self, part: rescue.Frame) -> None:
        take = {
            "operation": self._operation,
            "photo": self._photo,
            "draft": self._draft,
            "end": self._end,
        }.get(part.about["kind"])
        if take is None:
            self.unknown += 1  # of a newer phone: the file is to be imported again after an update
            return
        try:
            take(part.about, part.content)
            self.read[part.about["kind"]] += 1
        except (KeyError, TypeError, ValueError):
            self.broken.append(rescue.Broken(part.number, "nonsense"))

    def _operation(self, about: dict[str, Any], body: bytes) -> None:
        try:
            found = operation.parse(body)
        except operation.Malformed as error:
            self.records.append(nameless(str(about["person"])[:200], error.code))
            return
        try:
            with self.transaction() as db:
                author = people.by_id(db, found.made_by) or {"active": 1}
                handlers = handlers_for(bool(author["active"]))
                taken = inbox.take(db, body, found.made_by, handlers, now(), self.brought)
        except Exception:  # one bad record must not stop the others
            logging.getLogger(__name__).exception("rescue")
            self.records.append(described(found, "failed", None))
            return
        outcome = taken.receipt.get("outcome", "")
        reason: Any = taken.receipt.get("reason")
        result = RESULTS[taken.status] if taken.status != 201 or outcome == "applied" else outcome
        if result == "new" and "set_aside" in reason["params"]["flags"]:
            result = "set_aside"
        self.records.append(described(found, result, reason, outcome))

    def _photo(self, about: dict[str, Any], data: bytes) -> None:
        """The right to a photo stays (operation, hash, author); a draft's must be named in it."""
        sha256, person = str(about["sha256"]), str(about["person"])
        operation_id = str(about.get("operation", ""))
        db = get_db()
        if operation_id:
            claimed = claims.expected_size(db, operation_id, sha256, person) is not None
            known = sha256 not in claims.missing(db, operation_id)
        else:
            claimed = any(sha256 in named for named in self.drafts.values())
            known = photos.path(self.folder, sha256).exists() if claimed else False
        if not claimed:
            self.photos["unclaimed"] += 1
            return
        try:
            size = photos.store(self.folder, sha256, data)
        except Refusal:
            self.photos["damaged"] += 1
            return
        with self.transaction() as db:
            arrive(db, operation_id, sha256, size, photos.kind(data), now())
        self.photos["known" if known else "new"] += 1

    def _draft(self, about: dict[str, Any], content: bytes) -> None:
        person, address = str(about["person"])[:200], str(about["address"])[:500]
        if len(content) > operation.LARGEST:
            raise ValueError("draft")
        text = content.decode(errors="replace")
        with self.transaction() as db:
            draft = rescues.keep_draft(db, person, address, text, now())
        self.drafts[draft] = photos_of(text)

    def _end(self, about: dict[str, Any], content: bytes) -> None:
        self.lost = len(about.get("lost", []))

    def _report(self, db: Database, header: rescue.Header) -> dict[str, Any]:
        operations = dict.fromkeys(row["id"] for row in self.records if row.get("id"))
        missing = sum(len(claims.missing(db, one)) for one in operations)
        return {
            "device": header.device,
            "person": header.person,
            "made_at": time(header.made_at),
            "sealed": bool(header.key),
            "records": self.records,
            "counts": Counter(row["result"] for row in self.records),
            "photos": {**self.photos, "missing": missing},
            "drafts": list(self.drafts),
            "announced": header.announced,
            "read": self.read,
            "broken": [vars(one) for one in self.broken[:MOST_BROKEN]],
            "broken_count": len(self.broken),
            "lost": self.lost,
            "unknown": self.unknown,
            "stopped": self.stopped,
            "whole": not (self.broken or self.unknown or self.stopped or self.photos["damaged"]),
        }


def described(
    found: operation.Operation, result: str, reason: dict[str, Any] | None, outcome: str = ""
) -> dict[str, Any]:
    """A record as the report shows it."""
    words = {
        name: str(found.payload.get(name) or "")[:200]
        for name in ("visit_id", "label", "location", "party")
    }
    return {
        "id": found.id,
        "kind": found.kind,
        "person": found.made_by,
        "made_at": time(found.made_at),
        "result": result,
        "outcome": outcome,
        "reason": reason or {"code": "", "params": {}},
        **words,
    }


def nameless(person: str, field: str) -> dict[str, Any]:
    """What was to be a record and is none."""
    reason = {"code": "malformed", "params": {"field": field}}
    return {"kind": "", "person": person, "result": "refused", "reason": reason}


def time(said: str) -> str:
    """What a phone calls a time, when it is one."""
    try:
        return said if datetime.fromisoformat(said).tzinfo else ""
    except ValueError:
        return ""


def photos_of(text: str) -> list[str]:
    """The pictures a draft names."""
    try:
        named = json.loads(text)["photos"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    listed = named if isinstance(named, list) else []
    return [one for one in listed if isinstance(one, str) and operation.SHA256.fullmatch(one)]
