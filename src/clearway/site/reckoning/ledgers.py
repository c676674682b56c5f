"""The sums: the ledger balances, and agrees with what the rooms keep beside it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Sum
from msgspec import Struct

from clearway.cargo.models import TransportDocument
from clearway.cargo.models import WriteOff as CargoWriteOff
from clearway.payments import queries
from clearway.payments.ledger import DEPOSIT, RECEIVABLE, REFUNDABLE, SUSPENSE
from clearway.payments.models import BankLine, Deposit, Guarantee, GuaranteeUse, Notice, Refund
from clearway.permits.models import Permit, WriteOff
from clearway.quotas.models import Balance, Draw


class Ledger(Struct, frozen=True):
    """The ledger in one currency, in minor units; debits less credits.

    ``total`` is nothing where it balances; ``accounts`` the balance by kind of account.
    """

    currency: str
    total: int
    accounts: dict[str, int]


def ledgers() -> list[Ledger]:
    """Return the ledger's balances, a currency at a time."""
    totals: Counter[str] = Counter()
    accounts: dict[str, Counter[str]] = {}
    for (kind, _, currency), balance in queries.balances().items():
        totals[currency] += balance
        accounts.setdefault(currency, Counter())[kind] += balance
    return [
        Ledger(currency, totals[currency], dict(sorted(accounts[currency].items())))
        for currency in sorted(accounts)
    ]


def disagreements() -> list[str]:
    """Return every sum that is not what another one says it should be; none where all agree."""
    found = [f"entry {number}: debits are not its credits" for number in queries.unbalanced()]
    found += [
        f"ledger in {one.currency}: debits exceed credits by {one.total}"
        for one in ledgers()
        if one.total
    ]
    found += _against_the_ledger()
    found += _used_up()
    return found


def _against_the_ledger() -> list[str]:
    """Compare open notices, parked and deposited money and money to go back with their accounts."""
    kept: dict[str, Counter[tuple[str, str]]] = {
        RECEIVABLE: Counter(), SUSPENSE: Counter(), REFUNDABLE: Counter(), DEPOSIT: Counter(),
    }  # fmt: skip
    for (kind, key, currency), balance in queries.balances().items():
        if kind in kept:
            kept[kind][key, currency] += balance
    told: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in kept}
    for notice in Notice.objects.exclude(state="cancelled"):
        told[RECEIVABLE][notice.payer, notice.currency] += notice.open
    for line in BankLine.objects.filter(state="suspended"):
        held = -line.amount if line.debit else line.amount
        told[SUSPENSE][str(line.pk), line.currency] -= held
    for one in Deposit.objects.filter(left__gt=0).select_related("security"):
        told[DEPOSIT][one.security.subject, one.security.currency] -= one.left
    for refund in Refund.objects.filter(state__in=("requested", "approved")).exclude(
        kind="returned"
    ):
        told[REFUNDABLE][refund.payer, refund.currency] -= refund.amount
    return [
        f"{kind} {key[0]} in {key[1]}: the ledger says {kept[kind][key]}, its records"
        f" {told[kind][key]}"
        for kind in kept
        for key in sorted({*kept[kind], *told[kind]})
        if kept[kind][key] != told[kind][key]
    ]


def _used_up() -> list[str]:
    """Compare what guarantees, permits, quotas and cargo say is used with the rows that use it."""
    found = _drawn_of_quotas()
    held = _sums(GuaranteeUse.objects.filter(state__in=queries.OPEN_USE), "guarantee", "amount")
    called = {
        key: balance
        for (kind, key, _), balance in queries.balances().items()
        if kind == "guarantor"
    }
    for guarantee in Guarantee.objects.all():
        uses = held.get(guarantee.pk, 0) + called.get(guarantee.number, 0)
        if guarantee.used != uses:
            found.append(f"guarantee {guarantee.number}: {guarantee.used} used, its uses {uses}")
    written = _sums(WriteOff.objects.exclude(kind="final"), "permit", "quantity")
    for permit in Permit.objects.all():
        if permit.used_quantity != written.get(permit.pk, 0):
            sum_of = written.get(permit.pk, 0)
            found.append(f"permit {permit.number}: {permit.used_quantity} used, written {sum_of}")
    drawn = _sums(CargoWriteOff.objects.exclude(kind="final"), "document", "packages")
    rows = TransportDocument.objects.values_list("pk", "number", "drawn_packages")
    for key, number, packages in rows.iterator():
        if packages != drawn.get(key, 0):
            found.append(
                f"transport document {number}: {packages} packages drawn, written {drawn.get(key)}"
            )
    return found


def _drawn_of_quotas() -> list[str]:
    """Compare what is drawn of each quota with the declarations that have drawn it."""
    rows = Draw.objects.order_by().values_list("quota_order", "opens")
    told = {(order, opens): sum_of for order, opens, sum_of in rows.annotate(sum=Sum("quantity"))}
    return [
        f"tariff quota {one.quota_order}: {one.drawn} drawn, written {told.get(key, 0)}"
        for one in Balance.objects.all()
        if one.drawn != told.get(key := (one.quota_order, one.opens), 0)
    ]


def _sums(rows: Any, owner: str, column: str) -> dict[int, int]:
    summed = rows.order_by().values_list(owner).annotate(sum=Sum(column))
    return {key: int(value or 0) for key, value in summed}
