"""Operation kind → domain verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlite_utils import Database

from sync.inbox import Arrival, Handler, Outcome
from sync.operation import Operation
from webapp.domain import (
    confirmations,
    hazards,
    inked_slips,
    notices,
    service_records,
    set_aside,
    visits,
)

VERBS: Mapping[str, Handler] = {
    "visit.start": visits.start,
    "visit.join": visits.join,
    "visit.end": visits.end,
    "hazard.record": hazards.record,
    "hazard.edit": hazards.edit,
    "hazard.withdraw": hazards.withdraw,
    "record.write": service_records.write,
    "confirmation.sign": confirmations.sign,
    "confirmation.ink": inked_slips.take_in,
}


def noticed(verb: Handler) -> Handler:
    """What is odd about who did it stands on the visit too, where its lead reads it first; of a
    suspected major hazard its lead is told outside the app as well."""

    def handler(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
        outcome = verb(db, operation, arrival)
        notices.alarm(db, operation, arrival.decided_at or arrival.received_at)
        return replace(outcome, flags=visits.notice(db, operation, outcome.flags))

    return handler


HANDLERS: Mapping[str, Handler] = {kind: noticed(verb) for kind, verb in VERBS.items()}


def put_aside(db: Database, operation: Operation, arrival: Arrival) -> Outcome:
    """Whoever is no longer active delivers what they recorded; a manager looks before it is taken
    in, and is told at once when it may be a suspected major hazard."""
    notices.aside(db, operation, arrival.received_at)
    return set_aside.put(db, operation, arrival)


SET_ASIDE: Mapping[str, Handler] = dict.fromkeys(HANDLERS, put_aside)


def handlers_for(active: bool) -> Mapping[str, Handler]:
    return HANDLERS if active else SET_ASIDE
