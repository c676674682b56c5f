"""An analyst's day: a profile written, tried, approved by another and retired; what it was worth.

And what the two sides read of a selection: the officer every channel, the trader his own text.
"""

from __future__ import annotations

import re

import pytest

from clearway.web.words import words

PROFILE = re.compile(r"\b[A-Z]{2}-\d{3}\b")
"""The code of a profile as the pack has them."""


def press(page, selector):
    """Press a button that leads on."""
    with page.expect_navigation():
        page.click(selector)


def act(page, name):
    """Press the button of an act on a profile."""
    press(page, f"form[action$='/{name}'] button[type=submit]:not([formaction])")


def write(page, told):
    """Write a profile's condition with the columns that are offered, and see it read aloud."""
    page.goto("/profiles/new")
    page.fill("#code", "BR-001")
    page.fill("#name", "Dear goods from China")
    page.click("#condition")
    page.keyboard.type("orign = 'CN'")
    page.wait_for_selector("#checked .alarm mark:has-text('orign')")
    assert "origin" in page.inner_text("#checked .alarm"), "the nearest name is offered"
    page.fill("#condition", "")
    page.keyboard.type("customs_va")
    page.wait_for_selector("#column-customs_value:visible")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#condition") == "customs_value"
    page.keyboard.type(" >= 1 AND direction = 'IM'")
    page.wait_for_selector("#checked .well")
    assert told["profile_reads"] in page.inner_text("#checked .well")


def keep(page):
    """Keep the draft: what is missing is told at its field, and nothing typed is lost."""
    page.fill("#owner", "Risk Management Office")
    page.fill("#weight", "10")
    page.select_option("#lane", "yellow")
    page.fill("#valid_to", "")
    press(page, "main form button[type=submit]:not([name])")
    assert page.locator(".errors a[href='#reasons']").count() == 1
    assert page.locator(".errors a[href='#valid_to']").count() == 1, "a profile ends"
    assert page.input_value("#condition") == "customs_value >= 1 AND direction = 'IM'"
    page.fill("#reasons", "Four undervalued consignments.")
    page.fill("#valid_to", "2026-09-01")
    press(page, "main form button[type=submit]:not([name])")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_profile_lives_from_the_first_word_to_its_end(visit, language):
    told = words(language)
    page = visit("analyst", language, expected=("422",))
    other = visit("analyst2", language)
    write(page, told)
    keep(page)
    act(page, "try")
    assert page.locator("form[action$='/propose']").count() == 0, "it hits nearly everything"
    press(page, "a[href$='/write']")
    page.fill("#condition", "customs_value >= 1 AND direction = 'IM' AND origin = 'US'")
    press(page, "main form button[type=submit]:not([name])")
    act(page, "try")
    act(page, "propose")
    assert page.locator("form[action$='/approve']").count() == 0
    assert told["profile_own"] in page.inner_text("main"), "a second person decides"

    other.goto("/profiles/BR-001")
    other.fill("#reason", "The trial bears it out.")
    act(other, "approve")
    assert standing(other) == told["profile_live"]
    page.goto("/profiles/BR-001")
    page.fill("#why-retire", "It was for a test.")
    act(page, "retire")
    other.goto("/profiles/BR-001")
    other.fill("#reason", "So it was.")
    act(other, "approve")
    assert standing(other) == told["profile_retired"]

    page.goto("/selection-ledger")
    assert told["channel_random"] in page.inner_text("main table"), "the base rate of all others"


def standing(page):
    """Return what the head of a profile's page says it is."""
    return page.locator("main h1 + p .state").first.inner_text().strip()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_selection_is_read_by_the_officer_and_by_the_trader(visit, language):
    told = words(language)
    officer, trader = visit("officer", language), visit("trader", language)
    officer.goto("/declarations/?state=documents_requested")
    mrn = officer.locator("#list tbody th").first.inner_text().strip()
    officer.goto(f"/declarations/{mrn}/explanation")
    press(officer, f"a[href='/declarations/{mrn}#why']")
    why = officer.inner_text("section[aria-labelledby=why]")
    named = set(PROFILE.findall(why))
    assert named, "an officer reads which profile asked"
    assert told["all_channels"] in why
    trader.goto(f"/declarations/{mrn}")
    read = trader.inner_text("section[aria-labelledby=why]")
    assert not PROFILE.search(trader.content()), "a trader learns of no profile"
    lines = [line for line in read.splitlines()[1:] if line.strip()]
    assert len(lines) > 1, "he learns which data to check"
    assert len(lines) == len(set(lines))
    checks = {line.partition(":")[2] for line in lines[1:]}
    assert len(checks) == len(lines) - 1, "and is told it once, whatever the number of items"
