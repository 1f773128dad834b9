"""What happens on one random day: people's deeds with faults strewn between them, all of it
decided by one number."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.e2e import proxy as net
from tests.e2e.proxy import Act
from tests.faults.test_network import CONTACT, OPERATION, PAGE_502, PHOTO

RETRY = "Retry-After: 1\r\n"
OTHERS_JSON = net.said("200 OK", '{"ok":true}', "application/json")
WRONG_OFFSET = '{"takan":"sync/1","error":{"code":"offset","params":{"offset":0}}}'

# Between the phone and the office: what is hit, and how.
FAULTS: dict[str, tuple[str, Act]] = {
    "nothing gets through": ("", net.refused),
    "a record cut before it": (OPERATION, net.refused),
    "a record cut in the middle": (OPERATION, net.half_upload(0.5)),
    "a piece cut before its last byte": (PHOTO, net.half_upload(0.999)),
    "a record's answer lost": (OPERATION, net.answer_lost),
    "a piece's answer lost": (PHOTO, net.answer_lost),
    "the holding's answer lost": (CONTACT, net.answer_lost),
    "half an answer": ("/sync/", net.half_answer(0.6)),
    "a record doubled": (OPERATION, net.twice),
    "a piece doubled": (PHOTO, net.twice),
    "a record five times at once": (OPERATION, net.five_at_once),
    "a piece five times at once": (PHOTO, net.five_at_once),
    "a portal answers everything": ("", net.portal),
    "a portal answers the outbox": ("/sync/", net.portal),
    "200 with JSON of somebody else": ("/sync/", OTHERS_JSON),
    "302 to elsewhere": ("/sync/", net.said("302 Found", "", more="Location: http://portal.invalid/\r\n")),
    "401 of ours": ("/sync/", net.ours("401 Who", "sign_in")),
    "401 of a proxy": ("/sync/", net.said("401 Unauthorized", PAGE_502)),
    "403 of ours": (OPERATION, net.ours("403 No", "other_person")),
    "409 with a wrong offset": (PHOTO, net.said("409 Conflict", WRONG_OFFSET, "application/json")),
    "413 of a proxy": (PHOTO, net.said("413 Too Large", PAGE_502)),
    "413 of ours": ("PUT /sync/", net.ours("413 Too Large", "http_413")),
    "422 of an old server": (OPERATION, net.ours("422 Later", "unknown_kind")),
    "429": ("/sync/", net.ours("429 Slow", "busy", RETRY)),
    "500 of ours": ("/sync/", net.ours("500 Oops", "http_500")),
    "502 of a proxy": ("", net.said("502 Bad Gateway", PAGE_502)),
    "503": ("/sync/", net.ours("503 Later", "busy", RETRY)),
    "507": ("/sync/", net.ours("507 Full", "disk_full")),
    "slow": ("/sync/", net.slow(60_000)),
    "late": ("", net.late(0.7)),
}  # fmt: skip
PARKS = "413 of ours"  # the one fault after which a person must be asked

# The server's SIGKILL, by what it was doing.
KILLS = [
    f"server killed {when} a {what}"
    for when in ("before", "in the middle of", "after", "once it has answered")
    for what in ("record", "piece")
]

DEEDS = {
    "record": 8, "edit": 3, "withdraw": 1, "write": 2, "end": 1,  # what must arrive
    "reload": 1, "reopen": 2, "second_tab": 1, "tap": 3, "colleague": 1,
    "killed": 1, "killed_saving": 3, "closed_saving": 1, "store_lost": 1,
    "offline": 2, "server_off": 2, "signed_out": 1,
}  # fmt: skip
# What lasts for a while, and how it ends.
ENDS = {"offline": "online", "server_off": "server_on", "signed_out": "sign_in"}


@dataclass(frozen=True)
class Step:
    """A deed (a method of `Player`) with a number for it, or a fault for the next `number`
    requests it fits."""

    what: str
    number: int = 0
    fault: bool = False

    def __str__(self) -> str:
        return f"[{self.what} ×{self.number}]" if self.fault else f"{self.what} {self.number}"


def script(seed: int, deeds: int = 11) -> list[Step]:
    chance = random.Random(seed)
    steps: list[Step] = []
    lasting: dict[str, int] = {}  # how it ends → how many deeds are left till then
    for _ in range(deeds):
        for end, left in list(lasting.items()):
            lasting[end] = left - 1
            if left == 0:
                del lasting[end]
                steps.append(Step(end))
        if chance.random() < 0.6:
            steps.append(fault(chance))
        (deed,) = chance.choices(list(DEEDS), list(DEEDS.values()))
        if deed in ENDS and ENDS[deed] in lasting:
            deed = "record"
        if deed in ENDS:
            lasting[ENDS[deed]] = chance.randrange(1, 4)
        steps.append(Step(deed, chance.randrange(1000)))
    return steps


def fault(chance: random.Random) -> Step:
    if chance.random() < 0.3:
        return Step(chance.choice(KILLS), 1, fault=True)
    return Step(chance.choice(list(FAULTS)), chance.randrange(1, 5), fault=True)
