"""Guarantees and a deferred account that a demonstration has ready."""

from __future__ import annotations

from datetime import date
from typing import Final

from clearway.audit.actor import system
from clearway.payments import guarantees, statements
from clearway.payments.guarantees import Wanted
from clearway.payments.models import DeferredAccount, Guarantee

SINCE: Final = date(2020, 1, 1)
UNTIL: Final = date(2030, 12, 31)
_START: Final = system("start")
_MUCH: Final = 5_000_000_000
"""Fifty million rhumbs, in hundredths."""
GUARANTEE: Final = "GRN-26-000017"
ACCOUNT: Final = "DPA-26-000001"


def seed_demo() -> None:
    """Make what a demonstration lacks of guarantees and deferred accounts."""
    for number, holder in (
        (GUARANTEE, "XP1000000001"),
        ("GRN-26-000021", "XP1000000002"),
        ("GRN-26-000033", "XP1000000003"),
    ):
        ready_guarantee(number, holder)
    if not DeferredAccount.objects.filter(number=ACCOUNT).exists():
        statements.open_account(_START, ACCOUNT, "XP1000000003", "GRN-26-000033")


def ready_guarantee(number: str, holder: str, amount: int = _MUCH) -> None:
    """Let a holder have a general guarantee, where there is none of this number."""
    if not Guarantee.objects.filter(number=number).exists():
        guarantees.enter(
            _START,
            Wanted(number, "general", holder, "First Bank of Portolan", "", amount, SINCE, UNTIL),
        )
