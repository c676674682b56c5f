"""An auditor reads everything, finds the log of his own reading, and can do nothing."""

from __future__ import annotations

import pytest

from clearway.web.words import words


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_auditor_finds_the_log_of_his_own_reading_and_has_no_act(visit, language):
    page = visit("auditor", language)
    page.goto("/desk")
    assert page.url.endswith("/log/"), "his day begins with the log"
    places = [each.get_attribute("href") for each in page.locator(".top nav a").all()]
    page.goto("/declarations/?state=released")
    mrn = page.inner_text("#list tbody th >> nth=0").strip()
    with page.expect_navigation():
        page.click("#list tbody th a >> nth=0")
    assert page.url.endswith(f"/declarations/{mrn}")
    assert acts(page) == [], page.url

    page.goto("/log/")
    page.fill("#filter_actor", "auditor@demo.example")
    page.fill("#filter_subject", mrn)
    with page.expect_navigation():
        page.press("#filter_subject", "Enter")
    row = page.locator("#list tbody tr").first
    assert f"{words(language)['about_declaration']} {mrn}" in row.inner_text()
    assert "auditor@demo.example" in row.inner_text()
    assert words(language)["leaf_kind_read"] in row.inner_text()
    with page.expect_navigation():
        row.locator("th a").click()
    assert "auditor@demo.example" in page.inner_text("main")
    assert page.locator(".steps .state.bad").count() == 0, "its proof holds, or waits"
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")

    for address in places:
        page.goto(address)
        assert acts(page) == [], address
        first = page.locator("main tbody th a").first
        if first.count():
            page.goto(first.get_attribute("href"))
            assert acts(page) == [], page.url


def acts(page):
    """Return where forms of a page that change something lead to: none but views of his own.

    A name is searched by a form, so that it stands in no address; that changes nothing but the log.
    """
    forms = page.locator("main form[method=post]").all()
    return [
        address
        for address in (form.get_attribute("action") or page.url for form in forms)
        if not address.startswith("/views") and not address.endswith("/name-search")
    ]
