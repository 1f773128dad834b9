"""What the desk says, counted again from raw rows in plain Python: nothing here asks the queries or
the standard. `differences` reads the pages themselves and names what they say otherwise."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import chinese_calendar
from flask.testing import FlaskClient
from sqlite_utils import Database

Row = dict[str, Any]
TABLES = """people credentials labour_contracts insurance_months institution enterprises engagements
contracts service_lines due_days visits visit_lines confirmations follow_ups hazards consents
engagement_people acknowledgements service_records suspensions""".split()  # noqa: SIM905
LEADS = {"safety_engineer", "safety_assessor", "fire_engineer"}
RATED = {*LEADS, "junior_safety_engineer", "engineer_title"}
ENDLESS = {"safety_assessor", "engineer_title"}


class Raw:
    """Whole tables, and the day on which it is asked."""

    def __init__(self, db: Database, day: str) -> None:
        self.day = day
        self.rows = {name: list(db.query(f"select * from {name}")) for name in TABLES}
        self.engagement_of = {row["id"]: row["engagement_id"] for row in self.rows["visits"]}
        self.enterprise_of = {row["id"]: row["enterprise_id"] for row in self.rows["engagements"]}

    def of(self, table: str, **wanted: Any) -> list[Row]:
        return [row for row in self.rows[table] if all(row[k] == v for k, v in wanted.items())]

    def visits_of(self, enterprise: str) -> list[Row]:
        ids = {key for key, value in self.enterprise_of.items() if value == enterprise}
        return [row for row in self.rows["visits"] if row["engagement_id"] in ids]


def shanghai(at: str) -> str:
    return (datetime.fromisoformat(at).astimezone(UTC) + timedelta(hours=8)).date().isoformat()


def served_on(visit: Row) -> str:
    return str(visit["service_date"] or shanghai(visit["started_at"]))


def works(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the next year's notice is not out: see tests/test_workdays.py
        import holidays

        return day.weekday() < 5 and day not in holidays.country_holidays("CN")


# --- who counts, on a day ---


def stands(raw: Raw, credential: Row, day: str) -> bool:
    taken = raw.of("suspensions", credential_id=credential["id"], removed_at=None)
    suspended = any(
        (s["suspended_on"] or "") <= day < (s["resumed_on"] or "2999-01-01") for s in taken
    )
    if suspended or credential["removed_at"]:
        return False
    renewals = raw.of("credentials", follows=credential["id"], removed_at=None)
    if any((one["valid_from"] or "") <= day for one in renewals):
        return False
    if credential["valid_from"] and day < credential["valid_from"]:
        return False
    if not credential["valid_to"] and credential["kind"] not in ENDLESS:
        return False
    ends = [one for one in (credential["valid_to"], credential["review_on"]) if one]
    return all(day <= one for one in ends)


def employed_since(raw: Raw, person: str, day: str) -> str:
    """The first day of the unbroken row of contracts around this day."""
    covered = {
        (date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"] or "2099-12-31"))
        for row in raw.of("labour_contracts", person_id=person, removed_at=None)
        if row["starts_on"] <= day
    }
    now = date.fromisoformat(day)
    since = now if any(first <= now <= last for first, last in covered) else None
    while since and (earlier := [a for a, b in covered if a < since <= b + timedelta(days=1)]):
        since = min(earlier)
    return since.isoformat() if since else ""


def months_in_a_row(raw: Raw, person: str, day: str, since: str) -> int:
    paid = {row["month"] for row in raw.of("insurance_months", person_id=person)}
    month, found = day[:7], 0
    if month not in paid:
        month = before(month)
    while since and month in paid and month >= since[:7]:
        found, month = found + 1, before(month)
    return found


def before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]


def counters(raw: Raw, day: str) -> tuple[int, int]:
    """(4.1 c, A-2)."""
    unit = raw.rows["institution"][0]["name"]
    condition = rating = 0
    for person in raw.rows["people"]:
        left = not person["active"] and (person["deactivated_on"] or "") <= day
        if person["role"] == "safety_manager" or left:
            continue
        held = [c for c in raw.of("credentials", person_id=person["id"]) if stands(raw, c, day)]
        since = employed_since(raw, person["id"], day)
        works_here = bool(person["full_time"] and since)
        good = [c for c in held if c["kind"] in LEADS]
        here = all(c["kind"] == "safety_assessor" or c["registered_unit"] == unit for c in good)
        insured = months_in_a_row(raw, person["id"], day, since) >= 3
        elsewhere = person["employed_elsewhere"]
        condition += bool(good and here and works_here and insured and not elsewhere)
        rating += bool(works_here and [c for c in held if c["kind"] in RATED])
    return condition, rating


def asked_on(today: str) -> list[str]:
    """Days before and after credentials ended, people came and insurance began."""
    steps = (-800, -400, -200, -120, -60, -56, -54, -41, -39, -1, 0, 21, 23, 60, 140, 320, 500)
    return [(date.fromisoformat(today) + timedelta(days=step)).isoformat() for step in steps]


# --- what the pages should say ---


def home(raw: Raw) -> dict[str, tuple[str, str, bool]]:
    """Enterprise → last visit, next planned, late."""
    found = {}
    for row in raw.rows["enterprises"]:
        visits = raw.visits_of(row["id"])
        last = max((v["started_at"] for v in visits if v["started_at"]), default="")
        coming = [v["planned_on"] for v in visits if not v["started_at"] and not v["cancelled_at"]]
        following = min(coming, default="")
        late = bool(following) and following < raw.day
        found[row["name"]] = (shanghai(last) if last else "", following, late)
    return found


def countdown(raw: Raw) -> dict[str, tuple[str, int]]:
    """Running engagements signed and not served since: the tenth working day, and days left."""
    found = {}
    for contract in raw.rows["contracts"]:
        [engagement] = raw.of("engagements", id=contract["engagement_id"])
        visits = raw.of("visits", engagement_id=engagement["id"])
        signed = contract["signed_on"]
        if engagement["ended_on"] or any(
            v["started_at"] and served_on(v) >= signed for v in visits
        ):
            continue
        day, counted = date.fromisoformat(signed), 0
        while counted < 10:
            day += timedelta(days=1)
            counted += works(day)
        now, left = date.fromisoformat(raw.day), 0
        step = 1 if day >= now else -1
        first, last = min(now, day), max(now, day)
        for one in range(1, (last - first).days + 1):
            left += step * works(first + timedelta(days=one))
        found[engagement["id"]] = (day.isoformat(), left)
    return found


def ledger(raw: Raw) -> Counter[tuple[str, str, int, str]]:
    """(enterprise, number of the contract, times served, day of the upload)."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    for row in raw.rows["engagements"]:
        [enterprise] = raw.of("enterprises", id=row["enterprise_id"])
        contract = next(iter(raw.of("contracts", engagement_id=row["id"])), {})
        visits = raw.of("visits", engagement_id=row["id"])
        served = sum(1 for visit in visits if visit["started_at"])
        number = f"{contract['number']} {contract['signed_on']}" if contract else "没有合同"
        found[enterprise["name"], number, served, contract.get("uploaded_on") or "未上报"] += 1
    return found


