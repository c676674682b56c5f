"""Money of every kind, one of each more: for tests of what a page costs."""

from __future__ import annotations

from tests.payments.conftest import ME
from tests.payments.money import paying, read, row

from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.payments import adjusting, notices, using
from clearway.payments.models import (
    DeferredAccount,
    Guarantee,
    GuaranteeUse,
    Notice,
    Order,
    Statement,
)
from clearway.payments.notices import Line
from clearway.payments.queries import standing_notice


def add(number, mrn, now):
    """Add a notice with payments, what guarantees hold, what is parked, what goes back."""
    declaration, day = Declaration.objects.get(mrn=mrn), now.date()
    notices.follow(ME, mrn)
    notice = standing_notice(declaration.pk)
    made = Guarantee.objects.create(
        number=f"G-{number}", kind="general", holder="XP1000000001", guarantor="Bank",
        currency="XPR", reference_amount=10**12, valid_from=day, valid_to=day,
        entered_by="user:0", entered_at=now,
    )  # fmt: skip
    DeferredAccount.objects.create(
        number=f"A-{number}", holder="XP1000000001", guarantee=made, opened_by="user:0",
        opened_at=now,
    )  # fmt: skip
    first = DeferredAccount.objects.order_by("id").first()
    with act(ME) as doing:
        locked_row = locked(declaration.pk)
        using.reserve(doing, first.guarantee, locked_row, 100, first)
        if number > 1:
            using.reserve(doing, made, locked_row, 100)
    statement = Statement.objects.create(
        account=first, month=day.replace(year=2000 + number, day=1), amount=100, due=day,
        made_at=now,
    )  # fmt: skip
    charged = GuaranteeUse.objects.filter(account=first).order_by("-id").first()
    if number % 2:
        GuaranteeUse.objects.filter(pk=charged.pk).update(
            statement=Statement.objects.order_by("id").first()
        )
    Order.objects.create(use=charged, reason="Late", proposed_by="user:0", proposed_at=now)
    read(ME, paying(notice, 10, reference=f"P{number}"), row(f"N{number}", "5.00", "?"))
    tax = notice.lines.order_by("-amount").first()
    with act(ME) as doing:
        lines = [Line(one.tax, -one.amount) for one in notice.lines.all()]
        adjusting.adjust(doing, locked(declaration.pk), lines, "Preference")
    with act(ME) as doing:
        adjusting.adjust(doing, locked(declaration.pk), [Line(tax.tax, 7_000)], "Found")
    Notice.objects.filter(declaration=declaration).update(due=day.replace(year=2025))
    assert statement.pk
