"""A supervisor's morning: who has how much, giving a declaration to another, second decisions."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from http import HTTPStatus

import pytest

from clearway.accounts.ready import demo_secret
from clearway.web.words import words


def undecided(officer):
    """Return the declarations that wait at an officer's office, the last lodged first."""
    found = []
    for state in ("documents_requested", "under_control"):
        officer.goto(f"/declarations/?state={state}")
        found += [each.strip() for each in officer.locator("#list tbody th").all_inner_texts()]
    return found


def take(officer):
    """Let an officer take one that nobody has, and return it."""
    for mrn in undecided(officer):
        officer.goto(f"/queue/{mrn}")
        if officer.locator("[data-key=t]").count():
            with officer.expect_navigation():
                officer.keyboard.press("t")
            return mrn
    raise AssertionError("nothing waits at this office")


def ask(border, method, path, body=None):
    """Ask the interface as the first officer; nothing where it refuses."""
    headers = {"Authorization": f"Bearer {demo_secret('officer')}"}
    data = None if body is None else json.dumps(body).encode()
    headers |= {} if body is None else {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{border}/api/v1{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {}


def look(border, mrn):
    """Let the inspector look at goods as soon as that is ordered: the border orders it itself.

    Returns:
        Whether the look is over; it is not where the goods have not arrived.
    """
    for _ in range(50):
        looks = ask(border, "GET", f"/declarations/{mrn}/inspections").get("items", ())
        for one in looks:
            ask(border, "POST", f"/inspections/{one['id']}/start", {})
            result = {"outcome": "satisfactory", "rest_in_order": True}
            ask(border, "POST", f"/inspections/{one['id']}/result", result)
        if looks:
            told = ask(border, "GET", f"/declarations/{mrn}/inspections")
            return all(one["state"] == "closed" for one in told["items"])
        time.sleep(0.1)
    return False


def propose(officer, border):
    """Let an officer control goods and find them in order, until a second person is asked."""
    asked = words("en")["decided_proposed"]
    for mrn in undecided(officer):
        officer.goto(f"/queue/{mrn}")
        if not officer.locator("[data-key=a]").count():
            continue
        if officer.locator("[data-opens=control]").count():
            officer.keyboard.press("i")
            officer.fill("#control-reason", "Count the cartons.")
            with officer.expect_navigation():
                officer.click("#control button.grave")
        seen = look(border, mrn)
        officer.goto(f"/queue/{mrn}")
        accepts = officer.locator("[data-key=a]:not([data-opens])").count()
        if not seen or not accepts or officer.locator("[data-key=a][data-opens]").count():
            continue
        with officer.expect_navigation() as went:
            officer.keyboard.press("a")
        if went.value.status == HTTPStatus.CONFLICT:  # the border itself was quicker
            continue
        if officer.locator(".notice", has_text=asked.format(mrn=mrn)).count():
            return mrn
    raise AssertionError("no goods here are worth a second person's look")


def desk_of(page, part):
    """Return the choice that names a desk: the person's own, not that of his key."""
    labels = page.locator("#officer option").all_inner_texts()
    return next(label for label in labels if label.strip().startswith(part))


@pytest.mark.parametrize(("language", "confirmed"), [("en", False), ("ar", True)])
def test_a_supervisor_shares_out_work_and_decides_as_the_second(visit, border, language, confirmed):
    told = words(language)
    officer = visit("officer", expected=("409",))
    page = visit("supervisor", language, expected=("422",))

    mrn = take(officer)
    page.goto("/desk")
    assert page.url.endswith("/team"), "his day begins with the team"
    with page.expect_navigation():
        page.locator("#desks tbody tr", has_text="officer@demo.example").locator("a").click()
    row = page.locator("#list tbody tr", has_text=mrn)
    assert "officer@demo.example" in row.inner_text()
    with page.expect_navigation():
        row.locator("th a").click()
    assert page.input_value("#mrn") == mrn
    # Somebody at another office cannot have it: that is told at the field, and the words stay.
    page.select_option("#officer", label=desk_of(page, "officer2@"))
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.locator(".errors a[href='#officer']").count() == 1
    assert page.input_value("#mrn") == mrn
    page.select_option("#officer", label=desk_of(page, "demonstration: officer ("))
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert told["reassigned"].format(mrn=mrn) in page.inner_text(".notice")
    officer.goto(f"/queue/{mrn}")
    assert officer.locator("[data-key=a]").count() == 0, "it is before him no more"

    mrn = propose(officer, border)
    page.goto("/team")
    with page.expect_navigation():
        page.keyboard.press("s")
    with page.expect_navigation():
        page.click(f"#list tbody a:has-text('{mrn}')")
    assert "officer@demo.example" in page.inner_text("main")
    if confirmed:
        with page.expect_navigation():
            page.keyboard.press("a")
        assert mrn in page.inner_text(".notice")
    else:
        with page.expect_navigation():
            page.click("[value=send_back]")
        page.click(".errors a[href='#reason']")
        assert page.evaluate("document.activeElement.id") == "reason"
        page.keyboard.type("Weigh them again.")
        with page.expect_navigation():
            page.click("[value=send_back]")
        officer.goto(f"/queue/{mrn}")
        officer.wait_for_selector("#timeline >> text=Weigh them again.")
    page.goto("/proposals/")
    assert page.locator(f"main tbody a:has-text('{mrn}')").count() == 0