def satisfaction(raw: Raw) -> dict[str, tuple[int, int, int]]:
    """Month → satisfied, average, poor: the newest judged slip of each visit, and follow-ups, from
    the first month with any to the last; the page shows 24."""
    newest: dict[str, Row] = {}
    for row in raw.rows["confirmations"]:
        if row["satisfaction"]:
            old = newest.get(row["visit_id"])
            if not old or (old["made_at"], old["id"]) < (row["made_at"], row["id"]):
                newest[row["visit_id"]] = row
    slips = [(shanghai(row["made_at"])[:7], row["satisfaction"]) for row in newest.values()]
    asked = [
        (row["followed_up_on"][:7], row["satisfaction"])
        for row in raw.of("follow_ups", withdrawn_at=None)
    ]
    months = Counter([*slips, *asked])
    found: dict[str, tuple[int, int, int]] = {}
    month = max((month for month, _ in months), default="")
    while month and len(found) < 24 and month >= min(month for month, _ in months):
        found[month] = (months[month, "satisfied"], months[month, "average"], months[month, "poor"])
        month = before(month)
    return found


def done_against_due(raw: Raw, engagement: str) -> list[tuple[int, int]]:
    """Of each line in order: due until today, which is owed only when it is over; served."""
    [row] = raw.of("engagements", id=engagement)
    over = row["ended_on"] or (row["ends_on"] if row["ends_on"] < raw.day else "")
    until, found = min(raw.day, over or raw.day), []
    visits = {visit["id"]: visit for visit in raw.rows["visits"] if visit["started_at"]}
    lines = sorted(raw.of("service_lines", engagement_id=engagement), key=lambda x: x["position"])
    for line in lines:
        served = [
            served_on(visits[x["visit_id"]])
            for x in raw.of("visit_lines", line_id=line["id"])
            if x["visit_id"] in visits
        ]
        due = {x["due_on"] for x in raw.of("due_days", line_id=line["id"])}
        owed = [day for day in due if day < raw.day or day in served]
        unplanned = max(0, line["times"] - len(due)) if row["ends_on"] < raw.day else 0
        owed += [row["ends_on"]] * unplanned
        found.append((sum(d <= until for d in owed), sum(d <= until for d in served)))
    return found


