"""The double-entry ledger: every write of it goes through ``post``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from clearway.events.service import Act
from clearway.payments.ledger_models import Entry, LedgerAccount
from clearway.payments.models import EntryLine
from clearway.vocabulary.errors import DefectFound

BANK, RECEIVABLE, REVENUE, SUSPENSE = "bank", "receivable", "revenue", "suspense"
REFUNDABLE, GUARANTOR, PROVIDER = "refundable", "guarantor", "provider"
DEPOSIT: Final = "deposit"
ACCOUNTS: Final = (BANK, RECEIVABLE, REVENUE, SUSPENSE, REFUNDABLE, GUARANTOR, PROVIDER, DEPOSIT)
KINDS: Final = (
    "notice", "cancelled", "reduced", "carried", "payment", "parked", "assigned", "excess",
    "refund", "returned", "called", "deposited", "released", "reversed",
)  # fmt: skip
"""What an entry records."""


class Side(NamedTuple):
    """One line to be posted: a debit where the amount is above zero, else a credit.

    ``kind`` and ``key`` name the account; ``amount`` in minor units of the entry's currency.
    """

    kind: str
    key: str
    amount: int
    notice: int | None = None


def post(doing: Act, kind: str, subject: str, currency: str, sides: Iterable[Side]) -> Entry | None:
    """Write an entry within an act; None where every side is zero.

    Raises:
        DefectFound: debits and credits differ, or what is recorded is of no known kind.
    """
    lines = [side for side in sides if side.amount]
    if kind not in KINDS or any(side.kind not in ACCOUNTS for side in lines):
        raise DefectFound(f"The ledger does not know {kind}.")
    if sum(side.amount for side in lines):
        raise DefectFound(f"An entry about {subject} has debits that are not its credits.")
    if not lines:
        return None
    entry = Entry.objects.create(kind=kind, subject=subject, actor=doing.actor.name, at=doing.at)
    for side in lines:
        account, _ = LedgerAccount.objects.get_or_create(
            kind=side.kind, key=side.key, currency=currency
        )
        EntryLine.objects.create(
            entry=entry,
            account=account,
            debit=max(side.amount, 0),
            credit=max(-side.amount, 0),
            notice_id=side.notice,
        )
    return entry
