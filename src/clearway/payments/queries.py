"""Every read of the room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from clearway.assessment.queries import newest
from clearway.declarations.kinds import SUPPLEMENTARY
from clearway.declarations.models import Declaration
from clearway.payments import departing
from clearway.payments.decision_models import Stay
from clearway.payments.models import (
    BankFile,
    BankLine,
    DeferredAccount,
    EntryLine,
    Guarantee,
    GuaranteeUse,
    Notice,
    NoticeLine,
    Order,
    Payment,
    Refund,
    Security,
)
from clearway.payments.online_models import OnlinePayment

OPEN_NOTICE = ("due", "part_paid")
OPEN_USE = ("reserved", "drawn")
LARGEST: Final = 2**63 - 1
_AT_ONCE: Final = 500
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


def taxes_besides(declaration: int) -> frozenset[str]:
    """Return what penalties and interest are asked for as: no assessment charges it."""
    rows = NoticeLine.objects.filter(
        notice__declaration=declaration, notice__kind__in=("penalty", "interest")
    )
    return frozenset(rows.values_list("tax", flat=True))


def unnoticed(declaration: int) -> int | None:
    """Return what is payable by the newest assessment; None where it cannot be computed.

    Nothing where the declaration owes nothing, by whatever its debt's state says.
    """
    state = Declaration.objects.filter(pk=declaration).values_list("debt_state", flat=True).first()
    if state not in _OWING:
        return 0
    found = newest(declaration)
    return None if found is None else departing.payable(declaration, found)


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


def with_lines(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return notices with their lines as well, all by one more query."""
    return rows.prefetch_related(Prefetch("lines", NoticeLine.objects.order_by("id")))


def open_uses(declaration: int, subject: str = "") -> QuerySet[GuaranteeUse]:
    """Return what guarantees hold for a declaration's debt, or for what may yet be owed."""
    rows = GuaranteeUse.objects.filter(declaration=declaration, state__in=OPEN_USE, subject=subject)
    return rows.select_related("guarantee", "account").order_by("id")


def security_of_doubt(number: int) -> Security | None:
    """Return the security that depends on a doubt about a value, with its declaration."""
    rows = Security.objects.select_related("declaration", "use__guarantee")
    return rows.filter(subject=f"value_doubt:{number}").first()


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
    """Return those of some declarations that owe, have a notice, or decide on another's debt."""
    rows = Declaration.objects.filter(mrn__in=mrns)
    noticed = Q(pk__in=Notice.objects.filter(declaration__mrn__in=mrns).values("declaration"))
    return {
        mrn or ""
        for mrn in rows.filter(~Q(debt_state="none") | Q(kind=SUPPLEMENTARY) | noticed).values_list(
            "mrn", flat=True
        )
    }


def uses_of_account(account: int) -> QuerySet[GuaranteeUse]:
    """Return the charges of a deferred account, the latest first."""
    rows = GuaranteeUse.objects.filter(account=account)
    return rows.select_related("declaration", "guarantee").order_by("-id")


def uses_of(guarantee: int) -> QuerySet[GuaranteeUse]:
    """Return what a guarantee held and holds, the latest first."""
    rows = GuaranteeUse.objects.filter(guarantee=guarantee)
    return rows.select_related("declaration", "guarantee").order_by("-id")


def use(number: int) -> GuaranteeUse | None:
    """Return one use, with its guarantee and its declaration."""
    rows = GuaranteeUse.objects.select_related("guarantee", "declaration")
    return rows.filter(pk=number).first() if 0 < number <= LARGEST else None


def unstated(account: DeferredAccount, before: date, zone: str) -> QuerySet[GuaranteeUse]:
    """Return an account's open charges before a local day that stand on no statement."""
    return GuaranteeUse.objects.filter(
        account=account, statement=None, state__in=OPEN_USE, at__lt=_midnight(before, zone)
    ).order_by("id")


def with_unstated(before: date, zone: str) -> list[DeferredAccount]:
    """Return the accounts that have charges before a local day on no statement."""
    rows = GuaranteeUse.objects.filter(
        statement=None, state__in=OPEN_USE, at__lt=_midnight(before, zone)
    ).exclude(account=None)
    return list(accounts().filter(pk__in=rows.values("account")).order_by("id"))


def stayed() -> Exists:
    """Return the question, of a notice, whether its collection waits (``staying``)."""
    waits = Stay.objects.filter(
        declaration=OuterRef("declaration"), ended_at=None, issued_from__lte=OuterRef("issued_at")
    )
    return Exists(waits)


def collectable(declaration: int) -> list[Notice]:
    """Return the notices of a declaration on which something is to be paid, and does not wait."""
    rows = notices_of(declaration).filter(state__in=OPEN_NOTICE)
    return list(rows.filter(~stayed()))


