"""Operation kind → domain verb."""

from __future__ import annotations

from collections.abc import Mapping

from sync.inbox import Handler
from webapp.domain import confirmations, hazards, inked_slips, service_records, set_aside, visits

HANDLERS: Mapping[str, Handler] = {
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
# Whoever is no longer active delivers what they recorded; a manager looks before it is taken in.
SET_ASIDE: Mapping[str, Handler] = dict.fromkeys(HANDLERS, set_aside.put)


def handlers_for(active: bool) -> Mapping[str, Handler]:
    return HANDLERS if active else SET_ASIDE
