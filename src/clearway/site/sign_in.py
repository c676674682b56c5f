"""How people come in: what we change of allauth's ways.

Nobody makes an account for himself: a registrar makes it with its roles (``accounts.service``).
Single sign-on recognises a person by the address that the issuer says it has verified.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by e-mail address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell that nobody makes his own account."""
        del request
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Sign-in through an OpenID Connect issuer."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Tell that the issuer's people come in only where an account waits for them."""
        del request, sociallogin
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors; their secrets are encrypted with a key of the installation."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"second factors\0" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
