"""The columns of goods items: worked by hand, and the same from the record as at lodging."""

from __future__ import annotations

from math import isnan, nan

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.declarations.models import Version
from clearway.declarations.queries import decoded
from clearway.kernel import assess
from clearway.kernel.decisions import ItemValue, TaxLine
from clearway.kernel.lodgement import Item, Lodgement, Party, SuppliedTax
from clearway.reference.in_force import reference_at
from clearway.risk.learning.gathering import gather, judged
from clearway.risk.learning.goods_items import Row, items_of, rows_of
from clearway.risk.outcomes import service as outcomes
from clearway.risk.outcomes.service import Shown

GOODS = Lodgement(
    office="XPCRT1",
    declarant=Party(id="XP1000000009"),
    importer=Party(id="XP1000000001"),
    exporter=Party(name="Gulf Plastics Inc", country="US", postcode="77001"),
    export_country="US",
    border_mode="1",
    items=(
        Item(
            commodity="39269000",
            origin="CN",
            procedure="40",
            preference="100",
            net_mass=90_000_000,
            quantity=2_500_000,
            taxes=(SuppliedTax(type_code="A00"), SuppliedTax(payment_method="E")),
        ),
        Item(commodity="85171300", export_country="VN"),
    ),
)


def line(item, payable):
    return TaxLine(item, "A00", "duty", None, "6.5 %", payable, payable)


def test_rows_worked_by_hand():
    values = [ItemValue(1, 1_000_000), ItemValue(2, None)]
    charges = [line(1, 65_000), line(1, 213_000), line(2, None)]
    first, second = rows_of(GOODS, values, charges, exponent=2)
    assert first == Row(
        office="XPCRT1", declarant="XP1000000009", importer="XP1000000001",
        seller="gulf plastics inc/US/77001", commodity="39269000", departure="US", origin="CN",
        procedure="40", mode="1", payment="E", preference="100",
        tax_rate=27.8, net_mass=90.0, quantity=2.5, value=10_000.0, duty=2_780.0,
    )  # fmt: skip
    assert (second.departure, second.payment, second.commodity) == ("VN", "", "85171300")
    assert all(isnan(one) for one in (second.tax_rate, second.value, second.duty, second.net_mass))


@pytest.mark.parametrize(
    ("value", "due", "rate"),
    [(1000, 65, 6.5), (999, 65, 6.5), (10_000, 2_004, 20.0), (10_000, 2_005, 20.1), (0, 5, nan)],
)
def test_the_rate_is_to_one_decimal(value, due, rate):
    lodgement = Lodgement(items=(Item(),))
    (row,) = rows_of(lodgement, [ItemValue(1, value)], [line(1, due)], exponent=0)
    assert row.tax_rate == rate or (isnan(rate) and isnan(row.tax_rate))


def test_what_no_column_holds_is_left_out():
    (row,) = rows_of(Lodgement(items=(Item(),)), [ItemValue(1, 2**63)], [], exponent=0)
    assert isnan(row.value)
    assert row.duty == 0.0


words = st.text(max_size=12)


@given(st.lists(st.tuples(words, words, st.none() | st.integers(0, 10**12)), min_size=1))
def test_the_table_says_what_the_rows_say(made):
    lodgement = Lodgement(
        items=tuple(
            Item(commodity=code, origin=origin, net_mass=mass) for code, origin, mass in made
        )
    )
    rows = rows_of(lodgement, [], [], exponent=2)
    items = items_of(rows)
    origin = items.text["origin"]
    assert [origin.words[code] for code in origin.codes] == [row.origin for row in rows]
    assert np.array_equal(items.number["net_mass"], [row.net_mass for row in rows], equal_nan=True)


def test_what_is_read_back_is_what_was_there_at_lodging(border):
    mrn = border.lodged(document="HBL-1", items=3, price="1234.56")
    version = Version.objects.get(declaration__mrn=mrn)
    lodgement = decoded(version.lodgement)
    reference = reference_at(version.at)
    decision = assess.assess_one(lodgement, reference)
    seen = rows_of(lodgement, decision.values, decision.charges, exponent=reference.exponent)
    (back,) = judged([version.pk])
    assert back.rows == seen
    assert len(seen) == 3
    assert seen[0].value == 1234.56
    assert seen[0].duty > 0
    assert msgspec.structs.astuple(seen[0])[11] == round(100 * seen[0].duty / 1234.56, 1)


def test_only_what_was_inspected_is_gathered(border):
    from clearway.audit import clock
    from clearway.declarations.models import Declaration

    assert gather() is None
    first, second, _ = (border.lodged(document=f"HBL-{one}", items=2) for one in range(3))
    numbers = {one: Declaration.objects.get(mrn=one).pk for one in (first, second)}
    at = clock.now()
    outcomes.record(numbers[first], [Shown(1, True, 12_345), Shown(2, False, 0)], at)
    outcomes.record(numbers[second], [Shown(1, False, 0), Shown(3, True, 1)], at)  # goods besides
    found = gather()
    assert len(found) == 3
    assert sorted(found.violation) == [0.0, 0.0, 1.0]
    assert found.at_stake[found.violation == 1] == [123.45]
    day = int(found.day[0])
    assert gather(until=day) is None
    assert len(gather(until=day + 1)) == 3
    assert len(found.take(found.violation == 0)) == 2


def test_what_was_declared_too_much_is_no_stake(border):
    from clearway.audit import clock
    from clearway.declarations.models import Declaration

    mrn = border.lodged(document="HBL-1", items=2)
    number = Declaration.objects.get(mrn=mrn).pk
    outcomes.record(number, [Shown(1, True, -12_345), Shown(2, True, 500)], clock.now())
    found = gather()
    assert sorted(found.at_stake) == [0.0, 5.0]
    assert found.violation.tolist() == [1.0, 1.0]
