"""Counts, posteriors and hashes: worked by hand."""

import numpy as np
import pytest
from tests.selectivity.small_border import make

from clearway.selectivity.evidence import Tally, intraclass, posterior, worth
from clearway.selectivity.hashing import Hasher, of_word
from clearway.selectivity.items import Items, Words
from clearway.selectivity.layout import BORDER


def test_seven_of_eight_identical_consignments_were_violations():
    """(7 + 2 x 0.2) / (8 + 2) = 0.74."""
    assert posterior(np.array([7.0]), np.array([8.0]), 0.2, 2.0)[0] == pytest.approx(0.74)


def test_what_was_never_inspected_has_the_prior():
    assert posterior(np.zeros(1), np.zeros(1), 0.2, 2.0)[0] == pytest.approx(0.2)


def test_a_hash_is_the_same_for_ever():
    """Kept in databases: whoever changes it makes all memory unfindable."""
    assert of_word("CN") == 11834320360209542922
    table = Items.from_columns({"origin": ["CN", "VN", "CN"]}, ["origin"], [])
    hashes = Hasher(table).column("origin")
    assert hashes[0] == hashes[2] != hashes[1]


def test_the_order_of_a_key_counts():
    """From China through Viet Nam is not from Viet Nam through China."""
    table = Items.from_columns(
        {"origin": ["CN", "VN"], "departure": ["VN", "CN"]}, ["origin", "departure"], []
    )
    both = Hasher(table).key(("origin", "departure"))
    assert both[0] != both[1]


def test_absent_numbers_are_one_value_and_both_zeros_another():
    table = Items.from_columns(
        {"net_mass": [float("nan"), -float("nan"), 0.0, -0.0]}, [], ["net_mass"]
    )
    hashes = Hasher(table).column("net_mass")
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]


def test_a_tally_finds_what_it_counted_and_nothing_else():
    keys = np.array([9, 4, 9, 7], dtype=np.uint64)
    tally = Tally.of(keys, np.array([1.0, 0.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.5, 1.0]))
    violations, inspections = tally.look_up(np.array([4, 5, 9, 99], dtype=np.uint64))
    assert violations.tolist() == [0, 0, 1, 0]
    assert inspections.tolist() == [1, 0, 1.5, 0]


def test_goods_that_always_agree_are_wholly_alike_and_chance_is_not():
    goods = np.repeat(np.arange(500, dtype=np.uint64), 4)
    same = np.repeat((np.arange(500) % 5 == 0).astype(float), 4)
    assert intraclass(goods, same) == pytest.approx(1.0)
    other = np.random.default_rng(3).random(2_000) < 0.2
    assert intraclass(goods, other.astype(float)) < 0.05


def test_alikeness_worked_by_hand():
    """Goods a: 1, 1; goods b: 0, 0; goods c: 1, 0.

    Means 1, 0, 0.5 around 0.5: between = 2 x (0.25 + 0.25 + 0) / 2 = 0.5;
    within = 0.5 / 3 = 1/6; usual size 2: (0.5 - 1/6) / (0.5 + 1/6) = 0.5.
    """
    goods = np.array([1, 1, 2, 2, 3, 3], dtype=np.uint64)
    assert intraclass(goods, np.array([1.0, 1, 0, 0, 1, 0])) == pytest.approx(0.5)


def test_four_of_the_same_goods_are_worth_their_root_when_wholly_alike():
    goods = np.array([1, 1, 1, 1, 2], dtype=np.uint64)
    assert worth(goods, 1.0).tolist() == [0.5] * 4 + [1.0]
    assert worth(goods, 0.0).tolist() == [1.0] * 5


def test_tables_joined_are_one_table():
    items, _, _ = make(50)
    halves = Items.concat([items.take(np.arange(20)), items.take(np.arange(20, 50))])
    for name in BORDER.text:
        assert (Hasher(halves).column(name) == Hasher(items).column(name)).all()
    assert (halves.number["value"] == items.number["value"]).all()


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="rows"):
        Items({"origin": Words.of(["CN"])}, {"net_mass": np.zeros(2)})
