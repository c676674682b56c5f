"""Cuts: what a budget buys where goods come one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.selectivity.allocator import CHANCE, NEW, STAKE, Shares
from clearway.selectivity.cuts import NEVER, Cuts, Pointed, Sample, Thresholds, cuts, points

ONLY_CHANCE = Shares(chance=1.0, stake=0.0, random=0.0, new=0.0)


def sample(chance, stake=None, new=None, others=None, weights=None, factor=None):
    rows = len(chance)

    def filled(values, empty, kind=np.float64):
        return np.asarray([empty] * rows if values is None else values, dtype=kind)

    return Sample(
        np.asarray(chance, dtype=np.float64), filled(stake, 0), filled(new, False, np.bool_),
        filled(others, False, np.bool_), filled(weights, 0), filled(factor, 1),
    )  # fmt: skip


def test_a_fifth_of_ten_are_the_two_most_likely():
    """Chances 0.1 to 1.0, two of ten: the cut lies at 0.9."""
    found = cuts(sample(np.arange(1, 11) / 10), 0.2, ONLY_CHANCE)
    assert found == Cuts(chance=900_000)


def test_what_others_ask_for_is_taken_off_first():
    """Three of ten fit; a profile asks for two already, the likeliest among them: one is left."""
    others = [False] * 8 + [True, True]
    found = cuts(sample(np.arange(1, 11) / 10, others=others), 0.3, ONLY_CHANCE)
    assert found == Cuts(chance=800_000)
    full = cuts(sample(np.arange(1, 11) / 10, others=others), 0.2, ONLY_CHANCE)
    assert full == Cuts(red_score=NEVER)


def test_stake_goes_first_and_new_parties_are_drawn():
    """Ten of 20: five by stake, one drawn of ten new ones (10 %), and four by chance."""
    chance = np.linspace(0.01, 0.20, 20)
    stake = [100.0 + n if n < 5 else 1.0 for n in range(20)]
    new = [n >= 10 for n in range(20)]
    shares = Shares(chance=0.4, stake=0.5, random=0.0, new=0.1)
    found = cuts(sample(chance, stake, new), 0.5, shares)
    assert (found.stake, found.new_rate, found.red_score) == (100, 1_000, None)
    assert found.chance == 170_000


def test_an_authorised_operator_takes_no_room():
    """Halved points never reach 70: the second likeliest, who is no such operator, has the room."""
    found = cuts(sample([0.9, 0.8, 0.1, 0.1], factor=[0.5, 1, 1, 1]), 0.25, ONLY_CHANCE)
    assert found.chance == 800_000


def test_profiles_points_beside_the_models_meet_the_capacity():
    """Two fit and three ask: 70 + 26 points, 70 + 80 held to 100, and 24 + 75. The first falls."""
    found = cuts(sample([0.9, 0.2, 0.1, 0.0], weights=[0, 80, 75, 0]), 0.5, ONLY_CHANCE)
    assert (found.chance, found.red_score) == (200_000, 99_000)


def test_points_reach_red_at_the_cut_and_stay_short_of_documents_below():
    cut = Cuts(chance=400_000, stake=1_000, new_rate=100)
    assert points(0.4, 0, drawn=False, cut=cut) == Pointed(70, CHANCE)
    assert points(0.7, 0, drawn=False, cut=cut) == Pointed(85, CHANCE)
    assert points(0.2, 0, drawn=False, cut=cut) == Pointed(24)
    assert points(0.399999, 0, drawn=False, cut=cut) == Pointed(48)
    assert points(0.2, 2_000, drawn=False, cut=cut) == Pointed(85, STAKE)
    assert points(0.2, 0, drawn=True, cut=cut) == Pointed(70, NEW)
    assert points(0.2, 0, drawn=True, cut=Cuts()) == Pointed(70, NEW)
    assert points(1.0, 0, drawn=False, cut=Cuts()) == Pointed(0)


@given(
    chance=st.lists(st.floats(0, 1), min_size=1, max_size=60),
    part=st.floats(0, 1),
    marks=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_no_more_lies_above_the_cuts_than_there_is_room_for(chance, part, marks):
    others = marks[: len(chance)]
    found = cuts(sample(chance, others=others), part, ONLY_CHANCE)
    room = part * len(chance) - sum(others)
    if found.chance is None:
        return
    above = sum(
        points(each, 0, drawn=False, cut=found).points >= Thresholds().red
        for each, other in zip(chance, others, strict=True)
        if not other
    )
    assert above <= max(round(room + 0.5), 0)


@pytest.mark.parametrize("part", [0.05, 0.1, 0.3])
def test_about_as_many_as_planned_are_asked_for(part):
    rng = np.random.default_rng(7)
    chance, stake = rng.beta(1, 9, 20_000), rng.lognormal(6, 1, 20_000)
    new = rng.random(20_000) < 0.1
    old = sample(chance[:10_000], (chance * stake)[:10_000], new[:10_000])
    found = cuts(old, part, Shares(chance=0.77, stake=0.15, random=0.03, new=0.05))
    draws = rng.integers(0, 10_000, 10_000) < found.new_rate
    asked = [
        points(c, c * s, drawn=bool(n and d), cut=found).points >= 70
        for c, s, n, d in zip(
            chance[10_000:], stake[10_000:], new[10_000:], draws, strict=True
        )
    ]  # fmt: skip
    assert np.mean(asked) == pytest.approx(part, rel=0.12)
