"""The ways through the desk: which of them a role has, and which one is here."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ClientFor

MANAGERS = {"/office/ledger", "/office/people", "/office/phones", "/office/audit"}


def ways(page: str) -> dict[str, str]:
    """Address → what aria-current says."""
    found = re.search(r'<nav class="desk-nav".*?</nav>', page, re.DOTALL)
    links = re.findall(r'href="([^"]+)"(?: aria-current="(\w+)")?', found[0]) if found else []
    return dict(links)


def test_a_manager_has_every_way_and_each_leads_somewhere(client_for: ClientFor) -> None:
    admin = client_for("admin")
    found = ways(admin.get("/office").text)
    assert set(found) >= MANAGERS
    for address in found:
        page = admin.get(address)
        assert page.status_code == 200, address
        assert {one for one, here in ways(page.text).items() if here} == {address}
        assert ways(page.text)[address] == "page"


@pytest.mark.parametrize("name", ["li", "zhao"])
def test_others_see_only_what_opens_for_them(client_for: ClientFor, name: str) -> None:
    client = client_for(name)
    found = ways(client.get("/office").text)
    assert not MANAGERS & set(found)
    assert bool(found) == (name == "li")
    for address in found:
        assert client.get(address).status_code == 200, address


def test_a_page_below_names_the_way_it_lies_under(client_for: ClientFor, engagement: str) -> None:
    page = client_for("admin").get(f"/office/engagements/{engagement}").text
    assert ways(page)["/office"] == "true"


def test_nobody_has_no_ways(client_for: ClientFor) -> None:
    assert not ways(client_for("").get("/sign-in").text)
