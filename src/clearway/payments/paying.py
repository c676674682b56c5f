"""Money that pays a notice: one conditional statement, one entry, then the debt follows.

Whoever calls has locked the declaration.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from django.db.models import F

from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day
from clearway.events.service import Act
from clearway.payments import adjusting, events, notices, queries, settling
from clearway.payments.ledger import RECEIVABLE, Side, post
from clearway.payments.models import BankLine, Notice, Payment
from clearway.payments.notices import INTEREST, Line
from clearway.payments.rules import interest
from clearway.payments.terms import terms_at
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.errors import StateForbids

INTEREST_TAX: Final = "INT"
_BEARS_INTEREST: Final = frozenset({"assessment", "adjustment"})


class Money(NamedTuple):
    """Money that pays: how it came, from whom, and the account of the ledger it comes out of.

    ``amount`` in minor units of the notice's currency; ``day`` is the day it counts from.
    """

    amount: int
    day: date
    method: str
    source: tuple[str, str]
    line: BankLine | None = None
    reference: str = ""
    payer_name: str = ""
    payer_iban: str = ""


def money_of(line: BankLine, source: tuple[str, str], amount: int | None = None) -> Money:
    """Return the money of a line, or a part of it, as it pays a notice."""
    return Money(
        amount=line.amount if amount is None else amount,
        day=line.value_day,
        method="bank",
        source=source,
        line=line,
        reference=line.reference,
        payer_name=line.payer_name,
        payer_iban=line.payer_iban,
    )


def pay(
    doing: Act, declaration: Declaration, notice: Notice, money: Money, entry: str = "payment"
) -> None:
    """Let money pay a notice, within an act on its locked declaration.

    What is paid after its day bears interest by the pack's daily rate, as a notice of its own.

    Raises:
        StateForbids: it is more than is due; nobody pays twice, whoever asks at the same moment.
    """
    rows = Notice.objects.filter(
        pk=notice.pk,
        state__in=queries.OPEN_NOTICE,
        paid__lte=F("amount") - F("credited") - money.amount,
    )
    if rows.update(paid=F("paid") + money.amount) != 1:
        raise StateForbids(
            "This is more than is due on the notice.",
            remedy="Look at what is due on it now.",
        )
    notice.refresh_from_db()
    notice.state = settling.state_of(notice)
    notice.save(update_fields=["state"])
    kind, key = money.source
    sides = [
        Side(kind, key, money.amount, notice.pk),
        Side(RECEIVABLE, notice.payer, -money.amount, notice.pk),
    ]
    post(doing, entry, notices.subject(notice), notice.currency, sides)
    Payment.objects.create(
        notice=notice,
        method=money.method,
        line=money.line,
        reference=money.reference,
        payer_name=money.payer_name,
        payer_iban=money.payer_iban,
        currency=notice.currency,
        amount=money.amount,
        at=doing.at,
    )
    notices.tell(
        doing,
        notice,
        declaration,
        events.PAYMENT_RECEIVED,
        amount=money.amount,
        currency=notice.currency,
        open=notice.open,
        method=money.method,
    )
    if not charge_interest(doing, declaration, notice, money.amount, money.day):
        settling.settle(doing, declaration)


def _waited(notice: Notice, day: date, doing: Act) -> int:
    """Return the days after a notice's last one on which its collection waits."""
    if not queries.notices().filter(queries.stayed(), pk=notice.pk).exists():
        return 0
    reference = terms_at(doing.at).reference
    waited = queries.stayed_days(
        notice.declaration_id, lambda at: local_day(at, reference), days_of(day), still=True
    )
    return sum(one > days_of(notice.due) for one in waited)


def charge_interest(
    doing: Act, declaration: Declaration, notice: Notice, amount: int, day: date
) -> bool:
    """Ask for the interest on what was paid of a notice after its day; tell whether there is any.

    Args:
        doing: the act.
        declaration: locked.
        notice: of duties; interest and penalties bear none.
        amount: what was paid late, in minor units.
        day: the day it was paid.
    """
    asked, late, rate = interest_on(doing, notice, amount, day)
    if not asked:
        return False
    reason = f"{late} days late, {rate} a day"
    line = Line(INTEREST_TAX, asked, "", INTEREST)
    adjusting.adjust(doing, declaration, [line], reason)
    return True


def interest_on(doing: Act, notice: Notice, amount: int, day: date) -> tuple[int, int, str]:
    """Return the interest on what is paid of a notice on a day, how many days late, the rate."""
    rate = terms_at(doing.at).reference.settings.get("payments.interest_per_day", "")
    late = (day - notice.due).days - _waited(notice, day, doing)
    if not rate or late <= 0 or notice.kind not in _BEARS_INTEREST:
        return 0, 0, rate
    return interest(amount, rate, late), late, rate
