"""Released declarations and people who audit them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.clearance.conftest import officer_of, waiting  # noqa: F401 - fixture
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.lives.conftest import gold, made_border  # noqa: F401 - fixtures

from clearway.audit.actor import system
from clearway.declarations.models import Declaration
from clearway.payments import notices
from clearway.payments.models import Notice

ME = system("test")


def paid(mrn):
    """Issue the notice of a declaration and take it as paid whole."""
    notices.follow(ME, mrn)
    for notice in Notice.objects.filter(declaration__mrn=mrn).exclude(state="cancelled"):
        Notice.objects.filter(pk=notice.pk).update(
            paid=notice.amount - notice.credited, state="paid"
        )
    Declaration.objects.filter(mrn=mrn).update(debt_state="paid")


@pytest.fixture
def people(border):  # noqa: F811
    """Two officers at one office, one elsewhere, their supervisor, a trader, the auditor."""
    customs = border.actors["officer"].organisation
    return SimpleNamespace(
        ann=officer_of(customs, "ann@customs.example"),
        ben=officer_of(customs, "ben@customs.example"),
        far=officer_of(customs, "far@customs.example", "XP000210"),
        supervisor=border.actors["supervisor"],
        trader=border.actors["trader"],
        other=border.actors["trader2"],
        auditor=border.actors["auditor"],
    )


@pytest.fixture
def released(border):  # noqa: F811
    """Lodge declarations and take them as released and paid: ``released(lane=1)``."""
    count = 0

    def make(lane=0, state="released", debt="paid", at=None):
        nonlocal count
        count += 1
        mrn = border.lodged(document=f"HBL-{count}", lrn=f"R-{count}")
        if debt == "paid":
            paid(mrn)
        Declaration.objects.filter(mrn=mrn).update(
            state=state, lane=lane, goods_state="released", debt_state=debt,
            released_at=at or border.clock.now(),
        )  # fmt: skip
        return mrn

    return make
