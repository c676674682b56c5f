"""The amount at stake (card C07), worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from clearway import packs
from clearway.inspection.doubting import payable_at
from clearway.inspection.models import Finding
from clearway.inspection.stake import as_found, compared, payable_of
from clearway.kernel.assess import estimate
from clearway.packs.golden import read_golden

VND = Path(__file__).parents[1] / "packs_data" / "vnd"
MILLION = 1_000_000


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    return packs.load(VND, tmp_path_factory.mktemp("cache"))


@pytest.fixture
def declared():
    """500 pieces of 8504.34 at 86.43 USD CIF: 43,215 USD."""
    gold = read_golden(VND / "golden" / "gold-01.toml").lodgement
    item = structs.replace(
        gold.items[0], quantity=500 * MILLION, item_amount=43_215_000, charges=(), packages=20,
        gross_mass=gold.total_gross_mass,
    )  # fmt: skip
    return structs.replace(
        gold, items=(item,), item_count=1, incoterm="CIF", freight_amount=None, charges=(),
        invoice_amount=43_215_000, documents=(),
    )  # fmt: skip


def difference(declared, law, *findings):
    return compared(declared, findings, payable_of(estimate(declared, law)), law)


def test_560_pieces_found_where_500_were_declared(declared, law):
    """Card C07, Accept.

    60 pieces more at 86.43 USD are 5,185.80 USD; at 25,000 VND that is 129,645,000 VND of value.
    Duty of 10 % is 12,964,500; VAT of 10 % on 142,609,500 is 14,260,950; together 27,225,450 VND.
    """
    found = Finding(code="quantity_excess", item=1, quantity=560 * MILLION)
    assert as_found(declared, [found]).items[0].item_amount == 48_400_800
    told = difference(declared, law, found)
    by_tax = {tax: now - before for (_, tax), before, now in told.lines}
    assert by_tax == {"NK": 12_964_500, "VAT": 14_260_950}
    assert told.difference == 27_225_450
    assert told.declared == 226_878_750, "1,080,375,000 VND of value at 21 %, as in GOLD-01"


def test_fewer_pieces_owe_less(declared, law):
    found = Finding(code="quantity_short", item=1, quantity=440 * MILLION)
    assert difference(declared, law, found).difference == -27_225_450


def test_another_code_owes_by_its_own_rate(declared, law):
    """A car's duty is 70 %, excise 40 % of 170 %, VAT 10 % of 238 %.

    1,080,375,000 x (0.70 + 0.68 + 0.238) = 1,748,046,750, less 226,878,750 declared.
    """
    found = Finding(code="classification", item=1, datum="87032399")
    told = difference(declared, law, found)
    assert told.difference == 1_748_046_750 - 226_878_750


def test_undeclared_goods_are_an_item_of_their_own(declared, law):
    """1,000 USD of 8504.40: 25,000,000 VND, duty 2,500,000, VAT 2,750,000."""
    found = Finding(code="undeclared_goods", item=0, datum="85044090", amount=1_000_000)
    told = difference(declared, law, found)
    assert told.difference == 5_250_000
    assert as_found(declared, [found]).item_count == 2


def test_a_value_found_replaces_the_declared_one(declared, law):
    """50,000 USD in place of 43,215: 6,785 x 25,000 x 21 % = 35,621,250."""
    found = Finding(code="value", item=1, amount=50_000_000)
    assert difference(declared, law, found).difference == 35_621_250


def test_another_origin_ends_a_preference(declared, law):
    claimed = structs.replace(
        declared, items=(structs.replace(declared.items[0], preference="300"),)
    )
    found = as_found(claimed, [Finding(code="origin", item=1, datum="KR")])
    assert (found.items[0].origin, found.items[0].preference) == ("KR", "100")
    assert difference(declared, law, Finding(code="origin", item=1, datum="KR")).difference == 0


def test_what_says_nothing_of_charges_changes_none(declared, law):
    for code in ("ipr", "prohibited", "seal_broken"):
        assert difference(declared, law, Finding(code=code, item=0)).difference == 0


def test_an_unknown_charge_leaves_the_stake_open(declared, law):
    found = Finding(code="classification", item=1, datum="00000000")
    told = compared(declared, [found], {(1, "NK"): None}, law)
    assert told.difference is None


def test_what_is_payable_at_a_customs_value(declared, law):
    """1,250,000,000 VND x 21 % = 262,500,000, whatever terms and charges were declared."""
    assert payable_at(declared, 1, 1_250_000_000, law) == {"NK": 125_000_000, "VAT": 137_500_000}
    gold = read_golden(VND / "golden" / "gold-01.toml").lodgement
    assert payable_at(gold, 1, 618_225_000, law) == {"NK": 61_822_500, "VAT": 68_004_750}
    assert payable_at(gold, 2, 462_150_000, law) == {"NK": 46_215_000, "VAT": 50_836_500}
