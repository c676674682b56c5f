"""What a trader reads of his lane: each datum once, with the goods items that it is about."""

from __future__ import annotations

import pytest

from clearway.kernel.decisions import Step
from clearway.web.record import telling


@pytest.mark.parametrize(
    ("items", "short"),
    [((1,), "1"), ((1, 2), "1–2"), ((5, 3, 1, 2), "1–3, 5"), ((2, 4), "2, 4")],
)  # fmt: skip
def test_positions_are_told_in_short(items, short):
    steps = [Step("profiles.trader.mass", (("item", str(item)),)) for item in items]
    assert telling._together(steps) == [Step("profiles.trader.mass", (("item", short),))]


def test_each_datum_is_told_once_in_the_order_of_its_first():
    lane = Step("selection.trader.red")
    value, mass = "profiles.trader.value", "profiles.trader.mass"
    steps = [lane, *(Step(key, (("item", item),)) for item in "12" for key in (value, mass))]
    of = (("item", "1–2"),)
    assert telling._together(steps) == [lane, Step(value, of), Step(mass, of)]
