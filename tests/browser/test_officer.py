"""An officer's morning: take the next one, look, decide, and never touch the mouse."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from clearway.web.words import words

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
    assert page.locator("[data-key=d]").count() == 0, "it waits for no officer any more"
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_view_is_kept_and_exported_and_a_declaration_is_explained(visit, language):
    told = words(language)
    page = visit("officer", language)
    page.goto("/declarations/")
    page.select_option("#filter_lane", "GREEN")
    page.select_option("#filter_direction", "IM")
    with page.expect_navigation():
        page.click("form.filters button")
    page.fill("#view-name", f"Imports {language}")
    with page.expect_navigation():
        page.press("#view-name", "Enter")
    assert told["view_saved"] in page.inner_text(".notice")
    page.goto("/declarations/")
    with page.expect_navigation():
        page.click(f"main a:has-text('Imports {language}')")
    assert page.input_value("#filter_lane") == "GREEN"
    shown = page.locator("#list tbody tr").count()
    with page.expect_download() as kept:
        page.click("main .head a:has-text('CSV')")
    rows = list(csv.reader(io.StringIO(Path(kept.value.path()).read_text("utf-8-sig"))))
    head, lines = rows[: rows.index([]) + 1], rows[rows.index([]) + 2 :]
    assert head[0] == [told["menu_declarations"]]
    assert [told["column_lane"], told["lane_short_GREEN"]] in head
    assert [told["column_direction"], told["direction_IM"]] in head
    assert [told["export_rows"], str(len(lines))] in head
    assert len(lines) >= shown > 0

    mrn = page.inner_text("#list tbody th >> nth=0").strip()
    page.goto(f"/declarations/{mrn}/versions")
    assert page.inner_text("h1") == told["versions"]
    assert page.locator("#before option, select option").count() >= 1
    page.goto(f"/declarations/{mrn}")
    with page.expect_navigation():
        page.keyboard.press("e")
    assert page.locator("details summary").count() > 0
    assert page.url.endswith(f"/{mrn}/explanation")


def test_asking_for_documents_reaches_the_trader_without_a_reload(visit):
    officer = visit("officer")
    officer.goto("/queue/?lane=YELLOW")
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
    mrn = page.inner_text("#list tbody th:has-text('26XP') >> nth=0")
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


def test_a_refused_stream_shows_and_recovers(visit):
    page = visit("officer", expected=("429",))
    page.route("**/live/stream", lambda route: route.fulfill(status=429, body="{}"))
    page.goto("/help/")
    page.wait_for_selector(".stale.lost:visible")
    page.unroute("**/live/stream")
    page.wait_for_selector("html[data-live=on]", timeout=20_000)
    assert not page.locator(".stale:visible").count()


def test_a_sign_in_that_ended_is_told_and_leads_back_to_the_page(visit):
    page = visit("officer", expected=("401",))
    page.goto("/queue/")
    page.wait_for_selector("html[data-live=on]")
    page.context.clear_cookies()
    page.evaluate("document.querySelector('main [data-live]').dispatchEvent(new Event('news'))")
    page.click(".stale.ended a")
    assert "/accounts/login/?next=/queue/" in page.url


def test_a_stream_that_knows_nobody_is_told_apart_from_a_lost_one(visit):
    page = visit("officer", expected=("401",))
    page.route("**/live/stream", lambda route: route.fulfill(status=401, body="{}"))
    page.goto("/help/")
    page.wait_for_selector(".stale.ended:visible")
    assert not page.locator(".stale.lost:visible").count()
