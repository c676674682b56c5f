"""An officer's morning: take the next one, look, decide, and never touch the mouse."""

from __future__ import annotations

import pytest

LANGUAGES = ("en", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_accept_takes_two_keys(visit, language):
    page = visit("officer", language)
    page.goto("/queue/")
    with page.expect_navigation():
        page.keyboard.press("n")
    mrn = page.url.rsplit("/", 1)[1]
    assert mrn.startswith("26XP")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert mrn in page.inner_text(".notice")
    page.goto(f"/declarations/{mrn}")
    assert page.locator("[data-key=a]").count() == 0
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


def test_every_figure_is_explained(visit):
    page = visit("officer")
    page.goto("/declarations/?lane=GREEN")
    with page.expect_navigation():
        page.click("#list tbody a >> nth=0")
    with page.expect_navigation():
        page.keyboard.press("e")
    assert page.locator("details summary").count() > 0


def test_asking_for_documents_reaches_the_trader_without_a_reload(visit):
    officer = visit("officer")
    officer.goto("/queue/")
    with officer.expect_navigation():
        officer.keyboard.press("n")
    mrn = officer.url.rsplit("/", 1)[1]
    watching = visit("auditor")
    watching.goto(f"/declarations/{mrn}")
    watching.wait_for_selector("html[data-live=on]")
    officer.keyboard.press("d")
    officer.fill("#ask-wanted", "The price list of item 1.")
    with officer.expect_navigation():
        officer.press("#ask-wanted", "Tab")
        officer.keyboard.press("Enter")
    watching.wait_for_selector("#timeline >> text=The price list of item 1.")


def test_search_is_one_shortcut_away_and_finds_by_the_beginning(visit):
    page = visit("officer")
    page.goto("/declarations/")
    mrn = page.inner_text("#list tbody th >> nth=0")
    page.keyboard.press("Control+k")
    page.keyboard.type(mrn[:12])
    page.wait_for_selector("#search-found [role=option]")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(mrn)


def test_a_lost_connection_shows_and_recovers(visit):
    page = visit("officer", expected=("ERR_INTERNET_DISCONNECTED", "Failed to load"))
    page.goto("/queue/")
    page.wait_for_selector("html[data-live=on]")
    page.context.set_offline(True)
    page.wait_for_selector(".stale.offline:visible")
    page.context.set_offline(False)
    page.wait_for_selector("html[data-live=on]", timeout=20_000)
    assert not page.locator(".stale:visible").count()
