"""Providers of electronic payment: what one must do, and the built-in one for tests.

A provider is sent a payer with a token and an amount, and sends him back with a signed answer.
Only a signed success counts; an answer that is not signed, or none at all, is never one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer

from clearway.vocabulary.errors import DataRefused, StateForbids

SUCCEEDED, FAILED = "succeeded", "failed"


class Asked(NamedTuple):
    """What a payer is sent to a provider with. ``amount`` in minor units of ``currency``."""

    token: str
    number: str
    amount: int
    currency: str


class Verdict(NamedTuple):
    """What a provider says of a payment: its token, ``succeeded`` or ``failed``, its reference."""

    token: str
    outcome: str
    reference: str


class Provider(Protocol):
    """What a provider of electronic payment does for us."""

    name: str
    is_test: bool

    def address(self, asked: Asked) -> str:
        """Return where the payer is sent.

        Raises:
            StateForbids: the provider does not answer; nothing was paid.
        """

    def read(self, returned: Mapping[str, str]) -> Verdict:
        """Return what the provider says, its signature checked.

        Raises:
            DataRefused: it is not signed by the provider.
        """


class TestProvider:
    """The provider that is built in: a page of our own that moves no money, and says so.

    It is offered in a demonstration only.
    """

    name = "test"
    is_test = True
    path: Final = "/payments/test-provider/"

    def address(self, asked: Asked) -> str:
        """Return the address of its page."""
        return f"{self.path}{asked.token}"

    def answer(self, token: str, outcome: str) -> str:
        """Return the signed answer with which it sends a payer back, as a query."""
        reference = f"TEST-{token[:12]}"
        signature = _signer().signature(f"{token}|{outcome}|{reference}")
        told = {"token": token, "outcome": outcome, "reference": reference}
        return urlencode({**told, "signature": signature})

    def read(self, returned: Mapping[str, str]) -> Verdict:
        """Return what it said; see ``Provider.read``."""
        parts = [returned.get(name, "") for name in ("token", "outcome", "reference")]
        try:
            _signer().unsign("|".join(parts) + ":" + returned.get("signature", ""))
        except BadSignature:
            raise DataRefused(
                "The provider's answer is not signed by it.",
                remedy="Nothing was booked. Look at the notice again in a few minutes.",
            ) from None
        return Verdict(*parts)


def _signer() -> Signer:
    return Signer(salt="clearway.payments.test-provider", sep=":")


def provider() -> Provider:
    """Return the provider of this installation.

    Raises:
        StateForbids: none is connected.
    """
    if not settings.DEMO:
        raise StateForbids(
            "No provider of electronic payment is connected here.",
            remedy="Pay at the bank, and quote the notice's reference.",
        )
    return TestProvider()
