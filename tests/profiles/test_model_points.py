"""The model's points: one contribution among the weights, and the same whenever it comes in."""

from fractions import Fraction

import pytest
from tests.profiles.test_selection import hit, lodged, reference

from clearway.kernel.decisions import Channel, Hit, Lane
from clearway.kernel.selection import MODEL, model_hit, select, trader_reasons

POINTS = {"model_points": 72, "model_version": 4, "model_item": 2, "model_datum": "value"}


def test_the_model_is_one_contribution_among_the_weights():
    """72 of the model reach the 70 of red by themselves; 45 with a profile's 30 do as well."""
    alone = select(lodged(), [model_hit(POINTS)], POINTS, reference())
    assert (alone.lane, alone.channel, alone.score) == (Lane.RED, Channel.SCORE, 72_000)
    step = alone.reasons[0]
    assert step.key == "selection.model"
    assert dict(step.parameters) == {
        "version": "4",
        "item": "2",
        "datum": "value",
        "weight": "72",
    }
    some = POINTS | {"model_points": 45}
    together = select(lodged(), [hit("UV", 30), model_hit(some)], some, reference())
    assert (together.lane, together.score) == (Lane.RED, 75_000)
    assert select(lodged(), [model_hit(some)], some, reference()).lane is Lane.GREEN


def test_the_aeo_factor_and_the_cut_hold_for_the_model_too():
    aeo = POINTS | {"importer_aeo_active": True}
    answer = select(lodged(), [model_hit(aeo)], aeo, reference(aeo_factor=Fraction(1, 2)))
    assert (answer.lane, answer.score) == (Lane.GREEN, 36_000)
    cut = POINTS | {"red_score_cut": 80_000}
    assert select(lodged(), [model_hit(cut)], cut, reference()).lane is Lane.YELLOW


@pytest.mark.parametrize(
    "features",
    [{}, {"model_points": 0, "model_version": 1}, {"model_points": 50}, {"model_version": 3},
     {"model_points": "50", "model_version": 3}, {"model_points": -5, "model_version": 3}],
)  # fmt: skip
def test_no_points_are_no_contribution(features):
    assert model_hit(features) is None


def test_more_than_a_hundred_points_are_a_hundred():
    assert model_hit(POINTS | {"model_points": 400}) == Hit(2, MODEL, 4, None, 100, Channel.SCORE)


def test_the_trader_reads_which_datum_to_look_at_and_nothing_of_a_model():
    law = reference()
    answer = select(lodged(), [model_hit(POINTS)], POINTS, law)
    steps = trader_reasons(answer, [model_hit(POINTS)], law)
    assert [step.key for step in steps] == ["selection.trader.red", "profiles.trader.value"]
    assert steps[1].parameters == (("item", "2"),)
    low = POINTS | {"model_points": 20}
    both = select(lodged(), [hit("A", 0, Lane.RED), model_hit(low)], low, law)
    told = trader_reasons(both, [hit("A", 0, Lane.RED)], law)
    assert [step.key for step in told] == ["selection.trader.red"]
    odd = POINTS | {"model_datum": "secret"}
    unknown = select(lodged(), [model_hit(odd)], odd, law)
    assert len(trader_reasons(unknown, [], law)) == 1
