"""The head: in one line at a desk, in each language; its menu opens and closes by keys."""

from __future__ import annotations

import pytest

from clearway.web.words import LANGUAGES

WIDEST = ("supervisor", "officer", "auditor", "analyst", "platform", "carrier")
"""The roles with the most places; whoever has fewer has room."""

HEIGHT = "document.querySelector('.top').offsetHeight"


@pytest.mark.parametrize("who", WIDEST)
def test_no_head_wraps_at_a_desk(visit, who):
    page = visit(who)
    page.goto("/help/")
    for language in LANGUAGES:
        page.goto(f"/help/?lang={language}")
        assert page.evaluate(HEIGHT) < 70, language
    page.goto("/help/?lang=fr")
    row = "[...document.querySelectorAll('.top nav > ul > li > a')].map(one => one.pathname)"
    places = page.evaluate(row)
    assert places
    for place in places:
        # The place where one is stands out, and takes no more room by that.
        page.goto(place)
        assert page.evaluate(HEIGHT) < 70, place


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_one_seldom_needs_unfolds_by_keys(visit, language):
    page = visit("supervisor", language, width=320)
    page.goto("/help/")
    summary = page.locator(".top nav summary")
    summary.focus()
    page.keyboard.press("Enter")
    menu = page.locator(".top nav details[open] > div")
    box = menu.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/conveyances/"
    page.keyboard.press("Escape")
    assert menu.count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert page.url.endswith("/organisations/")
    assert page.locator(".top nav summary[aria-current]").count() == 1