# --- what they do say ---


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def differences(client: FlaskClient, raw: Raw, days: list[str]) -> Iterator[str]:
    yield from of_home(client.get("/office").text, raw)
    yield from of_ledger(client.get("/office/ledger").text, raw)
    yield from of_satisfaction(client.get("/office/satisfaction").text, raw)
    for day in days:
        page = client.get(f"/office/people?day={day}").text
        said = re.findall(r"chip_(?:good|warn)\">[✓✕] (\d+)", page)[:2]
        if tuple(map(int, said)) != counters(raw, day):
            yield f"counters on {day}: {said}, {counters(raw, day)}"
    for engagement in raw.enterprise_of:
        page = client.get(f"/office/engagements/{engagement}").text
        body = re.search(r"应服务</th>.*?<tbody>(.*?)</tbody>", page, re.S)
        rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.S) if body else []
        cells = [re.findall(r"<td>(?:<b[^>]*>)?(\S*?)[<\s]", row) for row in rows]
        due = [(int(cell[1]), int(cell[2])) for cell in cells]
        if due != done_against_due(raw, engagement):
            yield f"engagement {engagement}: {due}, {done_against_due(raw, engagement)}"


def of_home(page: str, raw: Raw) -> Iterator[str]:
    said = {}
    for panel in re.findall(r'<li class="panel">(.*?)</li>', page, re.S):
        last, following = (text(one) for one in re.findall(r"<dd>(.*?)</dd>", panel, re.S))
        said[text(re.findall(r"<h2>(.*?)</h2>", panel, re.S)[0])] = (last, following)
    wanted = {
        name: (spoken(last), spoken(following) + (" 逾期未服务" if late else ""))
        for name, (last, following, late) in home(raw).items()
    }
    yield from (f"home, {key}: {said.get(key)}, {wanted.get(key)}" for key in {*said, *wanted}
                if said.get(key) != wanted.get(key))  # fmt: skip
    counting = dict(re.findall(r'<a href="/office/engagements/([^"]+)"><b>(.*?)</a>', page, re.S))
    expected = countdown(raw)
    if counting.keys() != expected.keys():
        yield f"countdown of {counting.keys() ^ expected.keys()}"
    for engagement, (due, left) in expected.items():
        words = f"已超过 {-left} 个工作日" if left < 0 else f"还有 {left} 个工作日"
        on = date.fromisoformat(due)
        if f"{words}，期限 {on.year}年{on.month}月{on.day}日".replace(" ", "") not in text(
            counting[engagement]
        ).replace(" ", ""):
            yield f"countdown of {engagement}: {text(counting[engagement])}, {due} {left}"


def spoken(day: str) -> str:
    return f"{int(day[5:7])}月{int(day[8:10])}日" if day else "—"


def of_ledger(page: str, raw: Raw) -> Iterator[str]:
    said: Counter[tuple[str, str, int, str]] = Counter()
    for row in re.findall(r"<tr>\s*<td>(.*?)</tr>", page, re.S):
        if 'colspan="5"' not in row:
            name = text(re.findall(r"<th scope=\"row\">(.*?)</th>", row, re.S)[0])
            cells = [text(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.S)]
            said[name, cells[2], int(cells[-2]), cells[-1].split(" ")[0]] += 1
    yield from (f"ledger: {row}" for row in (said - ledger(raw)) + (ledger(raw) - said))


def of_satisfaction(page: str, raw: Raw) -> Iterator[str]:
    said = {}
    for month, row in re.findall(r'<th scope="row">(\d{4}-\d\d)</th>(.*?)</tr>', page, re.S):
        said[month] = tuple(int(cell) for cell in re.findall(r"<td>(\d+)</td>", row))
    if said != satisfaction(raw):
        yield f"satisfaction: {said}, {satisfaction(raw)}"


def numbers(raw: Raw, days: list[str]) -> dict[str, int]:
    """How many of each were compared."""
    per: dict[str, int] = defaultdict(int)
    per["enterprises on the home page"] = len(raw.rows["enterprises"])
    per["countdowns"] = len(countdown(raw))
    per["rows of the ledger"] = sum(ledger(raw).values())
    per["months of satisfaction"] = len(satisfaction(raw))
    per["counters"] = 2 * len(days)
    per["lines, due and done"] = sum(len(done_against_due(raw, one)) for one in raw.enterprise_of)
    return dict(per)
