"""Labels that were turned show themselves by contradicting others of the same goods."""

import numpy as np
import pytest

from clearway.selectivity.guard import contradictions, loses, worse_than


def test_contradictions_counted_by_hand():
    """Goods 1: violation, violation, clean: the clean one is odd. Goods 2 agree. Goods 3 are alone.

    Of goods 1 each violation has one violation and one clean beside it: even, so not odd.
    """
    goods = np.array([1, 1, 1, 2, 2, 3], dtype=np.uint64)
    found = contradictions(goods, np.array([1.0, 1, 0, 0, 0, 1]))
    assert (found.odd, found.compared) == (1, 5)
    assert found.rows.tolist() == [False, False, True, False, False, False]
    assert found.share == pytest.approx(0.2)


def test_turned_labels_are_noticed_and_more_honest_ones_are_not():
    draw = np.random.default_rng(4)
    goods = np.repeat(np.arange(800, dtype=np.uint64), 4)
    honest = np.repeat((draw.random(800) < 0.2).astype(float), 4)
    slips = draw.random(len(honest)) < 0.01
    honest[slips] = 1 - honest[slips]
    before = contradictions(goods[:1_600], honest[:1_600])
    assert not worse_than(contradictions(goods, honest), before)
    turned = honest.copy()
    bad = np.flatnonzero(honest > 0)
    turned[draw.choice(bad, len(goods) // 20, replace=False)] = 0
    assert worse_than(contradictions(goods, turned), before)


def test_with_little_to_compare_nothing_is_said():
    few = contradictions(np.array([1, 1], dtype=np.uint64), np.array([1.0, 0.0]))
    assert not worse_than(few, few)


def test_two_points_of_recall_are_the_most_that_may_be_lost():
    assert loses(0.479, 0.500)
    assert not loses(0.481, 0.500)
