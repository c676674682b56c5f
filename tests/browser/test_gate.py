"""The gate screen through a network cut: what is bound and cached passes once, and nothing else."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from tests.browser.pages import Served

from clearway.accounts.ready import demo_secret
from clearway.proving import api_gate
from clearway.proving.api_objects import Objects
from clearway.web.words import words

TOLD = words("en")


@pytest.fixture(scope="module")
def laid(border):
    objects = Objects(Served(border))
    yield objects
    objects.close()


def wait(page, expression, seconds=15.0):
    """Wait until an expression holds; the page's policy lets no predicate be made of a text."""
    until = time.monotonic() + seconds
    while not page.evaluate(f"async () => Boolean(await ({expression}))"):
        assert time.monotonic() < until, expression
        page.wait_for_timeout(100)


def asked(border, who, path):
    headers = {"Authorization": f"Bearer {demo_secret(who)}"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{border}/api/v1{path}", headers=headers)
    ) as answer:
        return json.load(answer)


def show(page, token, unit=None):
    page.fill("#code", token["code"])
    page.fill("#unit", unit or token["number"])
    page.press("#unit", "Enter")
    wait(page, "document.querySelector('#code').value === ''")
    return page.inner_text("[data-verdict]")


def test_a_gate_works_on_through_a_network_cut_and_tells_afterwards(visit, border, laid):
    gate = api_gate.gate(laid)
    first, second = api_gate.token(laid), api_gate.token(laid)
    page = visit("terminal", width=390, expected=("Failed to", "net::"))
    page.goto(f"/gates/{gate}")
    wait(page, "document.querySelector('[data-tokens]').textContent >= '2'")
    wait(page, "navigator.serviceWorker.controller")
    assert TOLD["gate_verdict_accepted"] in show(page, first)
    assert TOLD["gate_reason_replayed"] in show(page, first)
    wait(page, "caches.open('clearway-gate').then(c => c.keys()).then(k => k.length > 5)")

    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("[data-gate]")
    wrong = show(page, second, "MSKU1234565")
    assert TOLD["gate_verdict_refused"] in wrong
    assert TOLD["gate_reason_other_unit"] in wrong
    forged = second | {"code": second["code"][:-4] + "AAAA"}
    assert TOLD["gate_reason_forged"] in show(page, forged)
    passed = show(page, second)
    assert TOLD["gate_verdict_accepted"] in passed
    assert TOLD["gate_alone"] in passed
    assert TOLD["gate_reason_replayed"] in show(page, second)
    later = api_gate.token(laid)
    assert TOLD["gate_reason_not_cached"] in show(page, later)
    assert page.inner_text("[data-kept]") == "5"

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait(page, "document.querySelector('[data-kept]').textContent === '0'")
    rows = asked(border, "terminal", f"/gates/{gate}/passages")["items"]
    kept = [(one["verdict"], one["reason"]) for one in reversed(rows) if one["offline"]]
    assert kept == [
        ("refused", "other_unit"), ("refused", "forged"), ("accepted", ""),
        ("refused", "replayed"), ("refused", "not_cached"),
    ]  # fmt: skip
    assert asked(border, "terminal", f"/gate-tokens/{second['serial']}")["state"] == "used"


def test_a_recall_reaches_the_screen_that_is_open(visit, border, laid):
    gate, token = api_gate.gate(laid), api_gate.token(laid)
    page = visit("terminal")
    page.goto(f"/gates/{gate}")
    page.wait_for_selector("html[data-live=on]")
    wait(page, "document.querySelector('[data-tokens]').textContent > '0'")
    laid.ask("officer", "POST", f"/gate-tokens/{token['serial']}/recall", {"reason": "Suspicion"})
    kept = f"JSON.parse(localStorage.getItem('clearway-gate-{gate}-pack'))"
    wait(page, f"{kept}.revoked.includes('{token['serial']}')", seconds=5)
    assert TOLD["gate_reason_recalled"] in show(page, token)
