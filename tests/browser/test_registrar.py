"""A registrar's day: an organisation is registered and let in, gets a person and a permission."""

from __future__ import annotations

import pytest

from clearway.web.words import words


def send(page, form):
    with page.expect_navigation():
        page.click(f"{form} button[type=submit]")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_operator_is_registered_gets_a_person_and_an_authorisation(visit, language):
    told, number = words(language), {"en": "XP9000000011", "ar": "XP9000000022"}[language]
    page = visit("registrar", language, expected=("422",))
    page.goto("/desk")
    assert page.url.endswith("/organisations/"), "his day begins with the register"
    with page.expect_navigation():
        page.click("a[href='/organisations/new']")
    page.fill("#id_name", "Sextant Instruments")
    page.select_option("#id_kind", "trader")
    page.fill("#id_country", "xp")
    page.fill("#id_identifier", "XP 1")
    send(page, "main form.asking")
    page.click(".errors a[href='#id_identifier']")
    assert page.evaluate("document.activeElement.id") == "id_identifier"
    assert page.input_value("#id_name") == "Sextant Instruments"
    page.fill("#id_identifier", number.lower())
    send(page, "main form.asking")
    assert told["registered_now"] in page.inner_text(".notice")
    home = page.url
    for state in ("verified", "active"):
        page.select_option("[name=state]", state)
        page.fill("form[action$='/state'] [name=reason]", "Extract of the trade register seen.")
        send(page, "form[action$='/state']")
        assert told["state_changed"] in page.inner_text(".notice")
    assert told["organisation_active"] in page.inner_text("main .head")

    page.fill("form[action$='/roles'] [name=email]", f"{language}@sextant.example")
    page.select_option("form[action$='/roles'] [name=role]", "trader")
    send(page, "form[action$='/roles']")
    assert told["role_granted"] in page.inner_text(".notice")
    row = page.locator("main tbody tr", has_text=f"{language}@sextant.example")
    assert told["role_trader"] in row.inner_text()

    page.goto(f"/authorisations/new?holder={number}")
    assert page.input_value("#id_holder") == number
    page.select_option("#id_type", index=1)
    page.fill("#id_reference", f"AEO-{language.upper()}-1")
    send(page, "main form.asking")
    assert told["authorisation_given"] in page.inner_text(".notice")
    assert "Sextant Instruments" in page.inner_text("main")
    page.goto(home)
    with page.expect_navigation():
        page.click(f"a[href='/authorisations/?holder={number}']")
    assert f"AEO-{language.upper()}-1" in page.inner_text("#list")

    # Who acts for whom is seen, and is the principal's to answer, not the registrar's.
    with page.expect_navigation():
        page.click("a[href='/mandates/']")
    with page.expect_navigation():
        page.click("#list tbody th a >> nth=0")
    assert page.locator("main form[action$='/answer']").count() == 0
    assert page.locator("main .strip .mono").count() >= 2
