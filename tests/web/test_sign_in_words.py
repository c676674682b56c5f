"""The pages by which people come in speak each of the five languages, and no English beside it."""

from __future__ import annotations

import html
import io
import re
from gettext import GNUTranslations
from importlib import resources

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

PASSWORD = "a long and quiet river 7"
PERSON = "person@example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STRANGERS = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/0-bad/",
    "/accounts/password/reset/key/done/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/3rdparty/login/cancelled/",
    "/accounts/3rdparty/login/error/",
)
KNOWN = (
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
)
WRONG = (
    ("/accounts/login/", {"login": PERSON, "password": "wrong"}),
    ("/accounts/login/", {}),
)
WRONG_OF_KNOWN = (
    ("/accounts/reauthenticate/", {"password": "wrong"}),
    (
        "/accounts/password/change/",
        {"oldpassword": "wrong", "password1": "short", "password2": "other"},
    ),
)
SAME = {"fr": {"Code", "Code:", "Usage", "Passkey"}}
"""What is the same word in English and another language."""
OURS = {"Clearway", "English", "Français", "person@example.org", "Ctrl K"}


def texts(answer):
    """Return the texts of a page that a person reads and that hold words."""
    assert answer.status_code in {200, 401}, answer
    page = re.sub(r"<(script|style|svg).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    page = re.sub(r"\s+", " ", re.sub(r"</?(a|b|strong|em)\b[^>]*>", "", page))
    found = re.findall(r">([^<>]+)<", page)
    found += re.findall(r'(?:placeholder|aria-label|title|alt)="([^"]+)"', page)
    return {
        text
        for text in (html.unescape(one).strip() for one in found)
        if re.search("[A-Za-z]{3}", text)
    } - OURS


@pytest.fixture
def walk(db):
    """Walk through every page in a language; return the texts of each."""
    person = get_user_model().objects.create_user(PERSON, PASSWORD)
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)

    def walk(language):
        cache.clear()
        met = {}
        asks = {"lang": language}
        stranger, known, half = (Client(headers={"host": "localhost"}) for _ in range(3))
        for path in STRANGERS:
            met[path] = texts(stranger.get(path, asks))
        for number, (path, form) in enumerate(WRONG):
            met[f"{path} {number}"] = texts(stranger.post(f"{path}?lang={language}", form))
        half.post("/accounts/login/", {"login": PERSON, "password": PASSWORD})
        met["second factor"] = texts(half.get("/accounts/2fa/authenticate/", asks))
        wrong = half.post(f"/accounts/2fa/authenticate/?lang={language}", {"code": "000000"})
        met["wrong second factor"] = texts(wrong)
        known.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        known.post("/accounts/reauthenticate/", {"password": PASSWORD})
        for path in KNOWN:
            met[path] = texts(known.get(path, asks))
        for path, form in WRONG_OF_KNOWN:
            met[f"{path} wrong"] = texts(known.post(f"{path}?lang={language}", form))
        return met

    return walk


def test_no_page_of_coming_in_shows_english_beside_another_language(walk):
    english = walk("en")
    assert len(set().union(*english.values())) > 50
    for language in ("fr", "zh", "vi", "ar"):
        left = {
            page: same
            for page, shown in walk(language).items()
            if (same := (shown & english[page]) - SAME.get(language, set()))
        }
        assert not left, language


@pytest.mark.parametrize("language", ["fr", "zh_Hans", "vi", "ar"])
def test_the_catalogues_are_compiled_as_they_are_written(language):
    folder = resources.files("clearway.web") / "locale" / language / "LC_MESSAGES"
    again = io.BytesIO()
    with (folder / "django.po").open("rb") as source:
        write_mo(again, read_po(source, locale=language))
    again.seek(0)
    with (folder / "django.mo").open("rb") as compiled:
        pair = [GNUTranslations(one)._catalog for one in (again, compiled)]
    for catalogue in pair:
        catalogue.pop("")  # the header tells when it was compiled
    assert pair[0] == pair[1] != {}
