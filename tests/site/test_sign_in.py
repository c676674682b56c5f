"""Coming in: by password and second factor, by passkey, through an issuer; and being sent out."""

import base64
import json
import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client, override_settings

from clearway.site import middleware

PASSWORD = "a long and quiet river 7"
PERSON = "person@example.org"
LOGIN = "/accounts/login/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts_of_others():
    cache.clear()


@pytest.fixture
def person():
    return get_user_model().objects.create_user(PERSON, PASSWORD)


def sign_in(client, password=PASSWORD, login=PERSON):
    return client.post(LOGIN, {"login": login, "password": password})


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_opens(client, person):
    answer = sign_in(client)
    assert answer.status_code == 302
    assert is_in(client)


def test_the_address_is_known_in_any_case(client, person):
    sign_in(client, login=PERSON.upper())
    assert is_in(client)


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "\0", "x" * 5000]
)
def test_another_password_does_not(client, person, password):
    assert sign_in(client, password).status_code == 200
    assert not is_in(client)


def test_an_unknown_address_answers_like_a_wrong_password(client, person):
    def told(login):
        text = sign_in(client, "wrong password 1234", login).content.decode()
        return re.sub(r'value="[^"]*"', "", text)

    assert told(PERSON) == told("nobody@example.org")


def test_after_five_failures_even_the_right_password_waits(client, person):
    for _ in range(5):
        sign_in(client, "wrong")
    sign_in(client)
    assert not is_in(client)


def test_a_deactivated_person_does_not_come_in(client, person):
    person.is_active = False
    person.save()
    sign_in(client)
    assert not is_in(client)


def test_nobody_makes_his_own_account(client):
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    client.post("/accounts/signup/passkey/", {"email": "new@example.org"})
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("short-one-1", False),
        ("password1234", False),
        ("847362519044", False),
        ("person@example", False),
        ("nine quiet otters", True),
    ],
)
def test_the_rules_of_passwords(client, person, password, fits):
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post("/accounts/password/change/", form)
    person.refresh_from_db()
    assert person.check_password(password) is fits


def test_a_form_without_its_token_is_refused(person):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    assert not is_in(strict)


def test_cookies_are_for_the_browser_alone(client, person):
    cookie = sign_in(client).cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]  # gone with the browser


# -- second factors


def code_of(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_one_time_password_is_asked_for_and_its_secret_is_kept_encrypted(client, person):
    TOTP.activate(person, SECRET)
    kept = Authenticator.objects.get(user=person)
    assert SECRET not in json.dumps(kept.data)
    assert get_adapter().decrypt(kept.data["secret"]) == SECRET
    sign_in(client)
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    code = code_of(SECRET)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(client)
    other = Client()
    sign_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(other)  # a code opens once


def test_a_recovery_code_opens_once(client, person):
    TOTP.activate(person, SECRET)
    codes = RecoveryCodes.activate(person).get_unused_codes()
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert not any(code in stored for code in codes)
    for opens in (True, False):
        browser = Client()
        sign_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_in(browser) is opens


def test_a_passkey_is_offered_and_a_made_up_one_refused(client, person):
    page = client.get(LOGIN).content.decode()
    assert "passkey" in page.lower()
    offered = client.get(
        "/accounts/2fa/webauthn/login/", HTTP_X_REQUESTED_WITH="XMLHttpRequest"
    ).json()
    challenge = offered["request_options"]["publicKey"]["challenge"]
    assert len(base64.urlsafe_b64decode(challenge + "==")) >= 16
    made_up = {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}
    client.post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(made_up)})
    assert not is_in(client)


def test_passkeys_and_one_time_passwords_can_be_added_after_proving_oneself(client, person):
    pages = ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/")
    sign_in(client)
    assert [client.get(page).status_code for page in pages] == [302, 302]
    client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert [client.get(page).status_code for page in pages] == [302, 302]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert [client.get(page).status_code for page in pages] == [200, 200]


# -- through an issuer

ISSUER = "https://id.example.org"
DISCOVERED = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/me",
    "jwks_uri": f"{ISSUER}/keys",
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
}
PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "single-sign-on",
                "name": "The ministry",
                "client_id": "clearway",
                "secret": "s",
                "settings": {"server_url": ISSUER},
            }
        ],
    }
}


def come_through_issuer(client, address, *, verified):
    """Go to the issuer and come back, with what it says of a person."""
    from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

    told = {"sub": "77", "email": address, "email_verified": verified}
    with (
        override_settings(SOCIALACCOUNT_PROVIDERS=PROVIDERS),
        patch.object(OpenIDConnectOAuth2Adapter, "openid_config", DISCOVERED),
        patch(
            "allauth.socialaccount.providers.oauth2.client.OAuth2Client.get_access_token",
            return_value={"access_token": "t"},
        ),
        patch.object(OpenIDConnectOAuth2Adapter, "_fetch_user_info", return_value=told),
    ):
        page = client.get(LOGIN).content.decode()
        assert "The ministry" in page
        away = client.post("/accounts/oidc/single-sign-on/login/")
        assert away.status_code == 302
        assert away["Location"].startswith(f"{ISSUER}/authorize?")
        assert "code_challenge_method=S256" in away["Location"]
        state = re.search(r"state=([^&]+)", away["Location"])[1]
        back = f"/accounts/oidc/single-sign-on/login/callback/?code=c&state={state}"
        return client.get(back)


def test_the_issuer_s_people_come_in_where_an_account_waits(client, person):
    come_through_issuer(client, PERSON, verified=True)
    assert is_in(client)


@pytest.mark.parametrize(("address", "verified"), [(PERSON, False), ("other@example.org", True)])
def test_others_of_the_issuer_do_not(client, person, address, verified):
    come_through_issuer(client, address, verified=verified)
    assert not is_in(client)
    assert get_user_model().objects.count() == 1


# -- limits of a session


def test_a_sign_in_ends_when_unused_and_when_old(client, person, monkeypatch, settings):
    now = middleware.seconds()

    def at(moment):
        monkeypatch.setattr(middleware, "seconds", lambda: moment)
        client.get("/health")
        return is_in(client)

    sign_in(client)
    idle, oldest = settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE
    assert at(now)
    assert at(now + idle - 1)
    assert not at(now + 2 * idle)
    sign_in(client)
    now += 2 * idle
    for passed in range(0, oldest, idle - 60):
        assert at(now + passed)
    assert not at(now + oldest)


def test_a_sign_in_outlasts_a_demonstration_s_days(client, person, simulated_clock):
    sign_in(client)
    simulated_clock.advance(simulated_clock.now() + timedelta(days=3))
    client.get("/health")
    assert is_in(client)


def test_a_new_password_ends_the_other_sessions(client, person):
    other = Client()
    sign_in(other)
    sign_in(client)
    form = {
        "oldpassword": PASSWORD,
        "password1": "nine quiet otters",
        "password2": "nine quiet otters",
    }
    client.post("/accounts/password/change/", form)
    person.refresh_from_db()
    assert person.check_password("nine quiet otters")
    assert other.get("/accounts/2fa/").status_code == 302
    assert not is_in(other)
