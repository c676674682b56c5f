"""When a profile's own evidence speaks for its end: cases that can be worked out by hand."""

import pytest

from clearway.risk.outcomes.queries import Worth
from clearway.risk.profiles.worth import chance_above, standing


@pytest.mark.parametrize(
    ("profile", "random", "lift", "chance"),
    [
        # nothing known of either: as likely above as below
        (Worth(), Worth(), 1, 1 / 2),
        # p uniform, r uniform: P(p > 2r) is the triangle below p/2, a quarter
        (Worth(), Worth(), 2, 1 / 4),
        # p has density 2p, r is uniform: the integral of 2p * p is two thirds
        (Worth(1, 1), Worth(), 1, 2 / 3),
        (Worth(1, 0), Worth(), 1, 1 / 3),
        # p has density 2p, r has 2(1-r): the integral of 2p * (2p - p^2) is 4/3 - 1/2
        (Worth(1, 1), Worth(1, 0), 1, 5 / 6),
        # the same evidence of both, whatever it is
        (Worth(200, 17), Worth(200, 17), 1, 1 / 2),
    ],
)
def test_the_chance_that_a_rate_is_above_another(profile, random, lift, chance):
    assert chance_above(profile, random, lift) == pytest.approx(chance, abs=1e-5)


@pytest.mark.parametrize(
    ("profile", "random", "retire"),
    [
        (Worth(200, 1), Worth(400, 20), True),  # half a per cent, where five are the base rate
        (Worth(400, 20), Worth(400, 20), False),  # no better, as far as so few can tell
        (Worth(20_000, 1_000), Worth(20_000, 1_000), True),  # no better, for certain
        (Worth(200, 60), Worth(400, 20), False),  # six times the base rate
        (Worth(29, 0), Worth(400, 200), False),  # too few to say anything
        (Worth(200, 1), Worth(29, 20), False),  # no base rate to speak of
        (Worth(), Worth(), False),
    ],
)
def test_a_retirement_is_proposed_where_the_evidence_is_enough(profile, random, retire):
    assert standing(profile, random).retire is retire


def test_rates_are_told_beside_it():
    found = standing(Worth(40, 10), Worth(80, 4))
    assert (found.rate, found.base) == (0.25, 0.05)
    assert found.chance > 0.99
    assert standing(Worth(), Worth()).rate is None
