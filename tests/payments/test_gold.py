"""Card C05 and GOLD-01: the kernel's decision of the golden case, noticed, paid and secured.

Duty 10 % of 1,080,375,000 is 108,037,500; VAT 10 % of 1,188,412,500 is 118,841,250; together
226,878,750 VND, a currency without decimals.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models import Max
from tests.payments.conftest import ME, a_guarantee
from tests.payments.money import read, row

from clearway import packs
from clearway.assessment.models import Assessment, Charge
from clearway.declarations.queries import locked
from clearway.events.service import act
from clearway.kernel.assess import estimate
from clearway.packs.golden import read_golden
from clearway.payments import notices, queries, using
from clearway.payments.covering import GuaranteeShort, telling_shortfall
from clearway.payments.models import BankLine
from clearway.payments.rules import notice_number

VND = Path(__file__).parents[1] / "packs_data" / "vnd"
TOTAL = 226_878_750


@pytest.fixture(scope="module")
def decision(tmp_path_factory):
    law = packs.load(VND, tmp_path_factory.mktemp("cache"))
    return estimate(read_golden(VND / "golden" / "gold-01.toml").lodgement, law)


@pytest.fixture
def gold(owing, decision, border):
    """A declaration whose newest decision is the kernel's of GOLD-01."""
    declaration = owing()
    last = Assessment.objects.aggregate(last=Max("id"))["last"]
    made = Assessment.objects.create(
        id=last + 1, declaration=declaration.pk, version=1, occasion="amendment",
        at=border.clock.now(), kernel_version="", reference_hash="", accepted=True, currency="VND",
        payable=sum(line.payable for line in decision.charges),
    )  # fmt: skip
    for line in decision.charges:
        Charge.objects.create(
            assessment=made, item=line.item, tax=line.tax, family="", base=line.base,
            rate=line.rate_text, amount=line.amount, payable=line.payable, measure=0,
            legal_basis=line.legal_basis,
        )  # fmt: skip
    assert notices.follow(ME, declaration.mrn)
    return declaration


def test_the_notice_asks_for_the_golden_total(gold):
    notice = queries.standing_notice(gold.pk)
    lines = {line.tax: line.amount for line in notice.lines.all()}
    assert lines == {"NK": 108_037_500, "VAT": 118_841_250}
    assert (notice.amount, notice.currency) == (TOTAL, "VND")


def test_200_million_of_it_leave_26_878_750_and_block_the_release(gold):
    """Card C05, Accept."""
    notice = queries.standing_notice(gold.pk)
    read(ME, row("B-1", "200000000", notice_number(notice.pk), currency="VND"))
    assert BankLine.objects.get().state == "matched"
    debt = queries.debt_of(gold.pk)
    assert (debt.payable, debt.paid, debt.outstanding) == (TOTAL, 200_000_000, 26_878_750)
    assert not debt.covered
    read(ME, row("B-2", "26878750", notice_number(notice.pk), currency="VND"))
    assert queries.debt_of(gold.pk) == (TOTAL, TOTAL, 0, 0, True)


def test_a_guarantee_of_which_820_million_are_used_falls_short_by_46_878_750(gold):
    """Card C05, Accept: 820,000,000 + 226,878,750 = 1,046,878,750 of 1,000,000,000."""
    guarantee = a_guarantee(used=820_000_000, holder="XP1000000003", currency="VND")
    with pytest.raises(GuaranteeShort) as refused, telling_shortfall(ME), act(ME) as doing:
        using.reserve(doing, guarantee, locked(gold.pk), queries.debt_of(gold.pk).outstanding)
    assert refused.value.shortfall == 46_878_750
    assert guarantee.used + refused.value.needed == 1_046_878_750
