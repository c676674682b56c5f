"""Coming in with a real browser: passkeys and authenticator codes under the strict policy.

Every test ends with a look at what the browser complained of: a script that the content security
policy stops is told there and nowhere else. They have a server of their own, since second factors
stay with the people who set them up.
"""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from clearway.accounts.ready import DEMO_PASSWORD
from clearway.site.server_process import ServerProcess

TOTP_STEP = 30
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where a demonstration's server answers, with its ready sign-ins."""
    with ServerProcess(tmp_path_factory.mktemp("data")) as server:
        server.start()
        yield f"http://localhost:{server.port}"
        server.stop()


@pytest.fixture
def page(chromium, address):
    """A page of a browser that knows nothing yet; it must have nothing to complain of."""
    context = chromium.new_context(base_url=address, locale="en-GB")
    context.set_default_timeout(30_000)
    shown = context.new_page()
    complaints = []
    shown.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    yield shown
    context.close()
    assert complaints == []


def sign_in(page, name):
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{name}@demo.example")
    page.fill("[name=password]", DEMO_PASSWORD)
    with page.expect_navigation():
        page.click("button[type=submit]:not([form])")


def confirm(page):
    """Give the password again, as each change of the factors asks."""
    page.fill("[name=password]", DEMO_PASSWORD)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def sign_out(page):
    page.goto("/accounts/logout/")
    with page.expect_navigation():
        page.click("main button[type=submit]")


def is_in(page):
    return page.request.get("/api/v1/me").status == 200


def test_a_passkey_is_made_and_opens(page):
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, "trader")
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.check("[name=passwordless]")
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    sign_out(page)
    assert not is_in(page)
    page.goto("/accounts/login/")
    with page.expect_navigation():
        page.click("#passkey_login")
    assert is_in(page)
    # As the second step after a password the same key serves too.
    sign_out(page)
    sign_in(page, "trader")
    assert not is_in(page)
    with page.expect_navigation():
        page.click("#mfa_webauthn_authenticate")
    assert is_in(page)


def test_an_authenticator_is_set_up_and_asked_for(page):
    sign_in(page, "broker")
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    drawn = page.locator("main img")
    assert drawn.evaluate("image => image.complete && image.naturalWidth") > 0
    secret = page.input_value("#authenticator_secret")
    step = int(time.time()) // TOTP_STEP
    page.fill("[name=code]", code(secret, step))
    with page.expect_navigation():
        page.click("main button[type=submit]")
    sign_out(page)
    sign_in(page, "broker")
    assert not is_in(page)
    page.fill("[name=code]", "000000")
    with page.expect_navigation():
        page.click("main form button[type=submit] >> nth=0")
    assert page.locator(".errorlist").count() == 1
    assert not is_in(page)


def code(secret, step):
    return format_hotp_value(hotp_value(secret, step))


@pytest.mark.parametrize("language", ["fr", "zh", "vi", "ar"])
def test_a_chosen_language_stays(page, language):
    page.goto(f"/accounts/login/?lang={language}&next=/problems/")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.goto("/accounts/password/reset/")
    assert page.locator("html").get_attribute("lang") == language
    if language != "vi":  # which allauth has not
        assert not re.search("password", page.inner_text("h1"), re.IGNORECASE)


def test_no_page_is_wider_than_a_telephone(page):
    page.set_viewport_size({"width": 360, "height": 700})
    for where in ("/", "/?lang=ar", "/accounts/login/", "/problems/", "/api/v1/docs"):
        page.goto(where)
        wider = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(wider) <= 0, where
    page.goto("/?lang=en")
    names = page.locator(".facts dt").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert max(names) < 100  # no column of single letters
