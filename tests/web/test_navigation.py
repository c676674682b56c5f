"""The head: each role's work first, in few places, each with one shortcut that is its own."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from clearway.accounts.ready import READY
from clearway.audit.actor import Actor, Role
from clearway.web import navigation
from clearway.web.navigation import PLACES
from clearway.web.words import LANGUAGES, words

MOST_DAILY = 6
FIRST = {
    "trader": "dashboard", "broker": "dashboard", "platform": "dashboard", "carrier": "dashboard",
    "terminal": "dashboard", "officer": "queue", "supervisor": "team", "registrar": "organisations",
    "auditor": "log", "operator": "line", "tariff": "packs", "cashier": "bank",
    "agency": "agency_cases", "analyst": "profiles",
}  # fmt: skip
WORK_WITHOUT_PAGES = set()
"""Their rooms are asked through the API so far."""


def test_a_shortcut_is_of_one_place_and_a_place_is_listed_once():
    keys = [place.key for place in PLACES if place.key]
    assert len(set(keys)) == len(keys)
    assert len({place.page for place in PLACES}) == len(PLACES)
    assert all(re.fullmatch("g [a-z]", key) for key in keys)
    assert not any(place.roles & place.seldom for place in PLACES)


@pytest.mark.parametrize("role", sorted(set(Role) - WORK_WITHOUT_PAGES))
def test_each_role_begins_with_its_work_and_has_few_places(role):
    actor = Actor("user:1", 1, roles=frozenset({role}))
    assert navigation.home(actor) == reverse(FIRST[role])
    assert 1 <= sum(place.is_daily(actor) for place in PLACES) <= MOST_DAILY


def test_what_is_seldom_for_one_role_is_daily_for_who_has_another_too(rf):
    both = Actor("user:1", 1, roles=frozenset({Role.SUPERVISOR, Role.REGISTRAR}))
    shown = navigation.menu(rf.get("/organisations/7"), both, words("en"))
    daily = {entry.address: entry.current for entry in shown.daily}
    assert daily["/organisations/"]
    assert not shown.is_within
    alone = Actor("user:1", 1, roles=frozenset({Role.SUPERVISOR}))
    shown = navigation.menu(rf.get("/organisations/7"), alone, words("en"))
    assert "/organisations/" not in {entry.address for entry in shown.daily}
    assert shown.is_within


@pytest.mark.parametrize(
    "ready",
    [one for one in READY if not WORK_WITHOUT_PAGES & {*one.roles}],
    ids=lambda ready: ready.name,
)
def test_nobody_is_led_to_a_page_that_he_may_not_see(signed, ready):
    client = signed(ready.name)
    page = client.get(reverse(FIRST[ready.roles[0]])).content.decode()
    head = page[page.index("<nav") : page.index("</nav>")]
    found = re.findall(r'href="([^"]+)"', head)
    assert len(found) == len(set(found)) >= 1
    for address in found:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_on_every_page_and_the_rest_folds_without_a_script(signed, language):
    told = words(language)
    for client, address in (
        (signed("supervisor"), "/team"),
        (signed("supervisor"), "/nothing-here"),
        (Client(headers={"host": "localhost"}), "/"),
        (Client(headers={"host": "localhost"}), "/accounts/login/"),
    ):
        page = client.get(address, {"lang": language}).content.decode()
        assert f'<a href="/help/">{told["help"]}</a>' in page[page.index("<footer") :], address
    page = signed("supervisor").get("/organisations/", {"lang": language}).content.decode()
    folded = re.search(r'<details class="menu"[^>]*>.*?</details>', page, re.DOTALL)[0]
    assert f'<summary aria-current="true">{told["menu_more"]}</summary>' in folded
    assert 'aria-current="page" data-key="g o"' in folded
