"""A small border whose declarations owe something, and short ways to money and guarantees."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.declarations.models import Declaration
from clearway.payments.models import Guarantee

ME = system("test")


@pytest.fixture
def owing(border):  # noqa: F811
    """Lodge a declaration that owes something, its notice issued; gives the declaration."""
    from clearway.payments import notices

    count = 0

    def make(**changes):
        nonlocal count
        count += 1
        mrn = border.lodged(lrn=f"P-{count}", document=f"HBL-P{count}", **changes)
        notices.follow(ME, mrn)
        return Declaration.objects.get(mrn=mrn)

    return make


def a_guarantee(number="GRN-26-1", amount=1_000_000_000, *, used=0, **more):
    Guarantee.objects.filter(number="GRN-1").delete()  # the border's own, of other rooms' tests
    return Guarantee.objects.create(
        number=number,
        kind=more.pop("kind", "general"),
        holder=more.pop("holder", "XP1000000001"),
        guarantor="Bank of Portolan",
        currency=more.pop("currency", "XPR"),
        reference_amount=amount,
        used=used,
        valid_from=date(2026, 1, 1),
        valid_to=more.pop("valid_to", date(2026, 12, 31)),
        state="used" if used else "open",
        entered_by="test",
        entered_at=clock.now(),
        **more,
    )