def chased(declaration: int) -> tuple[list[Notice], bool]:
    """Return what ``collectable`` does, and whether something is open whose collection waits."""
    rows = notices_of(declaration).filter(state__in=OPEN_NOTICE).annotate(waits=stayed())
    found = list(rows)
    return [row for row in found if not row.waits], any(row.waits for row in found)


def stayed_days(
    declaration: int, day_of: Callable[[datetime], int], until: int, *, still: bool = False
) -> set[int]:
    """Return the days on which the collection of a declaration's debt waited.

    Args:
        declaration: its row.
        day_of: the border's day of an instant.
        until: the last day that is asked for; an open stay reaches to it.
        still: only of stays that are open: by those that ended, terms are longer already.
    """
    found: set[int] = set()
    rows = Stay.objects.filter(declaration=declaration)
    for row in rows.filter(ended_at=None) if still else rows:
        end = until if row.ended_at is None else min(until, day_of(row.ended_at))
        found |= set(range(day_of(row.since) + 1, end + 1))
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _on_account() -> Exists:
    """Return the question, of a notice, whether a deferred account holds it: it is not chased."""
    held = GuaranteeUse.objects.filter(
        declaration=OuterRef("declaration"), state__in=OPEN_USE, account__isnull=False
    )
    return Exists(held)


def to_remind(by: date) -> QuerySet[Notice]:
    """Return the open notices due by a day of which nobody was reminded."""
    rows = notices().filter(state__in=OPEN_NOTICE, reminded_at=None, due__lte=by)
    return rows.filter(~_on_account(), ~stayed()).order_by("due", "id")


def overdue(today: date) -> QuerySet[Notice]:
    """Return the open notices due before a day, none that waits, the longest due first."""
    rows = notices().filter(~stayed(), state__in=OPEN_NOTICE, due__lt=today)
    return rows.order_by("due", "id")


def newly_overdue(today: date) -> QuerySet[Notice]:
    """Return the open notices that were due before a day and are not marked so."""
    return overdue(today).filter(~_on_account(), overdue_at=None)


def known_digests(references: Collection[str]) -> set[tuple[str, str, str]]:
    """Return account, reference and digest of the lines known under some references."""
    found: set[tuple[str, str, str]] = set()
    wanted = sorted(references)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = BankLine.objects.filter(reference__in=wanted[start : start + _AT_ONCE])
        found |= set(rows.values_list("account", "reference", "digest"))
    return found


def bank_files() -> QuerySet[BankFile]:
    """Return every bank file."""
    return BankFile.objects.all()


def lines(state: str = "") -> QuerySet[BankLine]:
    """Return the bank's lines, of one state where it is named."""
    rows = BankLine.objects.select_related("notice", "file")
    return rows.filter(state=state) if state else rows


def parked() -> QuerySet[BankLine]:
    """Return the parked lines that are not on their way back, the longest parked first."""
    back = Refund.objects.filter(line=OuterRef("pk")).exclude(state="refused")
    return lines("suspended").filter(~Exists(back)).order_by("received_at", "id")


def return_of(line: int) -> Refund | None:
    """Return what sends a parked line back, unless it was refused."""
    return Refund.objects.filter(line=line).exclude(state="refused").first()


def refunds() -> QuerySet[Refund]:
    """Return every refund, with its declaration and its line."""
    return Refund.objects.select_related("declaration", "line")


def refunds_of(declaration: int) -> QuerySet[Refund]:
    """Return the refunds of a declaration, the latest first."""
    return refunds().filter(declaration=declaration).order_by("-id")


def calls(state: str = "") -> QuerySet[Order]:
    """Return the calls on guarantees, of one state where it is named."""
    rows = Order.objects.select_related("use__guarantee", "use__declaration")
    return rows.filter(state=state) if state else rows


def open_call(use_number: int) -> Order | None:
    """Return the call of a use that waits for a second person."""
    return calls("open").filter(use=use_number).first()


def owed_by_guarantor(guarantee: Guarantee) -> int:
    """Return what was called on a guarantee and its guarantor has not paid, in minor units."""
    rows = EntryLine.objects.filter(account__kind="guarantor", account__key=guarantee.number)
    sums: Any = rows.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return int((sums["debit"] or 0) - (sums["credit"] or 0))


def online(token: str) -> OnlinePayment | None:
    """Return an online payment by its token."""
    return OnlinePayment.objects.select_related("notice").filter(token=token).first()


def entries_of(declaration: int) -> QuerySet[EntryLine]:
    """Return the ledger's lines about a declaration's notices, as they were written."""
    rows = EntryLine.objects.filter(notice__declaration=declaration)
    return rows.select_related("entry", "account").order_by("id")
