"""Every read of the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from clearway.assessment.queries import newest
from clearway.declarations.models import Declaration
from clearway.payments.models import (
    DeferredAccount,
    EntryLine,
    Guarantee,
    GuaranteeUse,
    Notice,
    Payment,
)

OPEN_NOTICE = ("due", "part_paid")
OPEN_USE = ("reserved", "drawn")
_OWING = frozenset({"assessed", "adjusted"})


class Debt(NamedTuple):
    """What is owed on a declaration, in minor units of the country's currency.

    ``payable`` is what its notices ask for, None where that cannot be computed yet; ``paid`` of
    it was paid, ``outstanding`` was not; ``secured`` is what guarantees and deferred accounts
    answer for. ``covered``: what is outstanding is secured.
    """

    payable: int | None
    paid: int
    secured: int
    outstanding: int
    covered: bool


def debt_of(declaration: int) -> Debt:
    """Return what is owed on a declaration, by its row number.

    Before its notice is written, the newest assessment says what is payable.
    """
    rows = notices_of(declaration).exclude(state="cancelled")
    sums: Any = rows.aggregate(amount=Sum("amount"), paid=Sum("paid"), credited=Sum("credited"))
    secured = secured_of(declaration)
    if sums["amount"] is None:
        payable = unnoticed(declaration)
        if payable is None:
            return Debt(None, 0, secured, 0, covered=False)
        return Debt(payable, 0, secured, payable, covered=secured >= payable)
    payable, paid = sums["amount"] - sums["credited"], sums["paid"]
    return Debt(payable, paid, secured, payable - paid, covered=secured >= payable - paid)


def unnoticed(declaration: int) -> int | None:
    """Return what is payable by the newest assessment; None where it cannot be computed.

    Nothing where the declaration owes nothing, by whatever its debt's state says.
    """
    state = Declaration.objects.filter(pk=declaration).values_list("debt_state", flat=True).first()
    if state not in _OWING:
        return 0
    found = newest(declaration)
    return None if found is None else found.payable


def secured_of(declaration: int) -> int:
    """Return how much of a declaration's debt guarantees answer for now."""
    rows = open_uses(declaration)
    return int(rows.aggregate(total=Sum("liability"))["total"] or 0)


def notices_of(declaration: int) -> QuerySet[Notice]:
    """Return the notices of a declaration, cancelled ones too, the first issued first."""
    return Notice.objects.filter(declaration=declaration).order_by("id")


def standing_notice(declaration: int) -> Notice | None:
    """Return the notice of a declaration's assessment that stands."""
    rows = notices_of(declaration).filter(kind="assessment")
    return rows.exclude(state="cancelled").first()


def open_notices(declaration: int) -> list[Notice]:
    """Return the notices of a declaration on which something is to be paid."""
    return list(notices_of(declaration).filter(state__in=OPEN_NOTICE))


def notices() -> QuerySet[Notice]:
    """Return every notice, with its declaration."""
    return Notice.objects.select_related("declaration")


def open_uses(declaration: int) -> QuerySet[GuaranteeUse]:
    """Return what guarantees hold for a declaration."""
    rows = GuaranteeUse.objects.filter(declaration=declaration, state__in=OPEN_USE)
    return rows.select_related("guarantee", "account").order_by("id")


def guarantees() -> QuerySet[Guarantee]:
    """Return every guarantee."""
    return Guarantee.objects.all()


def guarantee_called(number: str) -> Guarantee | None:
    """Return a guarantee by its number."""
    return None if "\0" in number else Guarantee.objects.filter(number=number).first()


def accounts() -> QuerySet[DeferredAccount]:
    """Return every deferred account, with its guarantee."""
    return DeferredAccount.objects.select_related("guarantee")


def account_called(number: str) -> DeferredAccount | None:
    """Return a deferred account by its number."""
    return None if "\0" in number else accounts().filter(number=number).first()


def accounts_of(holder: str) -> QuerySet[DeferredAccount]:
    """Return the open deferred accounts of a holder."""
    return accounts().filter(holder=holder, state="open").order_by("id")


def usable(day: date) -> Q:
    """Return the condition for guarantees that may answer for something on a day."""
    return Q(state__in=("open", "used"), valid_from__lte=day, valid_to__gte=day)


def payments_of(declaration: int) -> QuerySet[Payment]:
    """Return what was paid on a declaration, the latest first: refunds go back along it."""
    rows = Payment.objects.filter(notice__declaration=declaration)
    return rows.select_related("notice").order_by("-id")


def balances() -> Mapping[tuple[str, str, str], int]:
    """Return the balance of every account that has one: debits less credits, in minor units.

    By kind, key and currency. The sum over all accounts of a currency is nothing.
    """
    rows = EntryLine.objects.values_list("account__kind", "account__key", "account__currency")
    summed = rows.annotate(balance=Sum("debit") - Sum("credit")).order_by()
    return {(kind, key, currency): balance for kind, key, currency, balance in summed if balance}


def unbalanced() -> list[int]:
    """Return the entries whose debits are not their credits: none, ever."""
    rows = EntryLine.objects.values("entry").annotate(debit=Sum("debit"), credit=Sum("credit"))
    return list(rows.exclude(debit=F("credit")).values_list("entry", flat=True).order_by())


def owing(mrns: set[str]) -> set[str]:
    """Return those of some declarations that owe something, or have a notice."""
    rows = Declaration.objects.filter(mrn__in=mrns)
    noticed = Q(pk__in=Notice.objects.filter(declaration__mrn__in=mrns).values("declaration"))
    return {
        mrn or ""
        for mrn in rows.filter(~Q(debt_state="none") | noticed).values_list("mrn", flat=True)
    }
